"""A running Tocsin that commands talk to: the API of alert on a store and an archive of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import uvicorn

from services.alert.app import Parts, assemble, build_app
from services.alert.settings import AlertSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.embedded_index import EmbeddedIndex
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health


@dataclass(frozen=True)
class Tocsin:
    """Where it listens, and what it is made of."""

    url: str
    parts: Parts
    index: EmbeddedIndex


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    """A server in a thread, named by TOCSIN_API_URL."""
    store = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(store)
    database, bus, index = open_database(store), EmbeddedBus(":memory:"), EmbeddedIndex()
    parts = assemble(AlertSettings(store_url=store), bus, index, database, Health(), StringIO())
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)  # connections queue until the thread is up
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("TOCSIN_API_URL", url)
        server = uvicorn.Server(uvicorn.Config(build_app(parts, Health()), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Tocsin(url, parts, index)
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
    asyncio.run(_close(database, bus, index))


async def _close(*resources: object) -> None:
    for resource in resources:
        await resource.aclose()  # type: ignore[attr-defined]
