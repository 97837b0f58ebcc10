"""Following feeds."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from services.ingest.adapters.sql_feeds import SqlFeeds
from services.ingest.core.feed import FeedItem
from services.ingest.core.raw_item import RawItem
from services.ingest.core.schedule import DEAD_AFTER
from services.ingest.poller import UNAVAILABLE_WAIT_S, Poller
from services.ingest.ports import FeedFailed, Fetched, Validators
from tests.unit.ingest.doors import Door

URL = "https://news.example/feed.xml"


def entry(name: str, text: str = "troops") -> FeedItem:
    return FeedItem(f"{name}-{text}", RawItem(url=f"https://news.example/{name}", text=text))


@dataclass
class Feed:
    """A server of one feed: what it answers next, and what it was asked with."""

    answers: list[Fetched | FeedFailed] = field(default_factory=list)
    asked: list[Validators] = field(default_factory=list)

    def shows(self, *items: FeedItem, etag: str = "") -> None:
        self.answers.append(Fetched(items, Validators(etag)))

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        self.asked.append(validators)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, FeedFailed):
            raise answer
        return answer


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def poller(door: Door, feed: Feed) -> Poller:
    return Poller(door.ingest, SqlFeeds(door.database), feed, door.clock, every_s=300, chance=lambda: 0.5)


async def test_the_first_look_is_historic_and_later_items_are_news(door: Door, feed: Feed, poller: Poller) -> None:
    feed.shows(entry("a"), entry("b"))
    feed.shows(entry("a"), entry("b"), entry("c"))
    assert [await poller.look(URL) for _ in range(2)] == [300, 300]
    assert [(a.url[-1], a.historic) for a in await door.published()] == [("a", True), ("b", True), ("c", False)]


async def test_a_feed_that_was_empty_at_first_has_only_news_later(door: Door, feed: Feed, poller: Poller) -> None:
    feed.shows()
    feed.shows(entry("a"))
    await poller.look(URL)
    await poller.look(URL)
    assert [a.historic for a in await door.published()] == [False]


async def test_a_changed_item_is_the_next_revision(door: Door, feed: Feed, poller: Poller) -> None:
    feed.shows(entry("a"))
    feed.shows(entry("a", "more troops"))
    await poller.look(URL)
    await poller.look(URL)
    assert [(a.revision, a.text) for a in await door.published()] == [(1, "troops"), (2, "more troops")]


async def test_validators_of_the_last_complete_look_are_sent_with_the_next(feed: Feed, poller: Poller) -> None:
    feed.shows(entry("a"), etag='"1"')
    feed.answers.append(Fetched(None, Validators('"1"')))
    for _ in range(3):
        await poller.look(URL)
    assert feed.asked == [Validators(), Validators('"1"'), Validators('"1"')]


async def test_an_item_the_broker_did_not_take_comes_again_and_is_still_historic(
    door: Door, feed: Feed, poller: Poller
) -> None:
    feed.shows(entry("a"), etag='"1"')
    door.bus.is_away = True
    assert await poller.look(URL) == UNAVAILABLE_WAIT_S
    door.bus.is_away = False
    await poller.look(URL)
    assert feed.asked == [Validators(), Validators()]
    assert [(a.revision, a.historic) for a in await door.published()] == [(1, True)]


async def test_what_was_seen_is_known_after_a_restart(door: Door, feed: Feed, poller: Poller) -> None:
    feed.shows(entry("a"))
    await poller.look(URL)
    restarted = Poller(door.ingest, SqlFeeds(door.database), feed, door.clock, every_s=300)
    feed.shows(entry("b"))
    await restarted.look(URL)
    await restarted.look(URL)
    assert [(a.url[-1], a.historic) for a in await door.published()] == [("a", True), ("b", False)]


async def test_an_item_that_is_no_article_is_told_once_and_keeps_no_other_out(
    door: Door, feed: Feed, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    feed.shows(entry("a", " "), entry("b"))
    await poller.look(URL)
    await poller.look(URL)
    assert [record.message for record in caplog.records] == ["feed item refused"]
    assert [a.url[-1] for a in await door.published()] == ["b"]


async def test_a_failing_feed_waits_longer_each_time_until_it_is_well(feed: Feed, poller: Poller) -> None:
    feed.answers += [FeedFailed("HTTP 500"), FeedFailed("HTTP 429", retry_after_s=5_000), Fetched((), Validators())]
    assert [await poller.look(URL) for _ in range(4)] == [600, 5_000, 300, 300]


async def test_a_dead_feed_is_reported_once(feed: Feed, poller: Poller, caplog: pytest.LogCaptureFixture) -> None:
    feed.answers.append(FeedFailed("HTTP 404"))
    for _ in range(DEAD_AFTER + 3):
        await poller.look(URL)
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == ["feed is dead"]


async def test_a_dead_feed_delays_no_other_and_stopping_ends_the_waits(door: Door) -> None:
    @dataclass
    class Web:
        answered: asyncio.Event = field(default_factory=asyncio.Event)

        async def fetch(self, url: str, validators: Validators) -> Fetched:
            if "dead" in url:
                raise FeedFailed("HTTP 500")
            self.answered.set()
            return Fetched((entry("a"),), Validators())

    web, stop = Web(), asyncio.Event()
    poller = Poller(door.ingest, SqlFeeds(door.database), web, door.clock, every_s=3_600)
    running = asyncio.create_task(poller.run(["https://dead.example/", "https://alive.example/"], stop))
    async with asyncio.timeout(10):
        await web.answered.wait()
        stop.set()
        await running
    assert [a.url for a in await door.published()] == ["https://news.example/a"]


async def test_stopping_waits_for_no_feed_that_does_not_answer(door: Door) -> None:
    @dataclass
    class Silent:
        asked: asyncio.Event = field(default_factory=asyncio.Event)
        given_up: bool = False

        async def fetch(self, url: str, validators: Validators) -> Fetched:
            self.asked.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up = True
            raise AssertionError

    web, stop = Silent(), asyncio.Event()
    poller = Poller(door.ingest, SqlFeeds(door.database), web, door.clock, every_s=3_600)
    running = asyncio.create_task(poller.run([URL], stop))
    async with asyncio.timeout(10):
        await web.asked.wait()
        stop.set()
        await running
    assert web.given_up
    assert await door.published() == []
