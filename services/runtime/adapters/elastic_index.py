"""The index in Elasticsearch 9: monthly indices of articles behind one alias, alerts beside them. Decides nothing.

One bulk request a batch. The server's verdict on a document is final (`Rejected`); anything else that it cannot do is
`Unavailable`, and the caller's retry is safe because every write names its id and revision.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import elasticsearch
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from services.contracts.document import Document
from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.message import iso
from services.query.dsl import to_elasticsearch
from services.query.timeless import at_any_time
from services.query.tree import Node
from services.runtime.adapters.cursor import from_cursor, to_cursor
from services.runtime.adapters.elastic_scan import counting, scanned
from services.runtime.adapters.elastic_setup import (
    ALERTS,
    ARTICLES,
    alert_mapping,
    article_index,
    article_mapping,
    component_templates,
    index_month,
    index_templates,
)
from services.runtime.ports import Arrivals, Page

T = TypeVar("T")
DEPENDENCY: Final = "index"
MAX_PAGE: Final = 1000
"""Most documents of one page."""
REQUEST_SECONDS: Final = 30.0
# With status 400, yet about the cluster and not about the document.
_CLUSTER_AT_FAULT: Final = frozenset({"validation_exception", "index_closed_exception"})


class ElasticIndex:
    """`Index` on one cluster. `prefix` begins the name of every index and template, so that several can share it."""

    def __init__(self, url: str, *, prefix: str = "") -> None:
        """`http(s)://[user:password@]host:port[?ca_certs=FILE]`. Connects at the first use."""
        self._client = _client(url)
        self._prefix = prefix
        self._alias = f"{prefix}{ARTICLES}"
        self._alerts = f"{prefix}{ALERTS}"
        self._is_set_up = False
        self._setting_up = asyncio.Lock()

    async def set_up(self) -> None:
        """Put the templates, and add new fields to the indices that exist. Any process may do it at any time.

        Raises `Unavailable`, also when the server is of another major version than this client.
        """
        info = await _answer(self._client.info())
        server, client = str(info["version"]["number"]), elasticsearch.__version__[0]
        if server.split(".")[0] != str(client):
            raise Unavailable(DEPENDENCY, f"the server is Elasticsearch {server}, this client speaks {client}.x")
        try:
            await self._put_templates()
        except ApiError as error:
            raise Unavailable(DEPENDENCY, f"cannot set up the index: {_why(error)}") from error
        self._is_set_up = True

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        """See `Index`. A document is found by a search one second later at most."""
        await self._ready()
        return await self._put(list(documents))

    async def search(
        self,
        query: Node,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        """See `Index`. `limit` is 1 to `MAX_PAGE`; `ValueError` also for a query that is too much for the server."""
        after = list(from_cursor(cursor)) if cursor is not None else None
        limit = min(max(limit, 1), MAX_PAGE)
        await self._ready()
        times = {name: iso(at) for name, at in (("gte", since), ("lt", until)) if at is not None}
        within: list[dict[str, Any]] = [{"range": {"@timestamp": times}}] if times else []
        documents = await self._documents(
            query={"bool": {"filter": [to_elasticsearch(query), *within]}},
            sort=[{"@timestamp": "desc"}, {"id": "desc"}],
            search_after=after,
            size=limit,
        )
        last = documents[-1] if len(documents) == limit else None
        return Page(documents, to_cursor(last.published, last.id) if last else None)

    async def scan(
        self, query: Node, *, since: datetime, until: datetime, fields: Collection[str] | None = None
    ) -> AsyncGenerator[Iterable[Mapping[str, Any]], None]:
        """See `Index`. Exactly the documents of the query, but for what it says of `now`."""
        await self._ready()
        wanted = to_elasticsearch(at_any_time(query))
        async with aclosing(scanned(self._sources, wanted, since, until, fields)) as pages:
            async for page in pages:
                yield page

    async def arrivals(self, since: datetime, until: datetime) -> Arrivals:
        """See `Index`."""
        await self._ready()
        answer = await _answer(
            self._client.search(index=self._alias, ignore_unavailable=True, **counting(since, until))
        )
        revised = answer.get("aggregations", {}).get("revised", {}).get("doc_count", 0)
        return Arrivals(answer["hits"]["total"]["value"], revised)

    async def get(self, document_id: str) -> Document | None:
        """See `Index`. Its month is not known, so this is a search: a document is found one second after `put`."""
        await self._ready()
        query = {"term": {"id": {"value": document_id}}}
        return next(iter(await self._documents(query=query, sort=[{"revision": "desc"}], size=1)), None)

    async def put_alerts(self, alerts: Mapping[str, dict[str, Any]]) -> None:
        """See `Index`. Raises `Rejected` when the server refuses one of them."""
        if not alerts:
            return
        await self._ready()
        operations = [
            line for key, a in alerts.items() for line in ({"index": {"_index": self._alerts, "_id": key}}, a)
        ]
        for item in await self._bulk(operations):
            if (rejected := _verdict(item)) is not None:
                raise rejected

    async def expire(self, before: datetime) -> int:
        """See `Index`. Whole months only: an index goes when its last day lies before."""
        await self._ready()
        found = await _answer(self._client.indices.get(index=f"{self._alias}-*", features=["aliases"]))
        old = [name for name in found if (end := _end_of_month(name, self._alias)) is not None and end <= before]
        for name in old:
            await _answer(self._client.indices.delete(index=name, ignore_unavailable=True))
        return len(old)

    async def ping(self) -> None:
        """Raises `Unavailable` unless the cluster answers."""
        await self._ready()
        await _answer(self._client.info())

    async def aclose(self) -> None:
        """Release connections."""
        await self._client.close()

    async def _put_templates(self) -> None:
        for name, body in component_templates(self._prefix).items():
            await _answer(self._client.cluster.put_component_template(name=name, **body))
        for name, body in index_templates(self._prefix).items():
            await _answer(self._client.indices.put_index_template(name=name, **body))
        for indices, mapping in ((f"{self._alias}-*", article_mapping()), (self._alerts, alert_mapping())):
            if await _answer(self._client.indices.exists(index=indices, allow_no_indices=False)):
                await _answer(self._client.indices.put_mapping(index=indices, **mapping))

    async def _ready(self) -> None:
        async with self._setting_up:
            if not self._is_set_up:
                await self.set_up()

    async def _put(self, documents: list[Document]) -> list[Rejected | None]:
        """One bulk request; halves of it where it is too large for the server."""
        if not documents:
            return []
        operations = [line for document in documents for line in self._lines(document)]
        try:
            items = await self._bulk(operations)
        except _TooLargeError as error:
            if len(documents) == 1:
                return [Rejected(Reason.TOO_LARGE, str(error))]
            half = len(documents) // 2
            return [*await self._put(documents[:half]), *await self._put(documents[half:])]
        return [_verdict(item) for item in items]

    def _lines(self, document: Document) -> tuple[dict[str, Any], bytes]:
        action = {
            "_index": article_index(self._prefix, document.fetched_at),
            "_id": document.id,
            "version": document.revision,
            # An equal revision rewrites the same document, an older one is a conflict.
            "version_type": "external_gte",
        }
        return {"index": action}, document.encoded

    async def _bulk(self, operations: Sequence[Any]) -> Iterable[Mapping[str, Any]]:
        try:
            answer = await _answer(self._client.bulk(operations=operations))
        except ApiError as error:
            raise _TooLargeError(_why(error)) from error
        return [item["index"] for item in answer["items"]]

    async def _documents(self, **search: Any) -> tuple[Document, ...]:
        return tuple(map(Document.model_validate, await self._sources(**search)))

    async def _sources(self, **search: Any) -> Sequence[Mapping[str, Any]]:
        try:
            answer = await _answer(
                self._client.search(index=self._alias, ignore_unavailable=True, track_total_hits=False, **search)
            )
        except ApiError as error:
            raise ValueError(f"the query cannot be run: {_why(error)}") from error
        return [hit["_source"] for hit in answer["hits"]["hits"]]


class _TooLargeError(Exception):
    """The request is larger than the server takes."""


async def _answer(call: Awaitable[T]) -> T:
    """What the server answers. Only its refusal of this very request stays an `ApiError` (400, 413)."""
    try:
        return await call
    except ApiError as error:
        if error.status_code in (400, 413):
            raise
        raise Unavailable(DEPENDENCY, _why(error)) from error
    except TransportError as error:
        raise Unavailable(DEPENDENCY, str(error)) from error


def _why(error: ApiError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    causes = cause.get("root_cause") if isinstance(cause, dict) else None
    reason = causes[0].get("reason") if causes else None
    return f"{error.status_code} {reason or error.message}"


def _verdict(item: Mapping[str, Any]) -> Rejected | None:
    """None for what is stored or superseded. Raises `Unavailable` when the document is not at fault."""
    status = int(item["status"])
    if status < 300 or status == 409:
        return None
    cause = item.get("error", {})
    detail = f"{cause.get('type')}: {cause.get('reason')} {cause.get('caused_by', {}).get('reason', '')}".strip()
    if status == 400 and cause.get("type") not in _CLUSTER_AT_FAULT:
        return Rejected(Reason.REFUSED, detail)
    raise Unavailable(DEPENDENCY, f"{status} {detail}")


def _end_of_month(name: str, alias: str) -> datetime | None:
    month = index_month(name, alias)
    return None if month is None else (month + timedelta(days=31)).replace(day=1)


def _client(url: str) -> AsyncElasticsearch:
    parts = urlsplit(url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    host = f"{name}:{parts.port or (443 if parts.scheme == 'https' else 9200)}"
    options: dict[str, Any] = {}
    if parts.username:
        options["basic_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if ca_certs := parse_qs(parts.query).get("ca_certs"):
        options["ca_certs"] = ca_certs[0]
    # No retries here: the delivery policy tries again, with backoff.
    return AsyncElasticsearch(
        urlunsplit((parts.scheme, host, parts.path, "", "")),
        request_timeout=REQUEST_SECONDS,
        max_retries=0,
        retry_on_timeout=False,
        **options,
    )
