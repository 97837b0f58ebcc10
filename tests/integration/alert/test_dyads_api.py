"""`GET /v1/dyads/{id}`: the series that `changes` decides on, on a real store."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest

from services.alert.app import Parts, assemble, build_app
from services.alert.settings import AlertSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.articles import NOON
from tests.memory_index import MemoryIndex
from tests.subscriptions import dyad, news_at

HOUR = timedelta(hours=1)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    parts = assemble(AlertSettings(store_url=url), bus, MemoryIndex(), database, Health(), StringIO())
    await parts.alerting.raise_alerts([news_at(NOON + n * HOUR, str(n), dyads=[dyad(20.0 * n)]) for n in range(4)])
    yield parts
    await bus.aclose()
    await database.aclose()


@pytest.fixture
async def api(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as client:
        yield client


async def test_it_shows_the_mean_by_half_life_and_its_history(api: httpx.AsyncClient) -> None:
    body = (await api.get("/v1/dyads/RUS-UKR")).json()
    assert (body["id"], body["at"], body["articles"]) == ("RUS-UKR", "2022-02-07T15:00:00.000Z", 4)
    assert body["means"]["7d"] == pytest.approx(30, abs=0.5)
    assert body["means"]["6h"] > body["means"]["1d"] > body["means"]["3d"] > body["means"]["7d"]
    assert [point["at"][11:16] for point in body["points"]] == ["15:00", "14:00", "13:00", "12:00"]
    assert body["points"][0]["means"]["1d"]["last"] == body["means"]["1d"]
    assert body["points"][-1]["means"]["1d"] == {"low": 0, "high": 0, "last": 0}


async def test_its_history_is_cut_and_paged(api: httpx.AsyncClient) -> None:
    first = (await api.get("/v1/dyads/RUS-UKR", params={"from": "2022-02-07T13:00:00Z", "limit": 2})).json()
    second = (await api.get(first["next"])).json()
    hours = [point["at"][11:13] for page in (first, second) for point in page["points"]]
    assert hours == ["15", "14", "13"]
    assert second["next"] is None
    before = (await api.get("/v1/dyads/RUS-UKR", params={"to": "2022-02-07T13:00:00Z"})).json()
    assert [point["at"][11:13] for point in before["points"]] == ["12"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/dyads/UKR-RUS", 404),
        ("/v1/dyads/Russia", 422),
        ("/v1/dyads/RUS-UKR?cursor=x", 422),
        ("/v1/dyads/RUS-UKR?from=yesterday", 422),
    ],
)
async def test_what_cannot_be_shown_is_a_problem(api: httpx.AsyncClient, path: str, status: int) -> None:
    reply = await api.get(path)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
