"""The Atom feed of a subscription, as a feed reader sees it."""

from collections.abc import AsyncIterator
from pathlib import Path

import feedparser
import httpx
import pytest

from services.alert.adapters.sql_journal import SqlJournal
from services.alert.app import Parts, assemble, build_app, utc_now
from services.alert.settings import AlertSettings
from services.contracts.alert import Kind
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.health import Health
from tests.memory_index import MemoryIndex
from tests.subscriptions import news

FEED = "/v1/subscriptions/s/alerts.atom"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


@pytest.fixture
async def parts(database: Database) -> AsyncIterator[Parts]:
    bus = EmbeddedBus(":memory:")
    yield assemble(AlertSettings(), bus, MemoryIndex(), database, Health())
    await bus.aclose()


@pytest.fixture
async def api(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as client:
        body = {"id": "s", "name": "invasion <b>&amp;", "query": "invasion"}
        assert (await client.post("/v1/subscriptions", json=body)).status_code == 201
        yield client


async def told(parts: Parts, name: str, text: str = "Leaders fear an invasion.") -> None:
    await parts.alerting.raise_alerts([news(name, text)])
    await parts.sender.send_due()
    await parts.sender.settle_all()


async def test_a_reader_finds_each_alert_once_under_an_id_that_stays(parts: Parts, api: httpx.AsyncClient) -> None:
    assert feedparser.parse((await api.get(FEED)).content).entries == []
    for name in ("a", "b"):
        await told(parts, name)
    reply = await api.get(FEED)
    feed = feedparser.parse(reply.content)
    assert (reply.headers["content-type"], feed.bozo, feed.version) == ("application/atom+xml", False, "atom10")
    assert [entry.title for entry in feed.entries] == ["[MEDIUM] invasion <b>&amp;: Leaders fear an invasion."] * 2
    assert [entry.id for entry in feed.entries] == [
        entry.id for entry in feedparser.parse((await api.get(FEED)).content).entries
    ]
    assert len({entry.id for entry in feed.entries}) == 2


async def test_a_later_edition_is_an_entry_of_its_own(parts: Parts, api: httpx.AsyncClient, database: Database) -> None:
    await told(parts, "a")
    journal = SqlJournal(database)
    ((entry,)) = await journal.newest("s", 9)
    denial = entry.alert.model_copy(update={"kind": Kind.DENIAL, "edition": 5})
    from services.alert.adapters.outbox_rows import store_messages

    await database.write(lambda connection: store_messages(connection, [denial]))
    await journal.append([denial], utc_now())
    titles = [e.title for e in feedparser.parse((await api.get(FEED)).content).entries]
    assert [" (denial)" in title for title in titles] == [True, False]


async def test_what_is_known_is_not_sent_again(parts: Parts, api: httpx.AsyncClient) -> None:
    await told(parts, "a")
    first = await api.get(FEED)
    same = await api.get(FEED, headers={"If-None-Match": f'W/"x", {first.headers["etag"]}'})
    assert (same.status_code, same.content) == (304, b"")
    await told(parts, "b")
    assert (await api.get(FEED, headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_a_feed_has_a_name_for_readers_without_a_key_until_it_gets_another(
    parts: Parts, api: httpx.AsyncClient
) -> None:
    await told(parts, "a")
    first, second = [(await api.post("/v1/subscriptions/s/feed")).json()["url"] for _ in range(2)]
    assert (await api.get(first)).status_code == 404
    named = await api.get(second)
    assert feedparser.parse(named.content).feed.links[0].href == second
    assert (await api.delete("/v1/subscriptions/s/feed")).status_code == 204
    assert (await api.get(second)).status_code == 404


HOSTILE = '<script>alert(1)</script>]]><img src=x onerror="alert(2)">\x00\x0b\ufffe\ud800 invasion &lt;b&gt;'


async def test_a_hostile_title_is_text_for_every_reader(parts: Parts, api: httpx.AsyncClient) -> None:
    await told(parts, "a", HOSTILE.encode("utf-8", "replace").decode())
    raw = (await api.get(FEED)).content
    feed = feedparser.parse(raw, sanitize_html=False)
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title_detail.type == "text/plain"
    assert "<script>alert(1)</script>" in entry.title
    assert "<script" not in entry.content[0].value
    assert "&lt;script&gt;" in entry.content[0].value
    assert b"<script" not in raw


async def test_a_feed_ends_somewhere(parts: Parts, api: httpx.AsyncClient) -> None:
    await parts.alerting.raise_alerts([news(str(n)) for n in range(60)])
    await parts.sender.send_due()
    await parts.sender.settle_all()
    assert len(feedparser.parse((await api.get(FEED)).content).entries) == 50
