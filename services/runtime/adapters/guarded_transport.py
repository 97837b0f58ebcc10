"""HTTP to URLs that users gave: the name is resolved here, the address judged, and the connection pinned to it.

What is checked is what is connected to, so a name that changes its answer gains nothing. Follows no redirect.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx

from services.runtime.addresses import allowed

RESOLVERS = 32
"""Names resolved at a time; a slow name server holds up these threads and nobody else's."""
MAX_ADDRESSES = 3
"""Addresses of one name that are tried."""


class BlockedAddress(Exception):
    """The name leads to an address that may not be connected to."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Wraps an `httpx.AsyncHTTPTransport`. Raises `BlockedAddress` besides httpx's own errors."""

    def __init__(self, *, allow_private: bool, connections: int = 256) -> None:
        # Connections are pooled by address, and two names may share one: kept alive, the certificate of the first
        # would answer for the second.
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
        self._allow_private = allow_private
        self._resolvers = ThreadPoolExecutor(RESOLVERS, "resolve")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Try the name's addresses in order until one takes the connection."""
        host = request.url.raw_host.decode("ascii")
        addresses = await self._resolve(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        failure: httpx.TransportError = httpx.ConnectError(f"{host} has no address", request=request)
        for address in addresses[:MAX_ADDRESSES]:
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # the Host header names the original
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    async def aclose(self) -> None:
        """Close the connections; a name server that still owes an answer is not waited for."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)
        await self._inner.aclose()

    async def _resolve(self, host: str, port: int) -> list[str]:
        """The name's addresses, all of which may be connected to."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(
                self._resolvers, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} cannot be resolved") from error
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        # One forbidden address among good ones is a trick, not an accident.
        if not all(allowed(address, self._allow_private) for address in addresses):
            raise BlockedAddress(f"{host} leads to a private or reserved address")
        return addresses
