"""Noise control through the API, on a clock that the test sets: who is told what, when, and why not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alert.adapters.sql_digests import SqlDigests
from services.alert.app import Parts, assemble, build_app
from services.alert.digesting import DigestTicks
from services.alert.settings import AlertSettings
from services.contracts.document import Document
from services.contracts.message import iso
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.memory_index import MemoryIndex
from tests.subscriptions import news

START = datetime(2022, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONSOLE = {"channels": [{"type": "console"}]}


class Day:
    """Alert whole, on the console, hour by hour."""

    def __init__(self, parts: Parts, api: httpx.AsyncClient, index: MemoryIndex, ticks: DigestTicks) -> None:
        self.parts, self.api, self.index, self.ticks = parts, api, index, ticks
        self.clock: list[datetime] = []
        self.console = StringIO()

    async def subscribe(self, name: str, **settings: Any) -> None:
        body = {"id": name, "name": name, "query": "invasion"} | CONSOLE | settings
        reply = await self.api.post("/v1/subscriptions", json=body)
        assert reply.status_code == 201, reply.text

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        reply = await self.api.post(f"/v1/{path}", json=body)
        assert reply.status_code in (200, 201), reply.text
        made: dict[str, Any] = reply.json()
        return made

    async def hear(self, document: Document) -> None:
        await self.index.put([document])
        await self.parts.alerting.raise_alerts([document])

    async def told(self) -> list[str]:
        """Let the clock tick, send what is due, and give the first line of each message."""
        self.console.truncate(0)
        self.console.seek(0)
        await self.ticks.tick(self.clock[0])
        await self.parts.sender.send_due()
        await self.parts.sender.settle_all()
        lines = self.console.getvalue().splitlines()
        return sorted(line for line in lines if line.startswith("["))

    async def why(self, subscription: str, document: Document) -> tuple[str, str, str | None]:
        asked = {"subscription": subscription, "article": document.id}
        found = (await self.api.get("/v1/why", params=asked)).json()
        assert found["because"]
        return found["answer"], found["cause"], found["until"]


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus, index, console, clock = (
        open_database(url),
        EmbeddedBus(":memory:"),
        MemoryIndex(),
        StringIO(),
        [START],
    )
    parts = assemble(AlertSettings(store_url=url), bus, index, database, Health(), console, lambda: clock[0])
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as api:
        made = Day(parts, api, index, DigestTicks(SqlDigests(database), parts.sender.wake))
        made.clock, made.console = clock, console
        yield made
    await bus.aclose()
    await database.aclose()


def at(hour: int) -> datetime:
    """Hours since the first midnight."""
    return START + hour * HOUR


def article(hour: int) -> Document:
    moment = at(hour)
    return news(str(hour), f"Invasion at {hour}.", **{"@timestamp": moment, "fetched_at": moment})


TABLE: dict[str, dict[int, list[int]]] = {
    # what is heard at which hours (12 to 41 are all) is told at which hour
    "night": {hour: [hour] for hour in range(12, 42) if not 22 <= hour < 31} | {31: list(range(22, 32))},
    "few": {hour: [hour] for hour in (*range(12, 17), *range(24, 29))},
    "evening": {},
    "muted": {hour: [hour] for hour in range(12, 42) if not 15 <= hour < 20},
}
"""`night`: quiet 22:00 to 07:00; `few`: five a day; `evening`: a digest at 18:00; `muted`: silenced 15:00 to 20:00."""
DIGESTS = {
    "few": {24: 7, 48: 13},
    "evening": {18: 6, 42: 24},
}
"""How many alerts the digests of each hour tell of."""


async def test_thirty_alerts_arrive_exactly_when_each_subscription_says(day: Day) -> None:
    await day.subscribe("night", quiet_hours={"from": "22:00", "to": "07:00"})
    await day.subscribe("few", daily_budget=5)
    await day.subscribe("evening", digest={"every": "daily", "at": "18:00"})
    await day.subscribe("muted", tags=["muted"])
    told: dict[int, list[str]] = {}
    for hour in range(12, 50):
        day.clock[0] = at(hour)
        if hour == 15:
            matcher = {"label": "tag", "value": "muted"}
            await day.post("silences", matchers=[matcher], ends_at=iso(at(20)), author="Olena", comment="exercise")
        before = await day.told()
        if hour < 42:
            await day.hear(article(hour))
        told[hour] = sorted(before + await day.told())
    expected: dict[int, list[str]] = {hour: [] for hour in range(12, 50)}
    for name, hours in TABLE.items():
        for hour, heard in hours.items():
            expected[hour] += [f"[MEDIUM] {name}: Invasion at {number}." for number in heard]
    opened = {("few", 24): 0, ("few", 48): 24, ("evening", 18): -6, ("evening", 42): 18}
    for name, counts in DIGESTS.items():
        for hour, count in counts.items():
            since, until = iso(at(opened[name, hour])), iso(at(hour))
            expected[hour].append(f"[DIGEST] {name}: {count} alerts from {since} to {until}")
    assert told == {hour: sorted(lines) for hour, lines in expected.items()}


async def test_why_says_sent_held_gathered_or_suppressed_and_until_when(day: Day) -> None:
    await day.subscribe("plain")
    await day.subscribe("night", quiet_hours={"from": "22:00", "to": "07:00"})
    await day.subscribe("few", daily_budget=1)
    await day.subscribe("evening", digest={"every": "daily", "at": "18:00"})
    await day.subscribe("muted", tags=["muted"])
    await day.subscribe("calm", cooldown="6h")
    await day.subscribe("later")
    await day.subscribe("nobody", channels=[])
    matcher = {"label": "rule", "value": "muted"}
    await day.post("silences", matchers=[matcher], ends_at=iso(at(99)), author="Olena", comment="exercise")
    day.clock[0] = at(22)
    await day.post("subscriptions/later/snooze", until=iso(at(36)))
    for hour in (22, 23):
        day.clock[0] = at(hour)
        await day.hear(article(hour))
        assert await day.why("plain", article(hour)) == ("on_its_way", "", iso(at(hour)))
        await day.told()
    seen = article(23)
    names = ("plain", "night", "few", "evening", "muted", "calm", "later", "nobody")
    assert {name: await day.why(name, seen) for name in names} == {
        "plain": ("sent", "", None),
        "night": ("held", "quiet_hours", iso(at(31))),
        "few": ("gathered", "budget", iso(at(24))),
        "evening": ("gathered", "digest", iso(at(42))),
        "muted": ("suppressed", "silenced", None),
        "calm": ("suppressed", "cooldown", None),
        "later": ("gathered", "snoozed", iso(at(36))),
        "nobody": ("raised", "", None),
    }
    day.clock[0] = at(42)
    await day.told()
    assert [await day.why(name, seen) for name in ("night", "few", "evening", "later")] == [
        ("sent", "", None),
        ("digested", "budget", None),
        ("digested", "digest", None),
        ("digested", "snoozed", None),
    ]


class TestSilences:
    BODY = {
        "matchers": [{"label": "tag", "value": "desk"}],
        "ends_at": iso(at(5)),
        "author": "Olena",
        "comment": "exercise",
    }

    async def test_one_is_made_read_listed_and_ended(self, day: Day) -> None:
        reply = await day.api.post("/v1/silences", json=self.BODY)
        made = reply.json()
        assert (reply.status_code, made["starts_at"]) == (201, iso(START))
        assert (await day.api.get(reply.headers["location"])).json() == made
        assert (await day.api.get("/v1/silences", params={"live": True})).json()["items"] == [made]
        day.clock[0] = at(1)
        assert (await day.api.delete(reply.headers["location"])).status_code == 204
        assert (await day.api.get("/v1/silences", params={"live": True})).json()["items"] == []
        assert (await day.api.get(reply.headers["location"])).json()["ends_at"] == iso(at(1))
        actions = [entry["action"] for entry in (await day.api.get("/v1/audit")).json()["items"]]
        assert actions == ["silence_ended", "silence_created"]

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"ends_at": iso(START)}, "/ends_at"),
            ({"ends_at": iso(at(24 * 400))}, "/ends_at"),
            ({"comment": ""}, "/comment"),
            ({"matchers": []}, "/matchers"),
            ({"matchers": [{"label": "tagg", "value": "x"}]}, "/matchers/0/label"),
        ],
    )
    async def test_one_that_cannot_be_is_refused_with_its_place(
        self, day: Day, changes: dict[str, Any], pointer: str
    ) -> None:
        reply = await day.api.post("/v1/silences", json=self.BODY | changes)
        assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
        assert reply.json()["errors"][0]["pointer"] == pointer

    async def test_one_that_is_not_there_is_a_404(self, day: Day) -> None:
        assert (await day.api.get("/v1/silences/none")).status_code == 404
        assert (await day.api.delete("/v1/silences/none")).status_code == 404
        assert (await day.api.get("/v1/silences", params={"cursor": "x"})).status_code == 422


class TestSnooze:
    async def test_it_makes_no_version_and_can_be_ended(self, day: Day) -> None:
        await day.subscribe("a")
        begun = await day.post("subscriptions/a/snooze", until_severity="high")
        assert (begun["since"], begun["until"]) == (iso(START), iso(START + timedelta(days=90)))
        found = await day.api.get("/v1/subscriptions/a")
        said = {name: value for name, value in begun.items() if value is not None}
        assert (found.json()["snooze"], found.headers["etag"]) == (said, '"1"')
        await day.hear(article(1))
        assert await day.told() == []
        assert (await day.api.delete("/v1/subscriptions/a/snooze")).status_code == 204
        assert "snooze" not in (await day.api.get("/v1/subscriptions/a")).json()
        day.clock[0] += timedelta(seconds=10)
        assert [line.split(" from")[0] for line in await day.told()] == ["[DIGEST] a: 1 alerts"]

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({}, "write until, until_severity or until_level"),
            ({"until": iso(START)}, "later than now"),
            ({"until": iso(at(24 * 91))}, "at most 90 days ahead"),
            ({"until_level": 5}, "alerts of `each` have no level: write until or until_severity"),
            ({"for": "1h"}, "Extra inputs"),
        ],
    )
    async def test_one_that_cannot_be_says_what_works(self, day: Day, body: dict[str, Any], says: str) -> None:
        await day.subscribe("a")
        reply = await day.api.post("/v1/subscriptions/a/snooze", json=body)
        assert (reply.status_code, says in reply.text) == (422, True)

    async def test_nobody_snoozes_what_is_not_there(self, day: Day) -> None:
        assert (await day.api.delete("/v1/subscriptions/none/snooze")).status_code == 404
        assert (await day.api.post("/v1/subscriptions/none/snooze", json={"until_level": 1})).status_code == 404


async def test_an_acknowledgement_is_shown_with_its_alert(day: Day) -> None:
    await day.subscribe("a")
    await day.hear(article(1))
    (alert,) = (await day.api.get("/v1/alerts")).json()["items"]
    path = f"/v1/alerts/{alert['id']}"
    said = await day.post(f"alerts/{alert['id']}/ack", by="Olena", note="on it")
    assert (await day.api.get(path)).json()["acknowledgement"] == said
    assert said == {"by": "Olena", "note": "on it", "at": iso(START), "severity": "medium", "level": None}
    assert [(await day.api.delete(f"{path}/ack")).status_code for _ in range(2)] == [204, 404]
    assert (await day.api.get(path)).json()["acknowledgement"] is None
    missing = await day.api.post(f"/v1/alerts/{'0' * 64}/ack", json={"by": "Olena"})
    assert missing.status_code == 404


async def test_a_query_that_matches_everything_needs_a_budget(day: Day) -> None:
    reply = await day.api.post("/v1/subscriptions", json={"name": "all", "query": "*"})
    assert (reply.status_code, "daily_budget: 20" in reply.text) == (422, True)
    await day.subscribe("all", query="*", daily_budget=3)


async def test_settings_come_back_as_they_were_written(day: Day) -> None:
    settings: dict[str, Any] = {
        "owner": "desk@example.org", "languages": ["en", "uk"], "time_zone": "Europe/Kyiv", "cooldown": "2h",
        "daily_budget": 20, "quiet_hours": {"from": "22:00", "to": "24:00", "days": ["friday"]},
        "digest": {"every": "weekly", "at": "08:30", "weekday": "monday", "time_zone": "UTC"},
    }  # fmt: skip
    await day.subscribe("a", **settings)
    shown = (await day.api.get("/v1/subscriptions/a")).json()
    assert {name: shown[name] for name in settings} == settings
    again = await day.api.put("/v1/subscriptions/a", json={key: shown[key] for key in shown if key not in _MADE})
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')


_MADE = ("team", "version", "created_at", "updated_at")
