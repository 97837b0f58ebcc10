"""The HTTP API of alert, on a real store."""

from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.alert.app import Parts, assemble, build_app
from services.alert.core.channels import WebhookChannel
from services.alert.settings import AlertSettings
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.memory_index import MemoryIndex
from tests.subscriptions import SECRET, TROOPS, ladder, news, troops

INVASION = {"name": "invasion", "query": "invasion"}


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


@pytest.fixture
async def parts(tmp_path: Path, index: MemoryIndex) -> AsyncIterator[Parts]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    yield assemble(AlertSettings(store_url=url), bus, index, database, Health(), StringIO())
    await bus.aclose()
    await database.aclose()


@pytest.fixture
def app(parts: Parts) -> FastAPI:
    return build_app(parts, Health())


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tocsin") as client:
        yield client


async def made(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    reply = await api.post("/v1/subscriptions", json=INVASION | values)
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    return body


class TestSubscriptions:
    async def test_a_webhook_without_a_secret_gets_one_that_only_the_first_reply_shows(
        self, api: httpx.AsyncClient
    ) -> None:
        body = await made(api, channels=[{"type": "webhook", "url": "https://receiver.example/a"}])
        assert body["channels"][0]["secret"].startswith("whsec_")
        read = (await api.get(f"/v1/subscriptions/{body['id']}")).json()
        assert read["channels"] == [{"type": "webhook", "url": "https://receiver.example/a"}]
        listed = (await api.get("/v1/subscriptions")).json()
        assert listed["items"] == [read]
        assert "secret" not in str(listed)

    async def test_the_same_id_again_is_harmless_and_other_content_a_conflict(self, api: httpx.AsyncClient) -> None:
        await made(api, id="mine", channels=[{"type": "webhook", "url": "https://receiver.example/a"}])
        body = INVASION | {"id": "mine", "channels": [{"type": "webhook", "url": "https://receiver.example/a"}]}
        again = await api.post("/v1/subscriptions", json=body)
        assert (again.status_code, "secret" in again.text) == (200, False)
        other = await api.post("/v1/subscriptions", json=body | {"query": "siege"})
        assert other.status_code == 409
        assert other.headers["content-type"] == "application/problem+json"

    async def test_the_same_key_again_gives_the_same_subscription(self, api: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "k1"}
        body = INVASION | {"channels": [{"type": "webhook", "url": "https://receiver.example/a"}]}
        first = await api.post("/v1/subscriptions", json=body, headers=key)
        again = await api.post("/v1/subscriptions", json=body, headers=key)
        assert again.json() == first.json()
        other = await api.post("/v1/subscriptions", json=body | {"query": "siege"}, headers=key)
        assert other.status_code == 409

    async def test_a_put_needs_the_version_that_was_read_and_keeps_the_secret(
        self, api: httpx.AsyncClient, parts: Parts
    ) -> None:
        hook = {"type": "webhook", "url": "https://receiver.example/a"}
        body = await made(api, channels=[hook])
        url = f"/v1/subscriptions/{body['id']}"
        first = await api.get(url)
        assert first.headers["etag"] == '"1"'
        changed = await api.put(
            url, json=INVASION | {"query": "siege", "channels": [hook]}, headers={"If-Match": '"1"'}
        )
        assert (changed.status_code, changed.headers["etag"], "secret" in changed.text) == (200, '"2"', False)
        stale = await api.put(url, json=INVASION, headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        stored = await parts.subscriptions.get(body["id"], team=DEFAULT_TEAM)
        assert stored is not None
        assert stored.channels == (WebhookChannel.model_validate(body["channels"][0]),)

    async def test_a_put_that_changes_nothing_makes_no_version(self, api: httpx.AsyncClient) -> None:
        body = await made(api)
        same = await api.put(f"/v1/subscriptions/{body['id']}", json=INVASION)
        assert (same.status_code, same.json()["version"]) == (200, 1)

    async def test_a_put_shows_the_secret_that_it_sets(self, api: httpx.AsyncClient) -> None:
        body = await made(api)
        hook = {"type": "webhook", "url": "https://receiver.example/a", "secret": SECRET}
        changed = await api.put(f"/v1/subscriptions/{body['id']}", json=INVASION | {"channels": [hook]})
        assert changed.json()["channels"] == [hook]

    async def test_what_is_deleted_is_gone_and_needs_the_version_too(self, api: httpx.AsyncClient) -> None:
        url = f"/v1/subscriptions/{(await made(api))['id']}"
        assert (await api.delete(url, headers={"If-Match": '"7"'})).status_code == 412
        assert (await api.delete(url, headers={"If-Match": '"1"'})).status_code == 204
        assert (await api.get(url)).status_code == 404
        assert (await api.put(url, json=INVASION)).status_code == 404
        assert (await api.delete(url)).status_code == 404

    async def test_pages_are_linked(self, api: httpx.AsyncClient) -> None:
        for number in range(5):
            await made(api, id=f"s{number}", name=f"s{number}")
        first = (await api.get("/v1/subscriptions", params={"limit": 3})).json()
        rest = (await api.get(first["next"])).json()
        assert [item["id"] for item in first["items"] + rest["items"]] == [f"s{n}" for n in range(5)]
        assert "cursor" not in rest
        named = (await api.get("/v1/subscriptions", params={"name": "s3"})).json()
        assert [item["id"] for item in named["items"]] == ["s3"]
        assert (await api.get("/v1/subscriptions", params={"cursor": "nonsense"})).status_code == 422

    @pytest.mark.parametrize(
        ("body", "pointer", "says"),
        [
            ({"name": "x", "query": "a:("}, "/query", "position 3"),
            ({"name": "x", "query": "quantities.unit:troops"}, "/query", "quantities:{ unit:troops }"),
            ({"name": "x", "query": "quantities:{ low >= 100,000 }"}, "/query", "low >= 100000"),
            ({"name": "x", "qury": "a"}, "/qury", "did you mean query?"),
            ({"name": " ", "query": "a"}, "/name", "at least 1 character"),
            ({"name": "a\x00b", "query": "a"}, "/name", "pattern"),
            ({"name": "x", "query": "a", "tags": ["a\x1b[0m"]}, "/tags/0", "pattern"),
            ({"name": "x", "query": "a", "trigger": "never"}, "/trigger", "each"),
            ({"name": "x", "query": "a", "trigger": ladder(1)}, "/query", "quantities:{ ... }"),
            ({"name": "x", "query": TROOPS, "trigger": ladder(2, 1)}, "/trigger/crosses/ladder", "rising"),
            (
                {"name": "x", "query": TROOPS, "trigger": ladder(1, by=["quantities.whom"])},
                "/trigger/crosses/by/0",
                "quantities.who",
            ),
            (
                {"name": "x", "query": "a", "channels": [{"type": "webhook", "url": "ftp://a"}]},
                "/channels/0/url",
                "http",
            ),
            (
                INVASION | {"channels": [{"type": "webhook", "url": "http://a", "secret": "abc"}]},
                "/channels/0/secret",
                "whsec_",
            ),
        ],
    )
    async def test_what_is_wrong_is_named_with_its_place_and_what_works(
        self, api: httpx.AsyncClient, body: dict[str, Any], pointer: str, says: str
    ) -> None:
        reply = await api.post("/v1/subscriptions", json=body)
        assert reply.status_code == 422
        assert reply.headers["content-type"] == "application/problem+json"
        errors = {error["pointer"]: error["detail"] for error in reply.json()["errors"]}
        assert says in errors[pointer]

    async def test_a_subscription_is_live_when_the_reply_comes(self, api: httpx.AsyncClient, parts: Parts) -> None:
        body = await made(api)
        assert len((await parts.alerting.raise_alerts([news("a")])).alerts) == 1
        await api.put(f"/v1/subscriptions/{body['id']}", json=INVASION | {"paused": True})
        assert (await parts.alerting.raise_alerts([news("b")])).alerts == ()


class TestAlerts:
    async def test_an_alert_is_listed_with_its_evidence_and_its_deliveries(
        self, api: httpx.AsyncClient, parts: Parts, index: MemoryIndex
    ) -> None:
        body = await made(api, channels=[{"type": "console"}])
        document = news("a")
        (alert,) = (await parts.alerting.raise_alerts([document])).alerts
        await parts.sender.send_due()
        await parts.sender.settle_all()
        (listed,) = (await api.get("/v1/alerts", params={"subscription": body["id"]})).json()["items"]
        assert listed["id"] == alert.id
        (quote,) = listed["evidence"]
        assert document.content[quote["start"] : quote["end"]] == quote["quote"] == "Leaders fear an invasion."
        shown = (await api.get(f"/v1/alerts/{alert.id}")).json()
        assert {(d["channel"], d["state"]) for d in shown["deliveries"]} == {
            ("console", "sent"),
            ("index", "sent"),
            ("journal", "sent"),
        }
        assert index.alerts[alert.id]["rule"] == "invasion"

    async def test_alerts_are_filtered_by_time(self, api: httpx.AsyncClient, parts: Parts) -> None:
        await made(api)
        await parts.alerting.raise_alerts([news("a"), news("b")])
        assert len((await api.get("/v1/alerts", params={"since": "2022-02-07"})).json()["items"]) == 2
        assert (await api.get("/v1/alerts", params={"until": "2022-02-07T12:00:00Z"})).json()["items"] == []
        first = (await api.get("/v1/alerts", params={"limit": 1})).json()
        assert len((await api.get(first["next"])).json()["items"]) == 1
        assert (await api.get("/v1/alerts", params={"since": "yesterday"})).status_code == 422
        assert (await api.get(f"/v1/alerts/{'0' * 64}")).status_code == 404


class TestSearch:
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return MemoryIndex(news("a"), news("b"), troops("c", 110_000))

    async def test_articles_are_found_by_kql_in_pages(self, api: httpx.AsyncClient) -> None:
        first = (await api.get("/v1/articles", params={"q": "invasion", "limit": 1})).json()
        rest = (await api.get(first["next"])).json()
        assert {item["id"] for item in first["items"] + rest["items"]} == {news("a").id, news("b").id}
        assert rest["cursor"] is None
        found = (await api.get("/v1/articles", params={"q": TROOPS, "from": "2022-02-07", "to": "2022-02-08"})).json()
        assert [item["@timestamp"] for item in found["items"]] == ["2022-02-07T12:00:00.000Z"]

    async def test_a_bad_query_says_where_and_what_was_expected(self, api: httpx.AsyncClient) -> None:
        reply = await api.get("/v1/articles", params={"q": "a and (b"})
        assert reply.status_code == 422
        body = reply.json()
        assert (body["position"], ")" in body["expected"]) == (8, True)

    async def test_what_is_odd_is_a_warning(self, api: httpx.AsyncClient) -> None:
        body = (await api.get("/v1/articles", params={"q": "quantities.unit:troops or titel:a"})).json()
        assert [warning["hint"] for warning in body["warnings"]] == [
            "write quantities:{ unit:troops }",
            "write title:a",
        ]

    async def test_one_article_is_read_by_id(self, api: httpx.AsyncClient, index: MemoryIndex) -> None:
        assert (await api.get(f"/v1/articles/{news('a').id}")).json()["text"] == "Leaders fear an invasion."
        assert (await api.get(f"/v1/articles/{'0' * 64}")).status_code == 404
        index.down = True
        assert (await api.get(f"/v1/articles/{news('a').id}")).status_code == 503

    async def test_a_rule_is_checked_without_being_saved(self, api: httpx.AsyncClient) -> None:
        good = (await api.post("/v1/rules/validate", json=INVASION | {"query": "titel:a"})).json()
        assert (good["valid"], good["warnings"][0]["hint"]) == (True, "write title:a")
        bad = (await api.post("/v1/rules/validate", json={"name": "x", "query": "a:("})).json()
        assert (bad["valid"], bad["problems"][0]["position"]) == (False, 3)
        assert (await api.get("/v1/subscriptions")).json()["items"] == []

    async def test_the_clauses_of_a_query_are_explained_on_an_article(self, api: httpx.AsyncClient) -> None:
        question = {"query": "invasion and siege", "article": news("a").id}
        tree = (await api.post("/v1/rules/explain", json=question)).json()
        assert (tree["holds"], [part["holds"] for part in tree["parts"]]) == (False, [True, False])

    @pytest.mark.parametrize(
        ("query", "trigger", "verdict", "raises"),
        [
            ("invasion", "each", "new_story", True),
            (TROOPS, ladder(100), "rung_crossed", True),
            (TROOPS, ladder(5_000), "below_ladder", False),
            (TROOPS, {"count": {"at_least": 2, "window": "1h"}}, None, False),
            ("siege", "each", None, False),
        ],
    )
    async def test_it_is_explained_what_a_trigger_would_make_of_an_article_alone(
        self, api: httpx.AsyncClient, index: MemoryIndex, query: str, trigger: Any, verdict: str | None, raises: bool
    ) -> None:
        await index.put([news("a"), troops("t", 1_000)])
        article = news("a").id if "unit" not in query else troops("t", 1_000).id
        question = {"query": query, "trigger": trigger, "article": article}
        told = (await api.post("/v1/rules/explain", json=question)).json()
        if query == "siege":
            assert (told["holds"], told["trigger"]) == (False, None)
            return
        assert told["trigger"]["raises_alert"] is raises
        assert told["trigger"]["because"]
        assert verdict in (None, told["trigger"]["verdict"])

    async def test_a_trigger_that_cannot_be_used_is_not_explained(self, api: httpx.AsyncClient) -> None:
        question = {"query": "invasion", "trigger": ladder(1), "article": news("a").id}
        assert (await api.post("/v1/rules/explain", json=question)).status_code == 422

    async def test_a_template_is_listed_and_filled_in(self, api: httpx.AsyncClient) -> None:
        listed = (await api.get("/v1/rules/templates")).json()["items"]
        (found,) = [template for template in listed if template["name"] == "deployment-to"]
        assert [(p["name"], p["required"]) for p in found["parameters"]] == [("country", True), ("force", False)]
        filled = await api.post("/v1/rules/templates/deployment-to/expand", json={"with": {"country": "Lithuania"}})
        assert filled.json()["name"] == "Deployment to Lithuania"
        assert (await api.post("/v1/subscriptions", json=filled.json())).status_code == 201

    async def test_a_template_that_is_filled_in_wrongly_says_where(self, api: httpx.AsyncClient) -> None:
        url = "/v1/rules/templates/{}/expand"
        wrong = await api.post(url.format("deployment-to"), json={"with": {"country": "Lithunia"}})
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/with/country")
        assert (await api.post(url.format("nothing"), json={})).status_code == 404

    async def test_the_schema_of_files_is_served(self, api: httpx.AsyncClient) -> None:
        assert (await api.get("/v1/rules/schema")).json()["title"] == "Tocsin rules"

    @pytest.mark.parametrize(
        ("changes", "document", "answer"),
        [
            ({}, news("a"), "raised"),
            ({"query": "siege"}, news("a"), "not_matched"),
            ({"paused": True}, news("a"), "paused"),
            ({"query": TROOPS, "trigger": ladder(200_000)}, troops("c", 110_000), "not_raised"),
        ],
    )
    async def test_why_names_the_reason(
        self, api: httpx.AsyncClient, parts: Parts, changes: dict[str, Any], document: Any, answer: str
    ) -> None:
        body = await made(api, **changes)
        await parts.alerting.raise_alerts([document])
        why = (await api.get("/v1/why", params={"subscription": body["id"], "article": document.id})).json()
        assert why["answer"] == answer
        assert why["because"]

    async def test_history_is_named_as_the_reason(
        self, api: httpx.AsyncClient, parts: Parts, index: MemoryIndex
    ) -> None:
        body = await made(api)
        old = news("old", historic=True)
        await index.put([old])
        await parts.alerting.raise_alerts([old])
        why = (await api.get("/v1/why", params={"subscription": body["id"], "article": old.id})).json()
        assert why["answer"] == "historic"


def test_the_openapi_document_names_every_route(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert {
        "/v1/subscriptions": {"get", "post"},
        "/v1/subscriptions/{subscription_id}": {"get", "put", "delete"},
        "/v1/subscriptions/{subscription_id}/channels": {"get"},
        "/v1/subscriptions/{subscription_id}/channels/{key}/ask": {"post"},
        "/v1/subscriptions/{subscription_id}/channels/{key}/enable": {"post"},
        "/v1/subscriptions/{subscription_id}/channels/{key}/rotate-secret": {"post"},
        "/v1/subscriptions/{subscription_id}/channels/{key}/test": {"post"},
        "/v1/subscriptions/{subscription_id}/alerts.atom": {"get"},
        "/v1/subscriptions/{subscription_id}/feed": {"post", "delete"},
        "/v1/feeds/{token}/alerts.atom": {"get"},
        "/v1/alerts/stream": {"get"},
        "/v1/deliveries": {"get"},
        "/v1/deliveries/{delivery_id}/redeliver": {"post"},
        "/v1/alerts": {"get"},
        "/v1/alerts/{alert_id}": {"get"},
        "/v1/articles": {"get"},
        "/v1/articles/{article_id}": {"get"},
        "/v1/dyads/{dyad}": {"get"},
        "/v1/rules/validate": {"post"},
        "/v1/rules/preview": {"post"},
        "/v1/rules/schema": {"get"},
        "/v1/rules/templates": {"get"},
        "/v1/rules/templates/{name}/expand": {"post"},
        "/v1/rules/explain": {"post"},
        "/v1/why": {"get"},
        "/v1/alerts/{alert_id}/ack": {"post", "delete"},
        "/v1/subscriptions/{subscription_id}/snooze": {"post", "delete"},
        "/v1/silences": {"get", "post"},
        "/v1/silences/{silence_id}": {"get", "delete"},
        "/v1/keys": {"get", "post"},
        "/v1/keys/{key_id}": {"delete"},
        "/v1/audit": {"get"},
    } == {path: set(methods) for path, methods in paths.items() if path.startswith("/v1")}
