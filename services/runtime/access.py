"""Who asks, and what they may do: scopes, principals, and the dependency that every route names. Knows no key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.contracts.teams import DEFAULT_TEAM
from services.runtime.problems import Problem


class Scope(StrEnum):
    """What a key is good for."""

    INGEST = "ingest"
    """Hand in articles."""
    READ = "read"
    """Search articles, read the team's subscriptions and alerts."""
    SUBSCRIBE = "subscribe"
    """Change the team's subscriptions, and what becomes of its alerts."""
    ADMIN = "admin"
    """All of these, the team's keys and its audit log."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `key_id` is empty where no key is asked for; `address` is where the request came from."""

    team: str
    key_id: str
    scopes: frozenset[Scope]
    address: str = ""

    def may(self, scope: Scope) -> bool:
        """Whether a scope is held; `admin` holds them all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


EVERYBODY = Principal(DEFAULT_TEAM, "", frozenset(Scope))
"""Who asks on a loopback address that wants no keys."""


class Verifier(Protocol):
    """Turns what a caller sends as a bearer token into a principal. API keys are the first; OIDC would be another."""

    async def verify(self, token: str) -> Principal | None:
        """None for a token that is unknown, ended or not one of this verifier's. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a process admits callers: by the first verifier that knows the token, or everybody as `unasked`."""

    verifiers: tuple[Verifier, ...] = ()
    unasked: Principal | None = field(default=None)

    async def admit(self, token: str | None, address: str) -> Principal:
        """Raises 401 without saying what is wrong with a token, and `Unavailable`."""
        if self.unasked is not None:
            return replace(self.unasked, address=address)
        for verifier in self.verifiers if token else ():
            principal = await verifier.verify(token or "")
            if principal is not None:
                return replace(principal, address=address)
        raise Problem(401, "send a valid API key: Authorization: Bearer tcs_…", headers={"WWW-Authenticate": "Bearer"})


OPEN = Access(unasked=EVERYBODY)
"""Asks nobody who they are."""

_BEARER = HTTPBearer(auto_error=False, scheme_name="api_key", description="an API key, `tcs_…`, as bearer token")


def install_access(app: FastAPI, access: Access) -> None:
    """Let the routes of `app` admit callers by `access`; without it every route that names a scope fails."""
    app.state.access = access


def requires(scope: Scope) -> Callable[..., Awaitable[Principal]]:
    """The dependency of a route: answers 401 and 403, else gives the principal. The routes use the names below."""

    async def admitted(
        request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Principal:
        access: Access = request.app.state.access
        address = request.client.host if request.client else ""
        principal = await access.admit(bearer.credentials if bearer else None, address)
        if not principal.may(scope):
            raise Problem(403, f"this needs a key with the scope {scope}")
        return principal

    return admitted


MayIngest = Annotated[Principal, Depends(requires(Scope.INGEST))]
MayRead = Annotated[Principal, Depends(requires(Scope.READ))]
MaySubscribe = Annotated[Principal, Depends(requires(Scope.SUBSCRIBE))]
MayAdminister = Annotated[Principal, Depends(requires(Scope.ADMIN))]
