"""A door before a real Elasticsearch that can refuse large requests, claim another version or be busy."""

from dataclasses import dataclass, field

import httpx
from aiohttp import web


@dataclass
class Door:
    """Passes requests on; what it was told to refuse it answers itself."""

    target: str
    max_bytes: int = 10**9
    version: str | None = None
    busy: bool = False
    sizes: list[int] = field(default_factory=list)
    """Bytes of each bulk request."""
    authorization: set[str | None] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.authorization.add(request.headers.get("authorization"))
        headers = {"X-Elastic-Product": "Elasticsearch"}
        if request.path == "/_bulk":
            self.sizes.append(len(body))
            if len(body) > self.max_bytes:
                return web.Response(status=413, headers=headers)
            if self.busy:
                return web.json_response(
                    {"error": {"root_cause": [{"reason": "queue is full"}]}}, status=429, headers=headers
                )
        kept = {k: v for k, v in request.headers.items() if k.lower() in ("content-type", "accept")}
        async with httpx.AsyncClient(base_url=self.target, timeout=30) as client:
            found = await client.request(request.method, request.raw_path, content=body, headers=kept)
        text = found.text
        if request.path == "/" and self.version:
            text = text.replace(found.json()["version"]["number"], self.version)
        kind = found.headers["content-type"].split(";")[0]
        return web.Response(status=found.status_code, text=text, content_type=kind, headers=headers)
