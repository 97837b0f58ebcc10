"""Accepting articles."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from services.contracts.article import Article
from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.topics import Topic
from services.ingest.core.raw_item import RawItem
from services.ingest.flow import Accepted, Receipt, take_in
from services.ingest.ports import Found, Verdict
from tests.articles import NOON
from tests.unit.ingest.doors import Door


def item(name: str = "one", text: str = "110,000 troops", **fields: object) -> RawItem:
    return RawItem.model_validate({"url": f"https://news.example/{name}", "text": text} | fields)


def told(receipts: list[Receipt]) -> list[tuple[int, str] | Reason]:
    return [(r.revision, str(r.verdict)) if isinstance(r, Accepted) else r.reason for r in receipts]


async def test_a_new_article_is_published_under_the_id_of_its_receipt(door: Door) -> None:
    (receipt,) = await door.ingest.accept([item()], "test")
    (article,) = await door.published()
    assert receipt == Accepted(article.id, 1, Verdict.NEW)
    assert (article.text, article.revision, article.revised_at) == ("110,000 troops", 1, None)


async def test_the_same_article_sent_twice_gives_one_message(door: Door) -> None:
    await door.ingest.accept([item()], "test")
    receipts = await door.ingest.accept([item(), item()], "test")
    assert told(receipts) == [(1, "duplicate")] * 2
    assert len(await door.published()) == 1


async def test_the_same_article_twice_in_one_batch_gives_one_message(door: Door) -> None:
    assert told(await door.ingest.accept([item(), item()], "test")) == [(1, "new"), (1, "republished")]
    assert len(await door.published()) == 1


async def test_a_changed_text_is_revision_two_and_keeps_when_the_first_arrived(door: Door) -> None:
    await door.ingest.accept([item(published="2022-02-07")], "test")
    door.clock.moment += timedelta(days=1)
    assert told(await door.ingest.accept([item(text="120,000 troops", published="2022-02-07")], "test")) == [
        (2, "revised")
    ]
    first, second = await door.published()
    assert (second.id, second.revision, second.text) == (first.id, 2, "120,000 troops")
    assert second.fetched_at == first.fetched_at == NOON + timedelta(hours=1)
    assert second.revised_at == NOON + timedelta(days=1, hours=1)


async def test_no_revision_was_published_after_its_article_arrived(door: Door) -> None:
    await door.ingest.accept([item(published="2022-02-07")], "test")
    door.clock.moment += timedelta(days=1)
    await door.ingest.accept([item(text="120,000 troops", published="2022-02-08")], "test")
    _, second = await door.published()
    assert (second.published, second.date_clamped) == (second.fetched_at, True)


async def test_revisions_of_one_batch_are_published_in_their_order(door: Door) -> None:
    await door.ingest.accept([item(text="a"), item("two"), item(text="b"), item(text="a")], "test")
    assert [(a.revision, a.text) for a in await door.published() if a.url.endswith("one")] == [
        (1, "a"),
        (2, "b"),
        (3, "a"),
    ]


async def test_a_refused_item_keeps_no_other_out(door: Door) -> None:
    items: list[RawItem | Rejected] = [
        item("one"),
        item("two", text=" "),
        Rejected(Reason.UNREADABLE, "no JSON"),
        item("three"),
    ]
    receipts = await door.ingest.accept(items, "test")
    assert told(receipts) == [(1, "new"), Reason.EMPTY_TEXT, Reason.UNREADABLE, (1, "new")]
    assert [article.url[-3:] for article in await door.published()] == ["one", "ree"]


async def test_what_an_absent_broker_did_not_take_comes_again_under_the_same_revision(door: Door) -> None:
    door.bus.is_away = True
    with pytest.raises(Unavailable):
        await door.ingest.accept([item()], "test")
    assert await door.published() == []
    door.bus.is_away = False
    door.clock.moment += timedelta(minutes=1)
    assert told(await door.ingest.accept([item()], "test")) == [(1, "republished")]
    (article,) = await door.published()
    assert (article.revision, article.fetched_at) == (1, NOON + timedelta(hours=1))


async def test_a_sender_does_not_wait_for_ever_for_a_broker(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("services.ingest.flow.ACKNOWLEDGED_WITHIN_S", 0.01)
    monkeypatch.setattr(door.bus, "publish", never)
    with pytest.raises(Unavailable, match="no acknowledgement"):
        await door.ingest.accept([item()], "test")
    monkeypatch.undo()
    assert told(await door.ingest.accept([item()], "test")) == [(1, "republished")]


async def test_a_broker_that_leaves_in_the_middle_loses_nothing_of_many_batches(door: Door) -> None:
    items = [item(str(n)) for n in range(1_200)]
    door.bus.publishes_left = 1
    with pytest.raises(Unavailable):
        await door.ingest.accept(items, "test")
    door.bus.publishes_left, door.bus.is_away = None, False
    receipts = await door.ingest.accept(items, "test")
    assert [r.verdict for r in receipts if isinstance(r, Accepted)] == (
        [Verdict.DUPLICATE] * 500 + [Verdict.REPUBLISHED] * 500 + [Verdict.NEW] * 200
    )
    articles = await door.published()
    assert len(articles) == len({article.id for article in articles}) == 1_200


async def test_every_item_is_counted_once_by_what_became_of_it(door: Door) -> None:
    def count(result: str) -> float:
        labels = {"door": "counted", "result": result}
        return REGISTRY.get_sample_value("tocsin_articles_received_total", labels) or 0.0

    before = {result: count(result) for result in Verdict}
    await door.ingest.accept([item("x"), item("y"), item("z", text="")], "counted")
    await door.ingest.accept([item("x"), item("y", text="other")], "counted")
    assert {result: count(result) - before[result] for result in Verdict} == {
        Verdict.NEW: 2,
        Verdict.REFUSED: 1,
        Verdict.DUPLICATE: 1,
        Verdict.REVISED: 1,
        Verdict.REPUBLISHED: 0,
    }


async def test_callers_at_the_same_time_share_a_flush_and_get_their_own_receipts(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    publish = door.bus.publish

    async def counted(topic: Topic[Article], messages: Sequence[Article]) -> None:
        sizes.append(len(messages))
        await publish(topic, messages)

    monkeypatch.setattr(door.bus, "publish", counted)
    calls = [door.ingest.accept([item(f"{n}-{m}") for m in range(n % 3)], "test") for n in range(100)]
    results = await asyncio.gather(*calls)
    assert [len(receipts) for receipts in results] == [n % 3 for n in range(100)]
    assert len(sizes) < 10
    assert sum(sizes) == len(await door.published()) == 99
    again = await door.ingest.accept([item("5-0"), item("5-1")], "test")
    assert [r.id for r in again if isinstance(r, Accepted)] == [r.id for r in results[5] if isinstance(r, Accepted)]


async def test_an_outage_is_told_to_all_callers_of_a_batch(door: Door) -> None:
    door.bus.is_away = True
    results = await asyncio.gather(*(door.ingest.accept([item(str(n))], "t") for n in range(9)), return_exceptions=True)
    assert {type(result) for result in results} == {Unavailable}


async def test_a_caller_that_goes_away_or_meets_a_bug_takes_no_other_with_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = door.bus.publish

    begun = asyncio.Event()

    async def buggy(topic: Topic[Article], messages: Sequence[Article]) -> None:
        if not begun.is_set():
            begun.set()
            await asyncio.Event().wait()
        if any(message.url.endswith("/1") for message in messages):
            raise ZeroDivisionError
        await publish(topic, messages)

    monkeypatch.setattr(door.bus, "publish", buggy)
    calls = [asyncio.create_task(door.ingest.accept([item(str(n))], "test")) for n in (0, 2, 1, 3, 4)]
    await begun.wait()
    calls[0].cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result).__name__ for result in results] == [
        "CancelledError",
        "list",
        "ZeroDivisionError",
        "list",
        "list",
    ]
    assert {a.url[-1] for a in await door.published()} == {"2", "3", "4"}


async def test_a_source_is_taken_in_whole_with_a_receipt_for_each_place(door: Door) -> None:
    class Folder:
        def read(self) -> Iterator[Found]:
            for n in range(1_100):
                yield Found(str(n), Rejected(Reason.UNREADABLE, "torn") if n == 700 else item(str(n)))

    taken = [(place, receipt) async for place, receipt in take_in(door.ingest, Folder(), "file")]
    assert [place for place, _ in taken] == [str(n) for n in range(1_100)]
    assert [place for place, receipt in taken if isinstance(receipt, Rejected)] == ["700"]
    assert len(await door.published()) == 1_099
