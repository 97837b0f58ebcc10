"""`FeedClient` over HTTP: conditional, bounded in time and size. Keeps no state."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from services.ingest.core.feed import NotAFeed, parse_feed
from services.ingest.ports import FeedFailed, Fetched, Validators
from services.runtime.adapters.guarded_transport import BlockedAddress, GuardedTransport

MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
DEADLINE_S = 30.0
_TIMEOUT = httpx.Timeout(10.0, read=20.0)
_HEADERS = {
    "User-Agent": "Tocsin feed reader",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
}


class HttpFeedClient:
    """One guarded transport for all feeds: every redirect is resolved and judged like the first address."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_private=allow_private),
            trust_env=False,
            headers=_HEADERS,
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
        )

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        """See `FeedClient`."""
        asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        request = self._client.stream("GET", url, headers={name: value for name, value in asked.items() if value})
        try:
            async with asyncio.timeout(DEADLINE_S), request as response:
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return Fetched(None, validators)
                self._refuse(response)
                raw = await _body(response)
        except BlockedAddress as error:
            raise FeedFailed(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FeedFailed(f"{type(error).__name__}: {error}") from error
        except TimeoutError as error:
            raise FeedFailed(f"no complete answer within {DEADLINE_S:g} s") from error
        try:
            kind = response.headers.get("content-type", "")
            items = await asyncio.to_thread(parse_feed, raw, str(response.url), kind)
        except NotAFeed as error:
            raise FeedFailed(str(error)) from error
        return Fetched(items, Validators(response.headers.get("etag", ""), response.headers.get("last-modified", "")))

    async def aclose(self) -> None:
        """Release connections."""
        await self._client.aclose()

    def _refuse(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        wait = retry_after(response.headers.get("retry-after", ""), self._clock())
        gone = response.status_code == httpx.codes.GONE
        raise FeedFailed(f"HTTP {response.status_code}", retry_after_s=wait, gone=gone)


def retry_after(written: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110). None when it says neither."""
    if written.strip().isdecimal():
        return float(written)
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


async def _body(response: httpx.Response) -> bytes:
    raw = bytearray()
    async for chunk in response.aiter_bytes():
        raw += chunk
        if len(raw) > MAX_BYTES:
            raise FeedFailed(f"more than {MAX_BYTES} bytes")
    return bytes(raw)
