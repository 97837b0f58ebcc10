"""The enrich worker as it is run, on a real broker and a real index: no article is lost, whatever happens to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer

from services.contracts.article import MAX_TEXT_BYTES
from services.contracts.errors import Reason
from services.contracts.topics import ALL, ARTICLES
from services.runtime.adapters.kafka_admin import create_topics
from services.runtime.connect import open_bus
from services.runtime.dead_letters import REASON
from tests.integration.pipeline import Stage
from tests.integration.processes import Process
from tests.proxy import proxied
from tests.unit.runtime.dead import dead_letters

pytestmark = [pytest.mark.kafka, pytest.mark.elasticsearch]

LOAD = 2_000
PARTITIONS = 4
SOME_WORK = "Officials said 110,000 Russian troops were near the border with Ukraine, and denied plans to invade. " * 5

Start = Callable[..., Process]


@pytest.fixture
def bus_url(kafka_url: str, topic_prefix: str) -> str:
    """Topics of this test's own."""
    url = f"{kafka_url}/{topic_prefix.rstrip('.')}"
    create_topics(url, PARTITIONS, names=ALL)
    return url


@pytest.fixture
async def stage(bus_url: str, elasticsearch_url: str, topic_prefix: str) -> AsyncIterator[Stage]:
    bus = open_bus(bus_url)
    yield Stage(bus, elasticsearch_url, f"{topic_prefix}example")
    await bus.aclose()


@pytest.fixture
def start(
    bus_url: str, elasticsearch_url: str, unused_tcp_port_factory: Callable[[], int], tmp_path: Path
) -> Iterator[Start]:
    """Starts workers, with the settings that a test changes."""
    workers: list[Process] = []

    def start(module: str = "services.enrich", **settings: str) -> Process:
        usual = {"TOCSIN_BUS_URL": bus_url, "TOCSIN_INDEX_URL": elasticsearch_url}
        log = tmp_path / f"worker{len(workers)}.log"
        workers.append(Process(module, usual | settings, unused_tcp_port_factory(), log))
        return workers[-1]

    yield start
    for worker in workers:
        worker.close()


