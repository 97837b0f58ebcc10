"""`POST /v1/rules/preview` on an archive: what would have been told, and what cannot be asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alert.app import assemble, build_app
from services.alert.settings import AlertSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.embedded_index import EmbeddedIndex
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.articles import NOON
from tests.subscriptions import ladder, news, troops

DAY = timedelta(days=1)
SPAN = {"since": (NOON - DAY).isoformat(), "until": (NOON + 30 * DAY).isoformat()}


@pytest.fixture
async def index() -> AsyncIterator[EmbeddedIndex]:
    index = EmbeddedIndex()
    yield index
    await index.aclose()


@pytest.fixture
def limits() -> dict[str, Any]:
    return {}


@pytest.fixture
async def api(tmp_path: Path, index: EmbeddedIndex, limits: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    parts = assemble(AlertSettings(store_url=url, **limits), bus, index, database, Health(), StringIO())
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as client:
        yield client
    await bus.aclose()
    await database.aclose()


async def preview(api: httpx.AsyncClient, rule: dict[str, Any], **values: Any) -> dict[str, Any]:
    reply = await api.post("/v1/rules/preview", json={"rule": rule} | SPAN | values)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def test_it_tells_how_often_when_and_with_which_evidence(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    days = {"a": 0, "b": 0, "c": 3, "d": 3}
    await index.put([news(name, published=NOON + n * DAY, fetched_at=NOON + n * DAY) for name, n in days.items()])
    await index.put([news("other", text="Locusts.", published=NOON, fetched_at=NOON)])
    told = await preview(api, {"query": "invasion"}, alerts=1)
    assert (told["articles"], told["loaded"], told["matched"], told["raised"]) == (5, 4, 4, 4)
    assert told["days"] == [
        {"day": "2022-02-07", "matched": 2, "raised": 2},
        {"day": "2022-02-10", "matched": 2, "raised": 2},
    ]
    assert told["noise"] == {"days": 31.0, "mean": pytest.approx(4 / 31), "most": 2, "silent_days": 30}
    assert told["verdicts"] == {"new_story": 4}
    (first,) = told["first_alerts"]
    assert first["historic"] is False
    assert first["alert"]["raised_at"] == "2022-02-07T12:00:00.000Z"
    assert first["alert"]["evidence"][0]["quote"] == "Leaders fear an invasion."
    assert (told["truncated"], told["covered_until"]) == (None, "2022-03-09T12:00:00.000Z")


async def test_a_ladder_remembers_as_it_does_live(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    numbers = {"a": 120_000, "b": 130_000, "c": 160_000}
    at = {name: NOON + n * DAY for n, name in enumerate(numbers)}
    await index.put([troops(name, n, published=at[name], fetched_at=at[name]) for name, n in numbers.items()])
    rule = {"query": "quantities:{ unit:troops and near:UKR }", "trigger": ladder(100_000, 150_000)}
    told = await preview(api, rule)
    assert told["verdicts"] == {"rung_crossed": 2, "rung_told": 1}
    assert [fired["alert"]["level"]["rung"] for fired in told["first_alerts"]] == [100_000, 150_000]


async def test_historic_edited_and_undated_articles_take_part_and_are_counted(
    api: httpx.AsyncClient, index: EmbeddedIndex
) -> None:
    await index.put(
        [
            news("imported", historic=True, published=NOON, fetched_at=NOON + 400 * DAY),
            news("edited", revision=2, revised_at=NOON + DAY),
            news("undated", date_clamped=True),
            news("edited elsewhere", text="Locusts.", revision=3),
        ]
    )
    told = await preview(api, {"query": "invasion"})
    assert {key: told[key] for key in ("matched", "historic", "revised", "revised_articles", "clamped", "raised")} == {
        "matched": 3, "historic": 1, "revised": 1, "revised_articles": 2, "clamped": 1, "raised": 3,
    }  # fmt: skip
    assert sum(fired["historic"] for fired in told["first_alerts"]) == 1


async def test_what_came_before_the_window_only_teaches(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    at = {"before": NOON - 2 * DAY, "within": NOON}
    await index.put([troops(name, 120_000, published=when, fetched_at=when) for name, when in at.items()])
    rule = {"query": "quantities:{ unit:troops }", "trigger": ladder(100_000)}
    cold = await preview(api, rule)
    warm = await preview(api, rule, warm_up="7d")
    assert (cold["matched"], cold["raised"], cold["articles"]) == (1, 1, 1)
    assert (warm["matched"], warm["raised"], warm["articles"], warm["verdicts"]) == (1, 0, 1, {"rung_told": 1})


async def test_a_rule_asks_the_clock_of_each_arrival(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    await index.put([news("fresh"), news("stale", published=NOON - 20 * DAY, fetched_at=NOON)])
    assert (await preview(api, {"query": "invasion and @timestamp >= now-1d"}))["matched"] == 1


async def test_a_filled_in_template_can_be_previewed(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    await index.put([news("a", asserted=("Leaders fear an invasion.",))])
    rule = {"template": "keyword-watch", "with": {"words": "invasion"}}
    assert (await preview(api, rule))["raised"] == 1


async def test_an_empty_archive_is_no_fault(api: httpx.AsyncClient) -> None:
    told = await preview(api, {"query": "invasion"})
    assert (told["articles"], told["matched"], told["raised"], told["days"]) == (0, 0, 0, [])


class TestBounds:
    @pytest.fixture
    def limits(self) -> dict[str, Any]:
        return {"preview_articles": 60}

    async def test_a_bound_is_told_and_what_it_leaves_out_is_not_counted(
        self, api: httpx.AsyncClient, index: EmbeddedIndex
    ) -> None:
        await index.put([news(str(n), fetched_at=NOON + timedelta(minutes=n)) for n in range(150)])
        told = await preview(api, {"query": "invasion"})
        assert (told["truncated"], told["loaded"], told["matched"]) == ("articles", 60, 60)
        assert told["covered_until"] == "2022-02-07T12:59:00.000Z"
        assert told["noise"]["mean"] > told["raised"] / 31


@pytest.mark.parametrize(
    ("values", "pointer", "says"),
    [
        ({"rule": {"query": "a:("}}, "/rule/query", "position 3"),
        ({"rule": {"query": "a", "triger": "each"}}, "/rule/triger", "did you mean trigger?"),
        ({"rule": {"template": "deployment-to"}}, "/rule/with/country", "is needed"),
        ({"since": "2999-01-01"}, "/since", "lies in the future"),
        ({"since": "2022-02-08", "until": "2022-02-07"}, "/until", "the window is empty"),
        ({"since": "0001-01-02"}, "/since", "looks back 3660 days at most"),
        ({"since": "0001-01-02", "warm_up": "3650d"}, "/since", "there is no such time"),
        ({"since": "some day"}, "/since", "write a date or a time"),
        ({"since": "99x9d"}, "/since", "write a whole number and a unit"),
        ({"until": "soon"}, "/until", "write a date or a time"),
        ({"alerts": 1_000}, "/alerts", "less than or equal to 100"),
        ({"rule": "invasion"}, "/rule", "valid dictionary"),
        ({"tempo": 5}, "/tempo", "not permitted"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_place(
    api: httpx.AsyncClient, values: dict[str, Any], pointer: str, says: str
) -> None:
    reply = await api.post("/v1/rules/preview", json={"rule": {"query": "a"}} | values)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    found = {error["pointer"]: error["detail"] for error in reply.json()["errors"]}
    assert any(place.startswith(pointer) and says in detail for place, detail in found.items()), found


async def test_a_span_of_time_reaches_back_from_the_end(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    now = datetime.now(UTC)
    await index.put([news("a", published=now - 2 * DAY, fetched_at=now - 2 * DAY)])
    told = [await preview(api, {"query": "invasion"}, since=since, until=None) for since in ("1d", "3d")]
    assert [report["matched"] for report in told] == [0, 1]


async def test_what_is_live_keeps_its_turn_while_a_preview_runs(api: httpx.AsyncClient, index: EmbeddedIndex) -> None:
    await index.put([news(str(n), fetched_at=NOON + timedelta(minutes=n)) for n in range(2_000)])
    running = asyncio.create_task(preview(api, {"query": "invasion"}))
    turns = 0
    while not running.done():
        reply = await api.get("/v1/subscriptions")
        assert reply.status_code == 200
        turns += 1
    assert (await running)["matched"] == 2_000
    assert turns > 2_000 / 50
