"""Runs one process: an HTTP app beside supervised tasks, until a signal or the first death. Knows no service."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from services.runtime.garbage import keep_what_is_loaded
from services.runtime.health import Health, State

log = logging.getLogger(__name__)

Background = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, then finishes what it has in hand and returns. To raise ends the process."""

DRAIN_SECONDS = 30.0


class _Server(uvicorn.Server):
    """Leaves the signals to `serve`: uvicorn would end the process before the background tasks have drained."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: FastAPI, host: str, port: int, background: Mapping[str, Background], health: Health, stop: asyncio.Event
) -> None:
    """Serve `app` and run the tasks until SIGTERM, SIGINT or `stop`; then refuse requests, drain, return.

    A task that raises, or returns before it was told to, stops everything, and its error is raised.
    """
    server = _Server(
        uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10)
    )
    keep_what_is_loaded()
    with stop_on_signals(stop):
        tasks = {"http": asyncio.create_task(server.serve(), name="http")}
        tasks |= {
            name: asyncio.create_task(_supervised(name, run, health, stop), name=name)
            for name, run in background.items()
        }
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait((*tasks.values(), stopping), return_when=asyncio.FIRST_COMPLETED)
        early = [task for task in tasks.values() if task.done()] if not stop.is_set() else []
        stop.set()
        server.should_exit = True
        _, late = await asyncio.wait(tasks.values(), timeout=DRAIN_SECONDS)
        for task in (*late, stopping):
            task.cancel()
        results = await asyncio.gather(*tasks.values(), return_exceptions=True)
    if late:
        log.error("tasks did not drain in time", extra={"tasks": [task.get_name() for task in late]})
    for result in results:
        if isinstance(result, Exception):
            raise result
    if early or late:
        raise RuntimeError(f"ended unexpectedly: {', '.join(task.get_name() for task in (*early, *late))}")


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop` while inside."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _supervised(name: str, run: Background, health: Health, stop: asyncio.Event) -> None:
    with health.supervise(name, State.OK):
        await run(stop)
