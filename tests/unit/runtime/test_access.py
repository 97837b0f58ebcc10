"""Who is admitted to a route, and what the others are told."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from services.runtime.access import (
    OPEN,
    Access,
    MayAdminister,
    MayIngest,
    MayRead,
    MaySubscribe,
    Principal,
    Scope,
    install_access,
    still_admitted,
)
from services.runtime.problems import install_problems
from services.runtime.rate_limits import RateLimits


class Known:
    """Verifies the tokens it was made with."""

    def __init__(self, **principals: Principal) -> None:
        self._principals = principals

    async def verify(self, token: str) -> Principal | None:
        return self._principals.get(token)

    def knows(self, token: str) -> bool:
        return token == "good"


def principal(*scopes: Scope) -> Principal:
    return Principal("desk", "key_1", frozenset(scopes))


def app_with(access: Access | None) -> FastAPI:
    app = FastAPI()
    install_problems(app)
    if access is not None:
        install_access(app, access)

    @app.get("/ingest")
    async def ingest(who: MayIngest) -> dict[str, str]:
        return {"team": who.team, "key": who.key_id, "address": who.address}

    @app.get("/read")
    async def read(who: MayRead) -> dict[str, str]:
        return {"team": who.team}

    @app.get("/subscribe")
    async def subscribe(who: MaySubscribe) -> dict[str, str]:
        return {"team": who.team}

    @app.get("/admin")
    async def admin(who: MayAdminister) -> dict[str, str]:
        return {"team": who.team}

    return app


@pytest.fixture
def ask() -> Callable[..., Any]:
    async def ask(
        access: Access | None,
        path: str,
        *,
        token: str | None = None,
        scheme: str = "Bearer",
        address: str = "127.0.0.1",
        headers: dict[str, str] | None = None,
        host: str = "test",
    ) -> Any:
        transport = httpx.ASGITransport(app_with(access), raise_app_exceptions=False, client=(address, 1))
        authorization = {} if token is None else {"Authorization": f"{scheme} {token}"}
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path, headers=authorization | (headers or {}))

    return ask


@pytest.mark.parametrize(
    ("held", "doors"),
    [
        (Scope.INGEST, {"/ingest"}),
        (Scope.READ, {"/read"}),
        (Scope.SUBSCRIBE, {"/subscribe"}),
        (Scope.ADMIN, {"/ingest", "/read", "/subscribe", "/admin"}),
    ],
)
async def test_a_scope_opens_its_own_routes_and_admin_all(
    ask: Callable[..., Any], held: Scope, doors: set[str]
) -> None:
    access = Access((Known(good=principal(held)),))
    for path in ("/ingest", "/read", "/subscribe", "/admin"):
        reply = await ask(access, path, token="good")
        assert reply.status_code == (200 if path in doors else 403)


async def test_the_route_learns_team_key_and_address(ask: Callable[..., Any]) -> None:
    reply = await ask(Access((Known(good=principal(Scope.INGEST)),)), "/ingest", token="good")
    assert reply.json() == {"team": "desk", "key": "key_1", "address": "127.0.0.1"}


async def test_without_a_known_token_the_answer_is_always_the_same(ask: Callable[..., Any]) -> None:
    access = Access((Known(good=principal(Scope.ADMIN)),))
    replies = [
        await ask(access, "/read"),
        await ask(access, "/read", token="bad"),
        await ask(access, "/read", token=""),
        await ask(access, "/read", token="good", scheme="Basic"),
    ]
    assert {(r.status_code, r.text, r.headers["www-authenticate"]) for r in replies} == {
        (401, replies[0].text, "Bearer")
    }
    assert replies[0].headers["content-type"] == "application/problem+json"


async def test_each_verifier_is_asked_until_one_knows_the_token(ask: Callable[..., Any]) -> None:
    access = Access((Known(), Known(good=principal(Scope.READ))))
    assert (await ask(access, "/read", token="good")).status_code == 200


async def test_where_nobody_is_asked_everybody_is_the_default_team(ask: Callable[..., Any]) -> None:
    assert (await ask(OPEN, "/admin")).json() == {"team": "default"}


async def test_an_app_that_was_given_no_access_admits_nobody(ask: Callable[..., Any]) -> None:
    assert (await ask(None, "/read")).status_code == 500


@pytest.mark.parametrize(
    ("site", "mode", "host", "status"),
    [
        ("cross-site", "cors", "127.0.0.1:8000", 403),
        ("same-site", "no-cors", "localhost:8000", 403),
        ("cross-site", "navigate", "127.0.0.1:8000", 200),
        ("same-origin", "cors", "localhost:8000", 200),
        ("none", "navigate", "[::1]:8000", 200),
        (None, None, "rebound.example:8000", 403),
        (None, None, "rebound.example.", 403),
        (None, None, "192.0.2.7", 200),
        (None, None, "tocsin", 200),
    ],
)
async def test_a_page_of_another_site_cannot_use_what_asks_nobody(
    ask: Callable[..., Any], site: str | None, mode: str | None, host: str, status: int
) -> None:
    said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
    headers = {name: value for name, value in said.items() if value is not None}
    assert (await ask(OPEN, "/read", headers=headers, host=host)).status_code == status


class TestLimits:
    async def test_every_reply_says_what_a_key_may_still_ask_and_the_last_one_when_to_come_back(
        self, ask: Callable[..., Any]
    ) -> None:
        access = Access((Known(good=principal(Scope.READ)),), RateLimits(2, 9))
        first, second, third = [await ask(access, "/read", token="good") for _ in range(3)]
        assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
        assert first.headers["ratelimit-policy"] == '"key";q=2;w=60'
        assert first.headers["ratelimit"].startswith('"key";r=1;t=')
        assert third.headers["ratelimit"].startswith('"key";r=0;t=')
        assert 1 <= int(third.headers["retry-after"]) <= 60
        assert third.headers["content-type"] == "application/problem+json"

    async def test_keys_have_budgets_of_their_own(self, ask: Callable[..., Any]) -> None:
        other = Principal("desk", "key_2", frozenset({Scope.READ}))
        access = Access((Known(good=principal(Scope.READ), better=other),), RateLimits(1, 9))
        assert [(await ask(access, "/read", token=t)).status_code for t in ("good", "good", "better")] == [
            200,
            429,
            200,
        ]

    async def test_a_refusal_for_its_scope_is_counted_too(self, ask: Callable[..., Any]) -> None:
        access = Access((Known(good=principal(Scope.READ)),), RateLimits(1, 9))
        assert [(await ask(access, "/admin", token="good")).status_code for _ in range(2)] == [403, 429]

    async def test_an_address_that_sends_wrong_keys_is_barred_but_not_a_key_that_was_good_before(
        self, ask: Callable[..., Any]
    ) -> None:
        access = Access((Known(good=principal(Scope.READ), fresh=principal(Scope.READ)),), RateLimits(99, 2))
        answers = [(await ask(access, "/read", token=t)).status_code for t in ("bad", "worse", "bad", "fresh", "good")]
        assert answers == [401, 401, 429, 429, 200]
        assert "retry-after" in (await ask(access, "/read")).headers
        assert (await ask(access, "/read", token="fresh", address="192.0.2.7")).status_code == 200

    async def test_addresses_of_one_ipv6_network_share_a_count(self, ask: Callable[..., Any]) -> None:
        access = Access((Known(),), RateLimits(99, 1))
        answers = [(await ask(access, "/read", address=f"2001:db8::{n}")).status_code for n in (1, 2)]
        assert answers == [401, 429]


class TestHeaders:
    async def test_no_reply_lets_a_browser_guess_what_it_is_or_run_it(self, ask: Callable[..., Any]) -> None:
        for reply in (await ask(OPEN, "/read"), await ask(OPEN, "/nowhere"), await ask(Access(), "/read")):
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_document_names_the_scheme_and_what_access_may_answer_on_every_route() -> None:
    document = app_with(OPEN).openapi()
    assert document["components"]["securitySchemes"]["api_key"] | {"description": ""} == {
        "type": "http",
        "scheme": "bearer",
        "description": "",
    }
    for path in document["paths"].values():
        assert path["get"]["security"] == [{"api_key": []}]
        assert {"401", "403", "429", "503"} <= path["get"]["responses"].keys()


@pytest.mark.parametrize(
    ("access", "goes_on"),
    [
        (OPEN, True),
        (Access((Known(good=principal(Scope.READ)),)), True),
        (Access((Known(), Known(good=principal(Scope.READ)))), True),
        (Access((Known(),)), False),
        (Access((Known(good=Principal("theirs", "key_2", frozenset({Scope.READ}))),)), False),
    ],
)
async def test_a_request_that_lasts_goes_on_as_long_as_its_key(access: Access, goes_on: bool) -> None:
    headers = [(b"authorization", b"Bearer good")]
    request = Request({"type": "http", "app": app_with(access), "headers": headers})
    assert await still_admitted(request, principal(Scope.READ)) is goes_on
