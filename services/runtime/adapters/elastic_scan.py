"""Order of arrival in Elasticsearch: two streams, each sorted by a field it keeps, merged. Talks to no server.

One sort by a value that is computed for each document would read the whole window before the first page.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.contracts.document import NESTED, SMALL
from services.contracts.message import iso
from services.query.dates import milliseconds

Page = Sequence[Mapping[str, Any]]
Fetch = Callable[..., Awaitable[Page]]
PAGE: Final = 100
"""Documents of one search."""
PAGE_OF_FIELDS: Final = 1_000
"""The same, where only some fields of them are read."""


async def scanned(
    fetch: Fetch,
    wanted: Mapping[str, Any],
    since: datetime,
    until: datetime,
    fields: Collection[str] | None = None,
) -> AsyncGenerator[Page, None]:
    """What satisfies the query `wanted` in order of arrival, `fields` of it or all; `fetch` runs one search."""
    read = {"size": PAGE} if fields is None else {"size": PAGE_OF_FIELDS, "source": _source(fields)}
    streams = [_Stream(_arriving(fetch, wanted, historic, since, until, read)) for historic in (False, True)]
    try:
        while True:
            for stream in streams:
                await stream.fill()
            filled = [stream for stream in streams if stream.page]
            if not filled:
                return
            # Only what stands before the end of every page in hand is known to come next.
            end = min(place(stream.page[-1]) for stream in filled)
            yield sorted((document for stream in filled for document in stream.take(end)), key=place)
    finally:
        for stream in streams:
            await stream.pages.aclose()


def counting(since: datetime, until: datetime) -> dict[str, Any]:
    """The search that counts what arrived in the span, and what of it was revised."""
    either = [_of_arrival(historic, since, until) for historic in (False, True)]
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"should": either, "minimum_should_match": 1}},
        "aggs": {"revised": {"filter": {"range": {"revision": {"gt": 1}}}}},
    }


def place(document: Mapping[str, Any]) -> tuple[int, str]:
    """Where a document stands in the order of arrival: milliseconds since 1970, and id."""
    at = document["@timestamp"] if document.get("historic") else document["fetched_at"]
    return milliseconds(datetime.fromisoformat(at)), document["id"]


async def _arriving(
    fetch: Fetch,
    wanted: Mapping[str, Any],
    historic: bool,
    since: datetime,
    until: datetime,
    read: Mapping[str, Any],
) -> AsyncGenerator[Page, None]:
    """Either the historic documents or the others."""
    after: list[Any] | None = None
    while True:
        page = await fetch(
            query={"bool": {"filter": [wanted, _of_arrival(historic, since, until)]}},
            sort=[{"@timestamp" if historic else "fetched_at": "asc"}, {"id": "asc"}],
            search_after=after,
            **read,
        )
        yield page
        if len(page) < read["size"]:
            return
        after = list(place(page[-1]))


def _source(fields: Collection[str]) -> dict[str, Any]:
    """What to send of a document: the small fields, and the large ones that hold what is wanted, with it alone."""
    wanted = {field for field in fields if field not in NESTED}
    held = {f"{path}.*" for path in NESTED if any(field.partition(".")[0] == path for field in fields)}
    quotes = [f"{path}.quote" for path in sorted(NESTED) if f"{path}.quote" not in wanted]
    return {"includes": sorted(SMALL | wanted | held), "excludes": quotes}


def _of_arrival(historic: bool, since: datetime, until: datetime) -> dict[str, Any]:
    flag = {"term": {"historic": True}}
    span = {"range": {"@timestamp" if historic else "fetched_at": {"gte": iso(since), "lt": iso(until)}}}
    return {"bool": {"filter": [span, flag]}} if historic else {"bool": {"filter": [span], "must_not": [flag]}}


class _Stream:
    """The page in hand of a stream; empty when the stream has ended."""

    def __init__(self, pages: AsyncGenerator[Page, None]) -> None:
        self.pages = pages
        self.page: list[Mapping[str, Any]] = []

    async def fill(self) -> None:
        while not self.page:
            try:
                self.page = list(await anext(self.pages))
            except StopAsyncIteration:
                return

    def take(self, end: tuple[int, str]) -> list[Mapping[str, Any]]:
        count = sum(1 for document in self.page if place(document) <= end)
        taken, self.page = self.page[:count], self.page[count:]
        return taken