async def test_under_load_two_workers_lose_nothing_to_sigterm_and_sigkill(stage: Stage, start: Start) -> None:
    one, two = start(), start()
    await asyncio.gather(one.until_ready(), two.until_ready())
    articles = stage.articles(LOAD, text=SOME_WORK)
    putting_in = asyncio.ensure_future(stage.put_in(articles))

    await stage.until_sent_on(LOAD // 20)
    assert await one.stop() == 0
    assert await stage.waiting() > 0, "stopped too late to show anything"
    start()
    await stage.until_sent_on(LOAD // 2)
    await two.kill()
    assert await stage.waiting() > 0, "killed too late to show anything"
    start()

    await putting_in
    await stage.until_done()
    on_topic = await stage.ids_on_topic()
    assert set(on_topic) == {article.id for article in articles}
    assert len(on_topic) < 2 * LOAD, "a stop may bring back what was in flight, not everything"
    assert await stage.indexed() == LOAD


async def test_the_largest_articles_pass_whatever_they_are_made_of(stage: Stage, start: Start) -> None:
    for article, text in zip(stage.articles(3), ("Troops gathered. ", 'He said "no".\n', "Ж"), strict=True):
        full = text * (MAX_TEXT_BYTES // len(text.encode()))
        await stage.put_in([article.model_copy(update={"text": full})])
    start()
    await stage.until_done()
    assert sorted(await stage.ids_on_topic()) == sorted(article.id for article in stage.articles(3))
    assert await stage.indexed() == 3


async def test_a_replay_makes_no_second_document(stage: Stage, start: Start) -> None:
    start()
    articles = stage.articles(300)
    for _ in range(2):
        await stage.put_in(articles)
    await stage.until_done()
    assert await stage.sent_on() == 600
    assert await stage.indexed() == 300


async def test_an_article_that_enrich_fails_on_is_buried_and_takes_no_other_with_it(stage: Stage, start: Start) -> None:
    start("tests.integration.failing_worker")
    (bad,) = stage.articles(1, text="boom")
    good = stage.articles(21)[1:]
    await stage.put_in([*good[:10], bad, *good[10:]])
    await stage.until_done()
    assert sorted(await stage.ids_on_topic()) == sorted(article.id for article in good)
    assert await stage.indexed() == 20
    (letter,) = await dead_letters(stage.bus, ARTICLES)
    assert letter.raw == ARTICLES.encode(bad)
    assert dict(letter.headers)[REASON] == Reason.BUG.value.encode()


async def test_a_worker_that_fails_on_everything_stops_and_has_thrown_nothing_away(stage: Stage, start: Start) -> None:
    await stage.put_in(stage.articles(100, text="boom"))
    worker = start("tests.integration.failing_worker")
    assert await worker.ended() == 1
    assert await stage.waiting() == 100
    assert await dead_letters(stage.bus, ARTICLES) == []


async def test_a_message_that_does_not_decode_is_buried_with_its_bytes_and_the_next_ones_are_enriched(
    stage: Stage, start: Start, kafka_address: str, topic_prefix: str
) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka_address)
    raws = [b"\xff\xfe", b"", b'{"id": "short"}', b"[]"]
    for raw in raws:
        producer.send(f"{topic_prefix}articles", value=raw, partition=0).get(timeout=30)
    producer.close()
    await stage.put_in(stage.articles(20))
    start()
    await stage.until_done()
    assert await stage.indexed() == 20
    letters = await dead_letters(stage.bus, ARTICLES)
    assert [letter.raw for letter in letters] == raws
    assert {dict(letter.headers)[REASON] for letter in letters} == {Reason.UNREADABLE.value.encode()}


async def test_without_the_index_at_start_nothing_is_committed_and_with_it_the_work_goes_on(
    stage: Stage, start: Start, elasticsearch_url: str
) -> None:
    async with proxied(elasticsearch_url, is_open=False) as proxy:
        await stage.put_in(stage.articles(100))
        worker = start(TOCSIN_INDEX_URL=proxy.url)
        await worker.until_unready()
        assert await stage.waiting() == 100
        assert await stage.sent_on() == 0
        proxy.open()
        await stage.until_done()
        await worker.until_ready()
        assert await stage.indexed() == 100


async def test_an_index_that_goes_in_the_middle_stops_the_commits_until_it_is_back(
    stage: Stage, start: Start, elasticsearch_url: str
) -> None:
    async with proxied(elasticsearch_url) as proxy:
        worker = start(TOCSIN_INDEX_URL=proxy.url)
        await worker.until_ready()
        await stage.put_in(stage.articles(200))
        await stage.until_sent_on(200)
        await stage.until_done()
        proxy.shut()
        await stage.put_in(stage.articles(400)[200:])
        await worker.until_unready()
        assert await stage.waiting() == 200
        assert await stage.sent_on() == 200
        proxy.open()
        await stage.until_done()
        assert set(await stage.ids_on_topic()) == {article.id for article in stage.articles(400)}
        assert await stage.indexed() == 400
        assert await worker.stop() == 0


async def test_an_index_that_stays_away_ends_the_worker_uncommitted_and_it_says_why(
    stage: Stage, start: Start, elasticsearch_url: str
) -> None:
    async with proxied(elasticsearch_url, is_open=False) as proxy:
        await stage.put_in(stage.articles(50))
        worker = start(TOCSIN_INDEX_URL=proxy.url, TOCSIN_UNAVAILABLE_S="2")
        assert await worker.ended() == 1
        assert "index unavailable" in worker.log.splitlines()[-1]
        assert await stage.waiting() == 50
    start()
    await stage.until_done()
    assert await stage.indexed() == 50


async def test_a_broker_that_is_not_there_at_start_is_named_and_ends_the_worker(start: Start) -> None:
    worker = start(TOCSIN_BUS_URL="kafka://127.0.0.1:9", TOCSIN_UNAVAILABLE_S="1")
    assert await worker.ended() == 1
    assert "kafka unavailable: 127.0.0.1:9" in worker.log.splitlines()[-1]


async def test_missing_topics_are_named_and_end_the_worker(start: Start, kafka_url: str) -> None:
    worker = start(TOCSIN_BUS_URL=f"{kafka_url}/nowhere", TOCSIN_UNAVAILABLE_S="1")
    assert await worker.ended() == 1
    assert "topics do not exist: nowhere.articles, nowhere.articles.dead" in worker.log.splitlines()[-1]


async def test_settings_that_cannot_be_used_are_all_named_and_end_the_worker(start: Start) -> None:
    worker = start(TOCSIN_BUS_ULR="x", TOCSIN_UNAVAILABLE_S="long", TOCSIN_LOG_LEVEL="loud")
    assert await worker.ended() == 2
    for word in ("TOCSIN_BUS_ULR: unknown; did you mean TOCSIN_BUS_URL?", "TOCSIN_UNAVAILABLE_S:", "TOCSIN_LOG_LEVEL:"):
        assert word in worker.log
