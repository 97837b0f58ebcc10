"""What only a real cluster can show: mappings, refusals, sizes, months, passwords, versions and outages."""

import socket
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiohttp import web

from services.contracts.alert import Alert, AlertArticle, AlertEvidence, Counted, Level, Quiet, Trigger
from services.contracts.article import Source
from services.contracts.document import Actor, Document, Location, Place
from services.contracts.errors import Reason, Rejected, Unavailable
from services.query import parse
from services.runtime.adapters.elastic_index import ElasticIndex
from services.runtime.adapters.elastic_setup import article_index, component_templates, index_month
from tests.articles import NOON, document
from tests.integration.elastic_door import Door

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
async def index(elasticsearch_url: str, index_prefix: str) -> AsyncIterator[ElasticIndex]:
    index = ElasticIndex(elasticsearch_url, prefix=index_prefix)
    yield index
    await index.aclose()


@pytest.fixture
def door(elasticsearch_url: str) -> Door:
    return Door(elasticsearch_url)


@pytest.fixture
async def behind_door(door: Door, index_prefix: str) -> AsyncIterator[ElasticIndex]:
    app = web.Application(client_max_size=10**9)
    app.router.add_route("*", "/{path:.*}", door.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    index = ElasticIndex(f"http://desk:p%40ss%20word@{host}:{port}", prefix=index_prefix)
    yield index
    await index.aclose()
    await runner.cleanup()


@pytest.fixture
async def server(elasticsearch_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=elasticsearch_url, timeout=30) as client:
        yield client


async def found(server: httpx.AsyncClient, names: str, query: dict[str, Any]) -> list[str]:
    (await server.post(f"/{names}/_refresh")).raise_for_status()
    answer = (await server.post(f"/{names}/_search", json={"query": query, "size": 100})).json()
    return sorted(hit["_id"] for hit in answer["hits"]["hits"])


def unindexable(name: str) -> Document:
    """A document that is valid for us and not for the mapping: an offset beyond 32 bits."""
    actor = Actor(quote="a", start=2**40, end=2**40, sentence=0, id="RUS", name="Russia", type="state")
    return document(name, actors=(actor,))


async def test_a_refused_document_leaves_the_others_stored(index: ElasticIndex) -> None:
    verdicts = await index.put([document("one"), unindexable("two"), document("three")])
    assert verdicts[0] is None
    assert verdicts[2] is None
    assert isinstance(verdicts[1], Rejected)
    assert verdicts[1].reason is Reason.REFUSED
    assert "out of range" in verdicts[1].detail


async def test_a_request_that_is_too_large_is_split_down_to_the_document_that_is(
    behind_door: ElasticIndex, door: Door
) -> None:
    door.max_bytes = 20_000
    batch = [document(str(n), text="word " * (10_000 if n == 2 else 1_000)) for n in range(5)]
    verdicts = await behind_door.put(batch)
    assert [v and v.reason for v in verdicts] == [None, None, Reason.TOO_LARGE, None, None]
    assert [size > door.max_bytes for size in door.sizes] == [True, False, True, True, False], "halves of halves"


async def test_a_busy_server_is_unavailable_and_the_retry_stores_all(behind_door: ElasticIndex, door: Door) -> None:
    door.busy = True
    with pytest.raises(Unavailable, match="queue is full"):
        await behind_door.put([document("one")])
    door.busy = False
    assert list(await behind_door.put([document("one")])) == [None]


async def test_a_server_of_another_major_version_is_named_at_the_start(behind_door: ElasticIndex, door: Door) -> None:
    door.version = "7.17.15"
    with pytest.raises(Unavailable, match=r"the server is Elasticsearch 7\.17\.15, this client speaks 9\.x"):
        await behind_door.ping()
    door.version = None
    await behind_door.ping()


async def test_the_name_and_password_of_the_url_are_sent(behind_door: ElasticIndex, door: Door) -> None:
    await behind_door.ping()
    assert door.authorization == {"Basic " + b64encode(b"desk:p@ss word").decode()}


async def test_months_are_indices_behind_one_alias(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    march = datetime(2022, 3, 1, tzinfo=UTC)
    old = document("old", published=march)
    await index.put([old, document("new", fetched_at=march)])
    names = (await server.get(f"/{index_prefix}articles")).json()
    assert sorted(names) == [f"{index_prefix}articles-2022.02", f"{index_prefix}articles-2022.03"]
    assert article_index("", NOON) == "articles-2022.02"
    assert index_month("articles-2022.02", "articles") == datetime(2022, 2, 1, tzinfo=UTC)
    assert index_month("articles-alien", "articles") is None
    later = old.model_copy(update={"revision": 2, "revised_at": march, "text": "changed"})
    await index.put([later])
    assert await found(server, f"{index_prefix}articles", {"term": {"id": old.id}}) == [old.id]
    assert await index.expire(march) == 1


async def test_what_is_stored_only_and_what_maps_need(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    here = Location(lat=50.45, lon=30.52)
    place = Place(quote="Kyiv", start=0, end=4, sentence=0, id="703448", name="Kyiv", location=here)
    await index.put(
        [
            document(
                "one",
                locations=(here,),
                places=(place,),
                clauses=[{"start": 0, "end": 4, "sentence": 0, "stance": "reported"}],
            )
        ]
    )
    near = {"geo_distance": {"distance": "1km", "locations": {"lat": 50.45, "lon": 30.52}}}
    names = f"{index_prefix}articles"
    assert len(await found(server, names, near)) == 1
    assert await found(server, names, {"exists": {"field": "clauses"}}) == []
    mapping = (await server.get(f"/{names}/_mapping")).json()[f"{names}-2022.02"]["mappings"]
    assert mapping["dynamic"] == "false"
    assert mapping["properties"]["quantities"]["type"] == "nested"


async def test_a_new_field_reaches_the_indices_that_exist(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    """An index made by an older version lacks the field; set-up adds it."""
    name = f"{index_prefix}articles-2022.01"
    settings = component_templates(index_prefix)[f"{index_prefix}tocsin-articles"]["template"]["settings"]
    older = {"properties": {"id": {"type": "keyword", "ignore_above": 8191}}}
    (await server.put(f"/{name}", json={"settings": settings, "mappings": older})).raise_for_status()
    await index.set_up()
    mapping = (await server.get(f"/{name}/_mapping")).json()[name]["mappings"]["properties"]
    assert mapping["troops_reported_max"] == {"type": "double"}


async def test_an_index_that_is_not_ours_is_named_at_the_start(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    (await server.put(f"/{index_prefix}articles-2022.01")).raise_for_status()
    with pytest.raises(Unavailable, match="cannot set up"):
        await index.ping()


async def test_an_alert_is_flat_and_its_findings_are_not_indexed(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    alert = Alert(
        id="a" * 64,
        subscription_id="s1",
        rule="build-up",
        rule_version=1,
        query="quantities:{ unit:troops }",
        trigger=Trigger.CROSSES,
        episode="0",
        title="Build-up near Ukraine",
        reason="190,000 troops, 110,000 before",
        evidence=(
            AlertEvidence(quote="190,000 troops", start=0, end=14, sentence=0, field="quantities", finding={"low": 5}),
        ),
        level=Level(field="quantities.low", group={"near": "UKR"}, before=None, after=190_000, rung=150_000),
        article=AlertArticle(
            id="b" * 64, revision=1, title="t", url="", source=Source(), language="en", published=NOON, fetched_at=NOON
        ),
        story_id="b",
        raised_at=NOON,
        links={"article": "https://news.example/1"},
    )
    await index.put_alerts({alert.id: alert.model_dump(mode="json")})
    names = f"{index_prefix}alerts"
    for query in (
        {"term": {"level.group.near": "UKR"}},
        {"match_phrase": {"evidence.quote": "190 000 troops"}},
        {"range": {"raised_at": {"lte": "2022-02-07T12:00:00Z"}}},
        {"range": {"level.after": {"gte": 190_000}}},
        {"term": {"article.id": "b" * 64}},
    ):
        assert await found(server, names, query) == [alert.id], query
    mapping = (await server.get(f"/{names}/_mapping")).json()[names]["mappings"]["properties"]
    assert mapping["evidence"]["properties"]["finding"]["enabled"] is False
    assert mapping["links"]["enabled"] is False


async def test_what_a_trigger_with_memory_saw_is_searched_and_a_silence_has_no_article(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    values: dict[str, Any] = {
        "subscription_id": "s1", "rule": "r", "rule_version": 1, "query": "a", "episode": "0", "title": "t",
        "reason": "because", "evidence": (), "story_id": "", "raised_at": NOON,
    }  # fmt: skip
    counted = Counted(group={"near": "UKR"}, stories=3, sources=("a.example", "b.example"), since=NOON, until=NOON)
    many = Alert(id="c" * 64, trigger=Trigger.COUNT, count=counted, **values)
    quiet = Alert(id="d" * 64, trigger=Trigger.SILENCE, silence=Quiet(since=NOON, until=NOON), **values)
    await index.put_alerts({alert.id: alert.model_dump(mode="json") for alert in (many, quiet)})
    names = f"{index_prefix}alerts"
    for query, alert in (
        ({"term": {"count.sources": "b.example"}}, many),
        ({"range": {"count.stories": {"gte": 3}}}, many),
        ({"term": {"trigger": "silence"}}, quiet),
        ({"range": {"silence.until": {"lte": "2022-02-07T12:00:00Z"}}}, quiet),
    ):
        assert await found(server, names, query) == [alert.id], query
    assert await found(server, names, {"exists": {"field": "article.id"}}) == []


async def test_an_alert_that_is_refused_is_rejected(index: ElasticIndex) -> None:
    with pytest.raises(Rejected) as refused:
        await index.put_alerts({"a": {"id": "a", "raised_at": "yesterday"}})
    assert refused.value.reason is Reason.REFUSED


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        index = ElasticIndex(f"http://user:pass%40word@127.0.0.1:{free.getsockname()[1]}")
    try:
        alert = {"id": "a"}
        for call in (index.ping(), index.put([document()]), index.search(parse("a")), index.put_alerts({"a": alert})):
            with pytest.raises(Unavailable) as down:
                await call
            assert down.value.dependency == "index"
    finally:
        await index.aclose()


async def test_a_closed_index_leaves_the_batch_to_be_tried_again(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    await index.put([document("one")])
    name = f"{index_prefix}articles-2022.02"
    (await server.post(f"/{name}/_close")).raise_for_status()
    with pytest.raises(Unavailable, match="closed"):
        await index.put([document("two")])
    (await server.post(f"/{name}/_open?wait_for_active_shards=1")).raise_for_status()
    assert list(await index.put([document("two")])) == [None]


async def test_a_query_of_very_many_words_finds_what_it_names(
    index: ElasticIndex, server: httpx.AsyncClient, index_prefix: str
) -> None:
    await index.put([document("one", text="needle")])
    await server.post(f"/{index_prefix}*/_refresh")
    words = " ".join(f"w{n}" for n in range(3000))
    page = await index.search(parse(f"text:({words} needle)"))
    assert len(page.documents) == 1
