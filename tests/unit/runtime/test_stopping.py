"""Waiting that ends when the process is told to."""

import asyncio

import pytest

from services.runtime.stopping import unless_stopped


async def test_what_the_work_gives_is_given() -> None:
    assert await unless_stopped(asyncio.sleep(0, "done"), asyncio.Event()) == "done"


async def test_work_that_was_done_before_the_stop_counts() -> None:
    stop = asyncio.Event()

    async def work() -> str:
        stop.set()
        return "done"

    assert await unless_stopped(work(), stop) == "done"


async def test_told_to_stop_it_cancels_the_work_and_waits_for_its_end() -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def work() -> bool:
        try:
            stop.set()
            return await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.timeout(10):
        assert await unless_stopped(work(), stop) is None
    assert ended.is_set()


async def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await unless_stopped(work(), asyncio.Event())


async def test_cancelling_whoever_waits_cancels_the_work() -> None:
    working, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        working.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(unless_stopped(work(), asyncio.Event()))
    async with asyncio.timeout(10):
        await working.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert ended.is_set()
