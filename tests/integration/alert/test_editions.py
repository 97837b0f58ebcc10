"""An alert's story goes on: articles as enrich reads them, through the API, to a webhook, a mailbox, index and feed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import feedparser
import httpx
import orjson
import pytest

from services.alert.app import Parts, assemble, build_app
from services.alert.settings import AlertSettings
from services.contracts.alert import Kind
from services.enrich.core.enrich import enrich
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.articles import article
from tests.integration.alert.conftest import Receiver
from tests.integration.alert.mailroom import open_mailroom
from tests.integration.alert.test_mail import link
from tests.memory_index import MemoryIndex
from tests.subscriptions import SECRET

QUERY = "quantities:{ unit:troops and near:UKR and low >= 100000 and status:reported }"
MASSED = "Russia has massed {} troops near Ukraine, officials said."
DENIED = "Russia denied that it has massed 110,000 troops near Ukraine."


class Desk:
    """Alert as in production, with one subscription of a webhook and a mailbox; sends when the test says so."""

    def __init__(self, parts: Parts, api: httpx.AsyncClient, index: MemoryIndex, receiver: Receiver) -> None:
        self.parts, self.api, self.index, self.receiver = parts, api, index, receiver

    async def hear(self, text: str, revision: int = 1) -> None:
        """A revision of the one article, enriched, matched and sent."""
        document = enrich(article("a", title="", text=text)).model_copy(update={"revision": revision})
        await self.parts.alerting.raise_alerts([document])
        await self.send()

    async def send(self) -> None:
        await self.parts.sender.send_due()
        await self.parts.sender.settle_all()

    @property
    def told(self) -> list[dict[str, Any]]:
        """The bodies that the webhook got, in order."""
        return [orjson.loads(body) for _, body in self.receiver.requests.get("/ok", [])]


@pytest.fixture
async def room() -> AsyncIterator[Any]:
    async with open_mailroom() as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path, room: Any, receiver: Receiver) -> AsyncIterator[Desk]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus, index = open_database(url), EmbeddedBus(":memory:"), MemoryIndex()
    settings = AlertSettings(
        smtp_url=f"smtp://127.0.0.1:{room.port}",
        mail_from="alerts@tocsin.example",
        public_url="http://tocsin.example",
        allow_private_webhooks=True,
    )
    parts = assemble(settings, bus, index, database, Health())
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as api:
        made = Desk(parts, api, index, receiver)
        channels = [
            {"type": "webhook", "url": receiver.url("/ok"), "secret": SECRET},
            {"type": "email", "address": "desk@reader.example"},
        ]
        body = {"id": "s", "name": "build-up", "query": QUERY, "channels": channels}
        assert (await api.post("/v1/subscriptions", json=body)).status_code == 201
        await made.send()
        assert (await api.post(link(room.mails[0], "Confirm"))).status_code == 200
        yield made
    await bus.aclose()
    await database.aclose()


async def test_a_higher_number_updates_the_alert_where_it_was_told(desk: Desk, room: Any) -> None:
    await desk.hear(MASSED.format("110,000"))
    await desk.hear(MASSED.format("130,000"), revision=2)
    first, second = desk.told
    assert (first["kind"], second["kind"]) == (Kind.ALERT, Kind.UPDATE)
    assert (first["id"], first["edition"]) == (second["id"], 0)
    assert second["reason"].startswith("110,000 troops of RUS near UKR before, now 130,000; ")
    assert second["evidence"][0]["quote"] == MASSED.format("130,000")
    assert len(set(desk.receiver.ids("/ok"))) == 2
    mails = room.mails[1:]
    assert mails[1]["In-Reply-To"] == mails[0]["Message-ID"]
    assert "(update)" in mails[1]["Subject"]


async def test_a_denial_is_told_with_who_denies_what(desk: Desk, room: Any) -> None:
    await desk.hear(MASSED.format("110,000"))
    await desk.hear(DENIED, revision=2)
    first, second = desk.told
    assert (second["kind"], second["id"]) == (Kind.DENIAL, first["id"])
    assert second["reason"].startswith(f"now denied by RUS: “{DENIED}”; before: 110,000 troops")
    assert [(quote["quote"], quote["denial"]) for quote in second["evidence"]] == [(DENIED, True)]
    assert "(denial)" in room.mails[-1]["Subject"]


async def test_what_is_edited_away_is_corrected(desk: Desk, room: Any) -> None:
    await desk.hear(MASSED.format("110,000"))
    await desk.hear("Officials said the weather was fine.", revision=2)
    first, second = desk.told
    assert (second["kind"], second["id"]) == (Kind.CORRECTION, first["id"])
    assert second["reason"].startswith("the article no longer says so; before: 110,000 troops of RUS near UKR")
    assert "(correction)" in room.mails[-1]["Subject"]


async def test_an_edit_that_changes_nothing_told_sends_nothing(desk: Desk) -> None:
    await desk.hear(MASSED.format("110,000"))
    await desk.hear(MASSED.format("110,000") + " More follows.", revision=2)
    await desk.hear(MASSED.format("110,000"), revision=1)
    assert len(desk.told) == 1


async def test_the_index_and_the_feed_keep_the_alert_beside_its_editions(desk: Desk) -> None:
    await desk.hear(MASSED.format("110,000"))
    await desk.hear(MASSED.format("130,000"), revision=2)
    first, second = desk.told
    key = f"{first['id']}-{second['edition']}"
    assert {name: alert["kind"] for name, alert in desk.index.alerts.items()} == {
        first["id"]: Kind.ALERT,
        key: Kind.UPDATE,
    }
    assert desk.index.alerts[key]["id"] == first["id"]
    feed = feedparser.parse((await desk.api.get("/v1/subscriptions/s/alerts.atom")).content)
    assert [" (update)" in entry.title for entry in feed.entries] == [True, False]
    view = (await desk.api.get(f"/v1/alerts/{first['id']}")).json()
    assert [(edition["kind"], edition["edition"]) for edition in view["editions"]] == [(Kind.UPDATE, second["edition"])]
    assert {row["kind"] for row in view["deliveries"] if row["edition"]} == {Kind.UPDATE}
