"""Who asks, and what they may do: scopes, principals, and the dependency that every route names. Knows no key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from services.contracts.teams import DEFAULT_TEAM
from services.runtime.problems import Problem
from services.runtime.rate_limits import WINDOW_S, RateLimits, too_many
from services.runtime.reply_headers import ReplyHeaders


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

    def knows(self, token: str) -> bool:
        """Whether the token was good a while ago; asks nobody."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a process admits callers: by the first verifier that knows the token, or everybody as `unasked`."""

    verifiers: tuple[Verifier, ...] = ()
    limits: RateLimits | None = None
    unasked: Principal | None = None

    async def admit(self, token: str, address: str) -> Principal:
        """Raises 401 without saying what is wrong with a token, 429 after too many wrong ones, and `Unavailable`.

        An address that sends wrong keys is barred for all but those that were good before: a neighbour behind the same
        proxy locks nobody out.
        """
        if self.limits and await self.limits.barred(address) and not any(v.knows(token) for v in self.verifiers):
            raise too_many("too many requests without a valid key came from this address", WINDOW_S)
        for verifier in self.verifiers:
            principal = await verifier.verify(token)
            if principal is not None:
                return replace(principal, address=address)
        if self.limits:
            await self.limits.failed(address)
        raise Problem(401, "send a valid API key: Authorization: Bearer tcs_…", headers={"WWW-Authenticate": "Bearer"})


OPEN = Access(unasked=EVERYBODY)
"""Asks nobody who they are."""

_BEARER = HTTPBearer(auto_error=False, scheme_name="api_key", description="an API key, `tcs_…`, as bearer token")


def install_access(app: FastAPI, access: Access) -> None:
    """Let the routes of `app` admit callers by `access`; without it every route that names a scope fails."""
    app.state.access = access
    app.add_middleware(ReplyHeaders)


def requires(scope: Scope) -> Callable[..., Awaitable[Principal]]:
    """The dependency of a route: answers 401, 403 and 429, else gives the principal. The routes use the names below."""

    async def admitted(
        request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Principal:
        access: Access = request.app.state.access
        address = request.client.host if request.client else ""
        if access.unasked is not None:
            if _is_page_of_another_site(request):
                raise Problem(403, "a page of another site may not ask in the name of whoever looks at it")
            return replace(access.unasked, address=address)
        principal = await access.admit(bearer.credentials if bearer else "", address)
        if access.limits:
            request.state.reply_headers = (await access.limits.spend(principal.key_id)).headers
        if not principal.may(scope):
            raise Problem(403, f"this needs a key with the scope {scope}")
        return principal

    return admitted


async def still_admitted(request: Request, who: Principal) -> bool:
    """Whether a request that lasts may go on: its key may have been revoked meanwhile. Raises `Unavailable`."""
    access: Access = request.app.state.access
    if access.unasked is not None:
        return True
    _, token = get_authorization_scheme_param(request.headers.get("authorization"))
    found = [await verifier.verify(token) for verifier in access.verifiers]
    return any(now is not None and now.key_id == who.key_id for now in found)


def is_loopback(host: str) -> bool:
    """Whether a name or an address leads to this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("[::1]"), is_loopback("tocsin.example")
    (True, True, False)
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_page_of_another_site(request: Request) -> bool:
    """Whether a browser asks for somebody else than its user; other clients never do.

    Browsers say whose page asks (Fetch Metadata Request Headers, W3C). To follow a link is fine: the page that holds it
    learns nothing. To a name that leads here by the will of its owner (DNS rebinding) they say nothing, but ask for it.
    """
    asked = request.headers
    followed = request.method == "GET" and asked.get("sec-fetch-mode") == "navigate"
    foreign = asked.get("sec-fetch-site") in ("cross-site", "same-site") and not followed
    return foreign or _is_public_name(request.url.hostname or "")


def _is_public_name(host: str) -> bool:
    """A name that somebody could own: no address, and of more than one label."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return "." in host.rstrip(".") and not host.endswith(".localhost")
    return False


MayIngest = Annotated[Principal, Depends(requires(Scope.INGEST))]
MayRead = Annotated[Principal, Depends(requires(Scope.READ))]
MaySubscribe = Annotated[Principal, Depends(requires(Scope.SUBSCRIBE))]
MayAdminister = Annotated[Principal, Depends(requires(Scope.ADMIN))]
