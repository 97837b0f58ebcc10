"""The ingest process, as an operator runs it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.contracts.article import Article
from services.contracts.topics import ARTICLES
from services.runtime.connect import open_bus
from tests.keys import AS_ADMIN, KEY_SETTING

DEADLINE_S = 60.0
COMMAND = [sys.executable, "-m", "services.ingest"]


class IngestProcess:
    """`python -m services.ingest` on a free port; stopped, killed and started again by a test."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._env = environment(env) | {"TOCSIN_HTTP_PORT": str(self.port)}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=DEADLINE_S, headers=AS_ADMIN)

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(COMMAND, env=self._env, stderr=log)
        self.wait_for(lambda: self.client.get("/health/live").status_code == 200)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until it holds; a refused connection counts as not yet."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            try:
                if condition():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not within {DEADLINE_S} s:\n{self.log()}")

    def end(self, by: signal.Signals) -> int:
        """The exit code."""
        assert self._process is not None
        self._process.send_signal(by)
        try:
            return self._process.wait(DEADLINE_S)
        finally:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        if self._process is not None:
            self.end(signal.SIGKILL)
        self.client.close()

    def log(self) -> str:
        return self._log.read_text()


def published(bus_url: str) -> list[Article]:
    """Everything on the topic of articles; an embedded bus must be nobody else's by now."""

    async def read() -> list[Article]:
        bus = open_bus(bus_url)
        try:
            wanted = await bus.lag(ARTICLES, "test")
            found: list[Article] = []
            async with bus.subscribe(ARTICLES, "test") as batches:
                while len(found) < wanted:
                    found += [ARTICLES.decode(message.raw) for message in (await anext(batches)).messages]
            return found
        finally:
            await bus.aclose()

    return asyncio.run(asyncio.wait_for(read(), DEADLINE_S))


def bus_in(folder: Path) -> str:
    """The URL of the bus that a process on `folder` has."""
    return f"embedded:{folder / 'bus.db'}"


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """This one's without any setting of ours, and `env`."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")} | dict(env)


@contextmanager
def ingest_process(folder: Path, **settings: str) -> Iterator[IngestProcess]:
    """A process on files in `folder`, unless `settings` say otherwise; not yet started."""
    env = {
        "TOCSIN_BUS_URL": bus_in(folder),
        "TOCSIN_STORE_URL": f"sqlite:///{folder / 'store.db'}",
        "TOCSIN_UNAVAILABLE_S": "5",
        **KEY_SETTING,
    } | settings
    process = IngestProcess(env, folder / "ingest.log")
    try:
        yield process
    finally:
        process.close()
