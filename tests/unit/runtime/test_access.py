"""Who is admitted to a route, and what the others are told."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

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
)
from services.runtime.problems import install_problems


class Known:
    """Verifies the tokens it was made with."""

    def __init__(self, **principals: Principal) -> None:
        self._principals = principals

    async def verify(self, token: str) -> Principal | None:
        return self._principals.get(token)


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
    async def ask(access: Access | None, path: str, *, token: str | None = None, scheme: str = "Bearer") -> Any:
        transport = httpx.ASGITransport(app_with(access), raise_app_exceptions=False)
        headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers=headers)

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
