"""Who may do what at the API of alert: two teams on one real store, and callers without a key."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alert.app import Parts, assemble, build_app, utc_now
from services.alert.settings import AlertSettings
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.access import EVERYBODY, Scope
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.admission import require_admin
from services.runtime.api_keys import described, key_hash, new_key
from services.runtime.audit import Action, audited
from services.runtime.health import Health
from services.runtime.key_verifier import REMEMBERED_S
from tests.keys import ADMIN_KEY, AS_ADMIN, sent
from tests.memory_index import MemoryIndex
from tests.subscriptions import news
from tests.waiting import until

INVASION = {"name": "invasion", "query": "invasion"}
SILENCE: dict[str, Any] = {
    "matchers": [{"label": "rule", "value": "invasion"}],
    "ends_at": f"{utc_now() + timedelta(days=1):%Y-%m-%dT%H:%M:%S.000Z}",
    "author": "Olena",
    "comment": "exercise",
}
Make = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


@pytest.fixture
async def parts(database: Database) -> AsyncIterator[Parts]:
    settings = AlertSettings(require_keys=True, bootstrap_key=ADMIN_KEY)
    await require_admin(settings, SqlKeys(database), utc_now())
    bus = EmbeddedBus(":memory:")
    yield assemble(settings, bus, MemoryIndex(news("a")), database, Health(), StringIO())
    await bus.aclose()


@pytest.fixture
async def caller(parts: Parts, database: Database) -> AsyncIterator[Make]:
    """A client of a team, with a key of the given scopes; of nobody without a team."""
    app = build_app(parts, Health())
    clients: list[httpx.AsyncClient] = []

    async def make(team: str = "", *scopes: Scope, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        if team:
            text = new_key()
            key = described(text, team, "test", scopes or [Scope.ADMIN], utc_now())
            entry = audited(key.principal, Action.KEY_CREATED, key.id, utc_now())
            await SqlKeys(database).add(key, key_hash(text), entry)
            headers = sent(text)
        transport = httpx.ASGITransport(app)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://tocsin", headers=headers))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


async def subscribed(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    reply = await api.post("/v1/subscriptions", json=INVASION | values)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def told(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.text


class TestTeams:
    async def test_a_team_lists_its_own_subscriptions_and_alerts_alone(self, caller: Make, parts: Parts) -> None:
        ours, theirs = await caller("ours"), await caller("theirs")
        mine, other = await subscribed(ours), await subscribed(theirs)
        assert (mine["team"], other["team"]) == ("ours", "theirs")
        raised = (await parts.alerting.raise_alerts([news("a")])).alerts
        assert {alert.team for alert in raised} == {"ours", "theirs"}
        for api, own in ((ours, mine), (theirs, other)):
            assert [s["id"] for s in (await api.get("/v1/subscriptions")).json()["items"]] == [own["id"]]
            listed = (await api.get("/v1/alerts")).json()["items"]
            assert [alert["subscription_id"] for alert in listed] == [own["id"]]
        asked_for = await ours.get("/v1/alerts", params={"subscription": other["id"]})
        assert asked_for.json()["items"] == []

    async def test_what_is_another_teams_answers_exactly_as_what_never_was(self, caller: Make, parts: Parts) -> None:
        ours, theirs = await caller("ours"), await caller("theirs")
        await subscribed(theirs, id="secret-rule", channels=[{"type": "console"}])
        (alert,) = (await parts.alerting.raise_alerts([news("a")])).alerts
        silence = (await theirs.post("/v1/silences", json=SILENCE)).json()["id"]
        delivery = (await theirs.get("/v1/deliveries")).json()["items"][0]["id"]
        key = (await theirs.post("/v1/keys", json={"name": "a", "scopes": ["read"]})).json()["id"]
        article = news("a").id
        for method, path, never, body in (
            ("GET", "/v1/subscriptions/{}", "nobody-rule", None),
            ("PUT", "/v1/subscriptions/{}", "nobody-rule", INVASION),
            ("DELETE", "/v1/subscriptions/{}", "nobody-rule", None),
            ("GET", "/v1/why?article=" + article + "&subscription={}", "nobody-rule", None),
            ("POST", "/v1/subscriptions/{}/snooze", "nobody-rule", {"until_severity": "critical"}),
            ("DELETE", "/v1/subscriptions/{}/snooze", "nobody-rule", None),
            ("GET", "/v1/subscriptions/{}/channels", "nobody-rule", None),
            ("POST", "/v1/subscriptions/{}/channels/console/enable", "nobody-rule", None),
            ("POST", "/v1/subscriptions/{}/channels/console/test", "nobody-rule", None),
            ("POST", "/v1/subscriptions/{}/channels/console/rotate-secret", "nobody-rule", {}),
            ("POST", "/v1/subscriptions/{}/channels/console/ask", "nobody-rule", None),
            ("GET", "/v1/subscriptions/{}/alerts.atom", "nobody-rule", None),
            ("POST", "/v1/subscriptions/{}/feed", "nobody-rule", None),
            ("DELETE", "/v1/subscriptions/{}/feed", "nobody-rule", None),
            ("GET", "/v1/alerts/stream?subscription={}", "nobody-rule", None),
            ("GET", "/v1/alerts/{}", "0" * 64, None),
            ("POST", "/v1/alerts/{}/ack", "0" * 64, {"by": "somebody"}),
            ("DELETE", "/v1/alerts/{}/ack", "0" * 64, None),
            ("POST", "/v1/deliveries/{}/redeliver", "dlv_" + "0" * 40, None),
            ("GET", "/v1/silences/{}", "nobody-silence", None),
            ("DELETE", "/v1/silences/{}", "nobody-silence", None),
            ("DELETE", "/v1/keys/{}", "key_0", None),
        ):
            real = {
                "nobody-rule": "secret-rule", "0" * 64: alert.id, "key_0": key, "nobody-silence": silence,
                "dlv_" + "0" * 40: delivery,
            }[never]  # fmt: skip
            foreign = await ours.request(method, path.format(real), json=body)
            unknown = await ours.request(method, path.format(never), json=body)
            assert foreign.status_code == 404
            assert told(foreign) == (unknown.status_code, unknown.text.replace(never, real)), path
        assert (await theirs.get("/v1/subscriptions/secret-rule")).json()["version"] == 1
        for path in ("deliveries", "silences", "alerts", "subscriptions"):
            assert (await ours.get(f"/v1/{path}")).json()["items"] == [], path
        assert (await theirs.get(f"/v1/silences/{silence}")).json()["ends_at"] == SILENCE["ends_at"]

    async def test_what_streams_are_read_from_holds_a_teams_own_alerts_alone(self, caller: Make, parts: Parts) -> None:
        ours, theirs = await caller("ours"), await caller("theirs")
        mine, _ = await subscribed(ours), await subscribed(theirs)
        await parts.alerting.raise_alerts([news("a")])
        for _ in range(2):  # the journal's own channel among them
            await parts.sender.send_due()
            await parts.sender.settle_all()
        entries = await parts.doors.reach.journal.after(0, team="ours", subscription_id=None, limit=9)
        assert [entry.alert.subscription_id for entry in entries] == [mine["id"]]
        assert len(await parts.doors.reach.journal.after(0, team="nobody", subscription_id=None, limit=9)) == 0

    async def test_an_id_that_another_team_gave_answers_as_one_of_ones_own_that_is_gone(self, caller: Make) -> None:
        ours, theirs = await caller("ours"), await caller("theirs")
        await subscribed(theirs, id="foreign")
        await subscribed(ours, id="gone")
        await ours.delete("/v1/subscriptions/gone")
        foreign = await ours.post("/v1/subscriptions", json=INVASION | {"id": "foreign"})
        gone = await ours.post("/v1/subscriptions", json=INVASION | {"id": "gone"})
        assert told(foreign) == (409, gone.text.replace("gone", "foreign"))

    async def test_request_keys_and_names_are_a_teams_own(self, caller: Make) -> None:
        made = []
        for team in ("ours", "theirs"):
            api = await caller(team)
            reply = await api.post("/v1/subscriptions", json=INVASION, headers={"Idempotency-Key": "k1"})
            made.append((reply.status_code, reply.json()["team"]))
            named = await api.get("/v1/subscriptions", params={"name": "invasion"})
            assert len(named.json()["items"]) == 1
        assert made == [(201, "ours"), (201, "theirs")]

    async def test_articles_are_everybodys(self, caller: Make) -> None:
        for team in ("ours", "theirs"):
            api = await caller(team, Scope.READ)
            assert len((await api.get("/v1/articles", params={"q": "invasion"})).json()["items"]) == 1


async def test_markup_in_a_name_comes_back_as_data_that_no_browser_runs(caller: Make) -> None:
    api = await caller("ours")
    attack = "</script><script>alert(1)</script>"
    body = await subscribed(api, name=attack)
    for path in ("/v1/subscriptions", f"/v1/subscriptions/{body['id']}", "/v1/audit"):
        reply = await api.get(path)
        assert attack in reply.text
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")


class TestScopes:
    @pytest.mark.parametrize(
        ("scope", "answers"),
        [
            (Scope.INGEST, (403, 403, 403)),
            (Scope.READ, (200, 403, 403)),
            (Scope.SUBSCRIBE, (403, 201, 403)),
            (Scope.ADMIN, (200, 201, 200)),
        ],
    )
    async def test_each_opens_its_own(self, caller: Make, scope: Scope, answers: tuple[int, ...]) -> None:
        api = await caller("ours", scope)
        replies = (
            await api.get("/v1/subscriptions"),
            await api.post("/v1/subscriptions", json=INVASION),
            await api.get("/v1/keys"),
        )
        assert tuple(reply.status_code for reply in replies) == answers

    async def test_no_route_but_those_for_operators_answers_without_a_key(self, caller: Make, parts: Parts) -> None:
        api = await caller()
        document = build_app(parts, Health()).openapi()
        open_to_all = set()
        for path, methods in document["paths"].items():
            for method in methods:
                reply = await api.request(method, path.replace("{", "").replace("}", ""), json={})
                if reply.status_code != 401:
                    open_to_all.add(path)
        by_its_token = "/v1/feeds/{token}/alerts.atom"
        assert open_to_all == {"/metrics", "/health/live", "/health/ready", by_its_token}


class TestKeys:
    async def test_a_key_is_shown_once_and_works_until_it_is_revoked(self, caller: Make) -> None:
        admin = await caller(headers=AS_ADMIN)
        body = {"name": "desk bot", "scopes": ["read", "read"], "expires_at": "2999-01-01T00:00:00+02:00"}
        made = await admin.post("/v1/keys", json=body)
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
        key = made.json()
        assert (key["team"], key["scopes"], key["expires_at"]) == (DEFAULT_TEAM, ["read"], "2998-12-31T22:00:00.000Z")
        bot = await caller(headers=sent(key["key"]))
        assert (await bot.get("/v1/alerts")).status_code == 200
        listed = await admin.get("/v1/keys")
        assert key["key"] not in listed.text
        (shown,) = [item for item in listed.json()["items"] if item["id"] == key["id"]]
        assert key["key"].startswith(shown["prefix"])
        assert shown["last_used_at"] is not None
        assert (await admin.delete(f"/v1/keys/{key['id']}")).status_code == 204
        assert (await admin.delete(f"/v1/keys/{key['id']}")).status_code == 204

        async def refused() -> bool:
            return (await bot.get("/v1/alerts")).status_code == 401

        await until(refused, 2 * REMEMBERED_S, "the end of the key")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"name": "a", "scopes": []}, "/scopes"),
            ({"name": "a", "scopes": ["root"]}, "/scopes/0"),
            ({"name": "", "scopes": ["read"]}, "/name"),
            ({"name": "a", "scopes": ["read"], "expires_at": "2001-01-01T00:00:00Z"}, "/expires_at"),
            ({"name": "a", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00"}, "/expires_at"),
            ({"name": "a", "scopes": ["read"], "team": "theirs"}, "/team"),
        ],
    )
    async def test_what_cannot_be_a_key_is_named(self, caller: Make, body: dict[str, Any], pointer: str) -> None:
        reply = await (await caller("ours")).post("/v1/keys", json=body)
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)

    async def test_an_expired_a_revoked_a_wrong_and_no_key_are_told_the_same(
        self, caller: Make, database: Database
    ) -> None:
        ended, revoked = new_key(), new_key()
        keys, now = SqlKeys(database), utc_now()
        ids = []
        for text, end in ((ended, now - timedelta(seconds=1)), (revoked, None)):
            key = described(text, "ours", "a", [Scope.ADMIN], now, end)
            await keys.add(key, key_hash(text), audited(key.principal, Action.KEY_CREATED, key.id, now))
            ids.append(key.id)
        await keys.revoke(ids[1], team="ours", audit=audited(EVERYBODY, Action.KEY_REVOKED, ids[1], now))
        replies = [
            await (await caller(headers=headers)).get("/v1/alerts")
            for headers in (sent(ended), sent(revoked), sent(new_key()), sent("nonsense"), {})
        ]
        assert {told(reply) for reply in replies} == {(401, replies[0].text)}
        assert {reply.headers["www-authenticate"] for reply in replies} == {"Bearer"}


class TestAudit:
    async def test_every_change_is_there_with_who_and_where_and_no_secret(self, caller: Make) -> None:
        admin = await caller(headers=AS_ADMIN)
        hook = {"type": "webhook", "url": "https://receiver.example/token-in-the-path"}
        body = await subscribed(admin, channels=[hook])
        url = f"/v1/subscriptions/{body['id']}"
        await admin.put(url, json=INVASION | {"query": "siege", "channels": [hook]})
        await admin.put(url, json=INVASION | {"query": "siege", "channels": [hook]})
        await admin.delete(url)
        key = (await admin.post("/v1/keys", json={"name": "a", "scopes": ["read"]})).json()
        await admin.delete(f"/v1/keys/{key['id']}")
        log = await admin.get("/v1/audit")
        entries = log.json()["items"]
        assert [(e["action"], e["target"]) for e in reversed(entries)][1:] == [
            ("subscription_created", body["id"]),
            ("subscription_changed", body["id"]),
            ("subscription_deleted", body["id"]),
            ("key_created", key["id"]),
            ("key_revoked", key["id"]),
        ]
        assert {e["address"] for e in entries[:-1]} == {"127.0.0.1"}
        assert len({e["key_id"] for e in entries[:-1]}) == 1
        for secret in (key["key"], body["channels"][0]["secret"], "token-in-the-path", ADMIN_KEY):
            assert secret not in log.text

    async def test_what_was_refused_or_was_there_before_leaves_no_entry(self, caller: Make) -> None:
        admin = await caller("ours")
        await subscribed(admin, id="mine")
        before = (await admin.get("/v1/audit")).json()["items"]
        await admin.post("/v1/subscriptions", json=INVASION | {"id": "mine"})
        await admin.post("/v1/subscriptions", json=INVASION | {"id": "mine", "query": "siege"})
        await admin.put("/v1/subscriptions/mine", json=INVASION | {"query": "siege"}, headers={"If-Match": '"7"'})
        assert (await admin.get("/v1/audit")).json()["items"] == before

    async def test_a_team_reads_its_own_in_pages(self, caller: Make) -> None:
        ours, theirs = await caller("ours"), await caller("theirs")
        for number in range(3):
            await subscribed(ours, id=f"s{number}")
        first = (await ours.get("/v1/audit", params={"limit": 2})).json()
        rest = (await ours.get(first["next"])).json()
        assert [e["target"] for e in first["items"] + rest["items"]][:3] == ["s2", "s1", "s0"]
        assert [e["action"] for e in (await theirs.get("/v1/audit")).json()["items"]] == ["key_created"]
        assert (await ours.get("/v1/audit", params={"cursor": "nonsense"})).status_code == 422
