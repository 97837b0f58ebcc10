"""Headers of every reply: what browsers may make of it, and what is left of the caller's budget. Touches no body."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of a reply that is no page: should a browser show it all the same, it loads and runs nothing."""


class ReplyHeaders:
    """ASGI middleware. A page sets its own Content-Security-Policy; what it sets stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the reply back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if not headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", NOTHING)
                for name, value in scope.get("state", {}).get("reply_headers", {}).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
