"""What every index promises: the newest revision, pages newest first, the same meaning of a query."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.contracts.document import Document, Quantity, Story
from services.contracts.vocabulary import Op, Unit
from services.query import compile_query, fields_read, parse, prepare
from services.runtime.adapters.elastic_index import ElasticIndex
from services.runtime.adapters.embedded_index import EmbeddedIndex
from services.runtime.ports import Arrivals, Index, Page

NOON = datetime(2022, 2, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Refresh = Callable[[], Awaitable[None]]


@pytest.fixture(params=["memory", "file", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Index, Refresh]]:
    """An empty index, and what makes its writes searchable at once."""
    if request.param == "elasticsearch":
        url, prefix = request.getfixturevalue("elasticsearch_url"), request.getfixturevalue("index_prefix")
        index: Index = ElasticIndex(url, prefix=prefix)

        async def refresh() -> None:
            async with httpx.AsyncClient(base_url=url) as client:
                (await client.post(f"/{prefix}*/_refresh")).raise_for_status()
    else:
        index = EmbeddedIndex(str(tmp_path / "index.db") if request.param == "file" else ":memory:")

        async def refresh() -> None:
            return None

    yield index, refresh
    await index.aclose()


@pytest.fixture
def index(opened: tuple[Index, Refresh]) -> Index:
    return opened[0]


@pytest.fixture
def refresh(opened: tuple[Index, Refresh]) -> Refresh:
    return opened[1]


def document(number: int = 1, **changed: Any) -> Document:
    values: dict[str, Any] = {
        "id": f"{number:064x}",
        "published": NOON,
        "fetched_at": NOON,
        "text": f"Article {number}: Russian troops near Ukraine.",
        "story": Story(id="s"),
    }
    return Document(**(values | changed))


def numbers(page: Page) -> list[int]:
    return [int(d.id, 16) for d in page.documents]


async def test_a_stored_document_is_found_and_read_back_whole(index: Index, refresh: Refresh) -> None:
    troops = Quantity(
        quote="190,000 troops", start=0, end=14, sentence=0, value=190_000, low=190_000, op=Op.EQ, unit=Unit.TROOPS
    )
    put = document(7, quantities=(troops,), asserted=("Russia massed troops",), title="Ünïcödé 😀")
    assert list(await index.put([put])) == [None]
    await refresh()
    for query in ("", "troops", "quantities:{ unit:troops and low >= 100000 }", 'asserted:"massed troops"', "ünïcödé"):
        assert (await index.search(parse(query))).documents == (put,), query
    assert await index.get(put.id) == put


async def test_what_is_not_there_is_none_and_an_empty_page(index: Index) -> None:
    assert await index.get("0" * 64) is None
    assert await index.search(parse("anything")) == Page((), None)
    assert list(await index.put([])) == []


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [((1, "old"), (2, "new"), "new"), ((2, "new"), (1, "old"), "new"), ((1, "old"), (1, "again"), "again")],
    ids=["a newer revision replaces", "an older one never wins", "an equal one rewrites"],
)
async def test_the_newest_revision_wins(
    index: Index, refresh: Refresh, first: tuple[int, str], second: tuple[int, str], kept: str
) -> None:
    for revision, word in (first, second):
        assert list(await index.put([document(revision=revision, text=word)])) == [None]
    await refresh()
    found = await index.get(document().id)
    assert found is not None
    assert found.text == kept
    assert [d.text for d in (await index.search(parse(""))).documents] == [kept]
    gone = {"old", "new", "again"} - {kept}
    for word in gone:
        assert (await index.search(parse(word))).documents == ()


async def test_two_revisions_in_one_batch_leave_the_newer(index: Index, refresh: Refresh) -> None:
    batch = [document(revision=2, text="new"), document(revision=1, text="old"), document(2)]
    assert list(await index.put(batch)) == [None, None, None]
    await refresh()
    found = await index.get(document().id)
    assert found is not None
    assert found.text == "new"


async def test_pages_go_newest_first_and_lose_and_repeat_nothing(index: Index, refresh: Refresh) -> None:
    """Ties in time are ordered by id, across the indices of two months."""
    times = [NOON, NOON, NOON, NOON - timedelta(days=31), NOON + timedelta(milliseconds=1), NOON - timedelta(hours=1)]
    put = [document(n, published=at, fetched_at=at) for n, at in enumerate(times)]
    await index.put(put)
    await refresh()
    pages, cursor = [], None
    while True:
        page = await index.search(parse("troops"), limit=2, cursor=cursor)
        pages.append(numbers(page))
        if page.cursor is None:
            break
        cursor = page.cursor
    assert [n for page in pages for n in page] == [4, 2, 1, 0, 5, 3]


async def test_a_page_between_documents_that_do_not_match_is_full(index: Index, refresh: Refresh) -> None:
    put = [document(n, published=NOON - timedelta(minutes=n), escalation={"score": n % 5}) for n in range(450)]
    for start in range(0, 450, 150):
        await index.put(put[start : start + 150])
    await refresh()
    page = await index.search(parse("escalation.score >= 4"), limit=60)
    assert numbers(page) == list(range(4, 300, 5))
    rest = await index.search(parse("escalation.score >= 4"), limit=60, cursor=page.cursor)
    assert numbers(rest) == list(range(304, 450, 5))


async def test_since_is_inside_and_until_is_outside(index: Index, refresh: Refresh) -> None:
    hour = timedelta(hours=1)
    await index.put([document(n, published=NOON + n * hour) for n in range(4)])
    await refresh()
    page = await index.search(parse(""), since=NOON + hour, until=NOON + 3 * hour)
    assert numbers(page) == [2, 1]


def scanned_documents() -> list[Document]:
    """Documents 0..449 in order of arrival a minute apart; every third is historic and arrived when it was published.

    They are published in another order, over two months; two pairs arrive in the same millisecond.
    """
    found = []
    for n in range(450):
        at = NOON + timedelta(minutes=n - n % 200 // 199)
        other = NOON + timedelta(days=40 - n)
        times = {"published": at, "fetched_at": other} if n % 3 == 0 else {"published": other, "fetched_at": at}
        found.append(document(n, historic=n % 3 == 0, escalation={"score": n % 5}, **times))
    return found


async def read_scan(index: Index, query: str, first: int, end: int) -> list[int]:
    minute = timedelta(minutes=1)
    pages = index.scan(parse(query), since=NOON + first * minute, until=NOON + end * minute)
    return [int(values["id"], 16) async for page in pages for values in page]


async def test_a_scan_gives_each_document_once_in_order_of_arrival(index: Index, refresh: Refresh) -> None:
    put = scanned_documents()
    await index.put(put[::-1][:250])
    await index.put(put[:200])
    await refresh()
    assert await read_scan(index, "", 0, 450) == list(range(450))
    assert await read_scan(index, "", 7, 301) == list(range(7, 301))
    assert await index.arrivals(NOON + timedelta(minutes=7), NOON + timedelta(minutes=301)) == Arrivals(294, 0)


async def test_a_scan_loses_nothing_that_satisfies_the_query(index: Index, refresh: Refresh) -> None:
    await index.put(scanned_documents())
    await refresh()
    for query in (
        "escalation.score >= 4 and troops",
        "troops and not revision > 1 and @timestamp < now",
        "not locusts",
    ):
        wanted = compile_query(parse(query))
        pages = index.scan(parse(query), since=NOON, until=NOON + timedelta(days=1))
        found = [d["id"] async for page in pages for d in page if wanted.matches(prepare(d), now=NOON + 999 * DAY)]
        every = [d.id for d in scanned_documents() if wanted.matches(prepare(d.values), now=NOON + 999 * DAY)]
        assert found == every, query


async def test_a_scan_of_the_fields_of_a_query_decides_as_whole_documents_do(index: Index, refresh: Refresh) -> None:
    troops = Quantity(quote="9 troops", start=0, end=8, sentence=0, value=9, low=9, op=Op.EQ, unit=Unit.TROOPS)
    stored = [
        document(
            n, quantities=(troops,) * (n % 2), asserted=("It rained.",) * (n % 3), language="en" if n % 5 else "fr"
        )
        for n in range(30)
    ]
    await index.put(stored)
    await refresh()
    for query in (
        "quantities:{ unit:troops and low >= 9 }",
        "quantities:{ not unit:troops }",
        'quantities:{ quote:"9 troops" }',
        "asserted:rained and not language:fr",
        '"article 7" or revision > 1',
        "not troops",
        "*",
    ):
        tree = parse(query)
        wanted = compile_query(tree)
        pages = index.scan(tree, since=NOON, until=NOON + DAY, fields=fields_read(tree))
        found = [values async for page in pages for values in page]
        assert all({"id", "revision", "@timestamp", "fetched_at", "story"} <= values.keys() for values in found)
        matching = [values["id"] for values in found if wanted.matches(prepare(values), now=NOON)]
        assert matching == [d.id for d in stored if wanted.matches(prepare(d.values), now=NOON)], query


async def test_a_scan_asks_nothing_of_the_clock(index: Index, refresh: Refresh) -> None:
    """The time of a rule is the arrival of each document, and the index does not know that time."""
    await index.put([document(1)])
    await refresh()
    for query in (
        "@timestamp >= now-1h",
        "not @timestamp < now-1h",
        'troops and @timestamp:"now/d"',
        "fetched_at < now",
    ):
        assert await read_scan(index, query, 0, 1) == [1], query


async def test_a_scan_gives_the_newest_revision_at_the_first_arrival(index: Index, refresh: Refresh) -> None:
    await index.put([document(1), document(2, fetched_at=NOON + timedelta(minutes=1))])
    await index.put([document(1, revision=2, text="changed", revised_at=NOON + DAY)])
    await refresh()
    pages = index.scan(parse("changed or troops"), since=NOON, until=NOON + DAY)
    found = [Document.model_validate(values) async for page in pages for values in page]
    assert [(d.revision, d.text[:7]) for d in found] == [(2, "changed"), (1, "Article")]
    assert await index.arrivals(NOON, NOON + DAY) == Arrivals(2, 1)


async def test_a_scan_of_nothing_is_empty(index: Index) -> None:
    assert await read_scan(index, "troops", 0, 10) == []
    assert await index.arrivals(NOON, NOON + DAY) == Arrivals(0, 0)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIiwiYiJd", "!!!!", "é", "WzEsMl0", "WzFlOTksImEiXQ"])
async def test_a_foreign_cursor_is_refused(index: Index, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        await index.search(parse(""), cursor=cursor)


async def test_a_query_that_can_find_nothing_finds_nothing(index: Index, refresh: Refresh) -> None:
    """Also where Kibana would fail: a word in a number, an unknown nested path."""
    await index.put([document(1)])
    await refresh()
    for query in (
        "revision:x",
        "nowhere:{ a:b }",
        "quantities.unit:troops",
        "text:null",
        "foo:bar",
        "quantities:{ low >= 1,0 }",
    ):
        assert (await index.search(parse(query))).documents == (), query
        assert numbers(await index.search(parse(f"not ({query})"))) == [1], query


async def test_an_alert_stored_twice_is_one(index: Index) -> None:
    await index.put_alerts({"a": {"id": "a", "title": "first"}, "b": {"id": "b", "title": "other"}})
    await index.put_alerts({"a": {"id": "a", "title": "second"}})
    await index.put_alerts({})


async def test_old_articles_expire(index: Index, refresh: Refresh) -> None:
    await index.put([document(1), document(2, fetched_at=NOON + timedelta(days=40))])
    await refresh()
    assert await index.expire(datetime(2022, 3, 1, tzinfo=UTC)) == 1
    assert numbers(await index.search(parse(""))) == [2]
    assert await index.expire(datetime(2022, 3, 1, tzinfo=UTC)) == 0


async def test_an_open_index_answers(index: Index) -> None:
    await index.ping()
