"""How a process of ours lives and ends."""

import asyncio
import os
import signal

import httpx
import pytest

from services.contracts.errors import Unavailable
from services.runtime.health import Health, State
from services.runtime.operations import operations_app
from services.runtime.serve import Background, serve

DEADLINE_S = 15.0


async def until_stopped(stop: asyncio.Event) -> None:
    await stop.wait()


async def run(background: dict[str, Background], health: Health, stop: asyncio.Event) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await serve(operations_app(health), "127.0.0.1", 0, background, health, stop)


async def test_sigterm_lets_every_task_finish_what_it_has_in_hand() -> None:
    finished: list[str] = []

    async def slow_to_finish(stop: asyncio.Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()
        await asyncio.sleep(0.05)
        finished.append("batch")

    health = Health()
    await run({"consumer": slow_to_finish, "sender": until_stopped}, health, asyncio.Event())
    assert finished == ["batch"]
    states = await health.states()
    assert {name: status.state for name, status in states.items()} == {
        "consumer": State.STOPPED,
        "sender": State.STOPPED,
    }


async def test_a_task_that_raises_stops_the_others_and_its_error_is_raised() -> None:
    async def dies(_: asyncio.Event) -> None:
        raise Unavailable("kafka", "gone")

    health = Health()
    with pytest.raises(Unavailable, match="gone"):
        await run({"consumer": dies, "sender": until_stopped}, health, asyncio.Event())
    assert not health.alive


async def test_a_task_that_returns_before_it_was_told_to_is_an_error() -> None:
    async def leaves(_: asyncio.Event) -> None:
        return

    with pytest.raises(RuntimeError, match="consumer"):
        await run({"consumer": leaves, "sender": until_stopped}, Health(), asyncio.Event())


async def test_while_it_runs_it_answers_over_http(unused_tcp_port: int) -> None:
    health, stop = Health(), asyncio.Event()
    serving = asyncio.ensure_future(
        serve(operations_app(health), "127.0.0.1", unused_tcp_port, {"sender": until_stopped}, health, stop)
    )
    transport = httpx.AsyncHTTPTransport(retries=10)
    async with httpx.AsyncClient(transport=transport) as client, asyncio.timeout(DEADLINE_S):
        ready = await client.get(f"http://127.0.0.1:{unused_tcp_port}/health/ready")
        assert ready.status_code == 200
    stop.set()
    async with asyncio.timeout(DEADLINE_S):
        await serving
