"""Elasticsearch's percolator on the same rules and articles: the peer of the matcher. Speaks HTTP and no more."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import orjson

from deploy.local.percolator_node import percolator
from deploy.local.server import Server
from services.contracts.document import Document
from services.query import parse, to_elasticsearch
from services.runtime.adapters.elastic_setup import article_mapping, component_templates

BATCH = 100
"""Articles a request."""
TICKS = 100
"""Of a processor's time, a second, as the kernel counts it."""


class Percolator:
    """A node that holds queries and is asked which of them articles match."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = httpx.Client(base_url=server.url, timeout=600)

    def load(self, queries: Sequence[tuple[str, str]]) -> float:
        """An index of these (id, KQL) alone. Returns seconds."""
        started = perf_counter()
        self._client.delete("/rules", params={"ignore_unavailable": "true"}).raise_for_status()
        settings: Any = component_templates("")["tocsin-articles"]["template"]["settings"]
        kept = {name: value for name, value in settings.items() if name != "auto_expand_replicas"}
        mapping = article_mapping()
        mapping["properties"]["query"] = {"type": "percolator"}
        body = {
            "settings": kept | {"number_of_replicas": 0, "max_result_window": 1_000_000, "refresh_interval": "-1"},
            "mappings": mapping,
        }
        self._client.put("/rules", json=body).raise_for_status()
        for first in range(0, len(queries), 2_000):
            part = queries[first : first + 2_000]
            lines = b"".join(_index(name, text) for name, text in part)
            answer = self._client.post("/rules/_bulk", content=lines, headers=_NDJSON).raise_for_status().json()
            if answer["errors"]:
                raise RuntimeError(next(str(i) for i in answer["items"] if i["index"]["status"] >= 300))
        self._client.post("/rules/_refresh").raise_for_status()
        self._client.post("/rules/_forcemerge", params={"max_num_segments": 1}).raise_for_status()
        return perf_counter() - started

    def matches(self, documents: Sequence[Document]) -> list[set[str]]:
        """The ids of the queries that each article matches."""
        found: list[set[str]] = []
        for first in range(0, len(documents), BATCH):
            part = documents[first : first + BATCH]
            percolate = {"field": "query", "documents": [orjson.Fragment(document.encoded) for document in part]}
            query = {"constant_score": {"filter": {"percolate": percolate}}}
            body = {"query": query, "size": 1_000_000, "_source": False}
            answer = self._client.post("/rules/_search", params=_ONLY, content=orjson.dumps(body), headers=_JSON)
            slots: defaultdict[int, set[str]] = defaultdict(set)
            for hit in orjson.loads(answer.raise_for_status().content)["hits"].get("hits", ()):
                for slot in hit["fields"]["_percolator_document_slot"]:
                    slots[slot].add(hit["_id"])
            found += [slots[number] for number in range(len(part))]
        return found

    def cpu_s(self) -> float:
        """Processor seconds of the node so far, all its threads together."""
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self._server.pid:
                total += int(fields[11]) + int(fields[12])
        return total / TICKS


@contextmanager
def started() -> Iterator[Percolator]:
    """A node of its own, gone afterwards. Raises `StackError`."""
    with percolator() as server:
        yield Percolator(server.start())


def _index(name: str, text: str) -> bytes:
    action = orjson.dumps({"index": {"_id": name}})
    return action + b"\n" + orjson.dumps({"query": to_elasticsearch(parse(text))}) + b"\n"


_JSON = {"content-type": "application/json"}
_NDJSON = {"content-type": "application/x-ndjson"}
_ONLY = {"filter_path": "hits.hits._id,hits.hits.fields"}
