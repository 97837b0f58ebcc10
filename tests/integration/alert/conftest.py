"""A real HTTP receiver that behaves as its paths say, and the stores it is told from."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from standardwebhooks import Webhook

from tests.subscriptions import SECRET

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Receiver:
    """Keeps every request by path. `/ok` 200, `/slow` never, `/gone` 410, `/busy` 429 once, and so on."""

    port: int = 0
    requests: dict[str, list[tuple[dict[str, str], bytes]]] = field(default_factory=dict)
    bad_signatures: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def ids(self, path: str) -> list[str]:
        """The `webhook-id` of every request, in order of arrival."""
        return [headers["webhook-id"] for headers, _ in self.requests.get(path, [])]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        try:
            Webhook(SECRET).verify(body, headers)
        except Exception:  # noqa: BLE001  whatever is wrong with it, the test must see it
            self.bad_signatures += 1
        path = scope["path"]
        seen = self.requests.setdefault(path, [])
        seen.append((headers, body))
        status, extra = self._answer(path, len(seen))
        if path == "/slow" or (path == "/slow-once" and len(seen) == 1):
            await asyncio.sleep(3_600)
        await send({"type": "http.response.start", "status": status, "headers": extra})
        await send({"type": "http.response.body", "body": b"x" * (5_000_000 if path == "/endless" else 10)})

    def _answer(self, path: str, times: int) -> tuple[int, list[tuple[bytes, bytes]]]:
        if path == "/gone":
            return 410, []
        if path == "/refuses":
            return 400, []
        if path == "/busy" and times == 1:
            return 429, [(b"retry-after", b"120")]
        if path == "/broken" and times == 1:
            return 500, []
        if path == "/moved":
            return 302, [(b"location", b"http://169.254.169.254/latest/meta-data/")]
        return 200, []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server in a thread."""
    app = Receiver()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)  # connections queue until the thread is up
        app.port = listening.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=0)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield app
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
