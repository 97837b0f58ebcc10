"""A door in front of a server that a test can shut and open: what a lost network looks like from outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """Passes TCP connections on to `target` while it is open."""

    def __init__(self, target: str, *, is_open: bool) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._is_open = is_open
        self._connections: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Where the server seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Let new connections through."""
        self._is_open = True

    def shut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_open = False
        for writer in self._connections:
            writer.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection from outside."""
        if not self._is_open:
            writer.transport.abort()
            return
        self._connections.add(writer)
        try:
            with suppress(OSError):
                inner_reader, inner_writer = await asyncio.open_connection(*self._target)
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
        finally:
            self._connections.discard(writer)
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxied(target: str, *, is_open: bool = True) -> AsyncIterator[Proxy]:
    """A proxy on a free port."""
    proxy = Proxy(target, is_open=is_open)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.shut()
