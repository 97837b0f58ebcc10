"""What the routes stand on, and the shapes they share. Serves nothing itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, BeforeValidator, Field

from services.alert.core.rules import InvalidRule
from services.alert.core.rules import Problem as RuleProblem
from services.alert.core.tokens import Tokens
from services.alert.noise_ports import Attention, Silences
from services.alert.ports import (
    Alerts,
    Consents,
    Deliveries,
    Dyads,
    Endpoints,
    FeedTokens,
    Journal,
    Notifier,
    Subscriptions,
)
from services.alert.previewing import Limits, Previewing
from services.alert.tail import Tail
from services.runtime.api_keys import Keys
from services.runtime.audit import AuditLog
from services.runtime.ports import Index
from services.runtime.problems import INVALID, FieldProblem, Problem, pointer

T = TypeVar("T")
MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class Reach:
    """How people are reached. `missing` says of a kind of channel that cannot be used what it lacks."""

    notifiers: Mapping[str, Notifier]
    missing: Mapping[str, str]
    tokens: Tokens
    consents: Consents
    endpoints: Endpoints
    deliveries: Deliveries
    wake: Callable[[], None]
    journal: Journal
    feed_tokens: FeedTokens
    tail: Tail
    understood: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Doors:
    """Ports of the API. `refresh` makes a change live in this process at once."""

    subscriptions: Subscriptions
    alerts: Alerts
    dyads: Dyads
    keys: Keys
    audit: AuditLog
    silences: Silences
    attention: Attention
    index: Index
    refresh: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]
    new_token: Callable[[], str]
    public_url: str
    reach: Reach
    previewing: Previewing
    preview_limits: Limits


class Finding(BaseModel):
    """Something to know about a rule. `position` counts code points in the query, from 0."""

    field: str
    reason: str
    position: int | None = None
    expected: list[str] = []
    hint: str = ""


class Page(BaseModel):
    """One page of a list."""

    cursor: str | None = Field(None, description="give it as `cursor` to read the next page; null on the last one")
    next: str | None = Field(None, description="the URL of the next page")


def _moment(value: Any) -> Any:
    """A date is its first moment, a time without a zone is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError("write a date or a time as in 2022-02-07 or 2022-02-07T12:00:00Z") from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


Time = Annotated[datetime, BeforeValidator(_moment)]
"""A query parameter: RFC 3339, or a date."""
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="most items of a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="where the page starts: `cursor` of the one before")]


def finding(problem: RuleProblem) -> Finding:
    """The same as JSON."""
    return Finding(
        field=problem.field,
        reason=problem.reason,
        position=problem.position,
        expected=list(problem.expected),
        hint=problem.hint,
    )


def refused(error: InvalidRule, *below: str) -> Problem:
    """422: each problem with its place in the query and in the body, where the rule stands `below` these names."""
    errors = [
        FieldProblem(location="body", pointer=pointer([*below, *p.field.split(".")]), detail=str(p)).model_dump()
        for p in error.problems
    ]
    findings = [finding(p).model_dump() for p in error.problems]
    return Problem(INVALID, str(error), errors=errors, problems=findings)


def bad_query(error: InvalidRule) -> Problem:
    """422 for a query parameter that is no KQL: where, what was expected, and what works."""
    first = error.problems[0]
    errors = [FieldProblem(location="query", pointer="/q", detail=str(p)).model_dump() for p in error.problems]
    return Problem(
        INVALID,
        first.reason,
        title="Not a query",
        errors=errors,
        position=first.position,
        expected=list(first.expected),
        hint=first.hint,
    )


def bad_cursor() -> Problem:
    """422 for a cursor that this list did not make."""
    detail = "not a cursor of this list; take it from the page before, unchanged"
    return Problem(
        INVALID, detail, errors=[FieldProblem(location="query", pointer="/cursor", detail=detail).model_dump()]
    )


def next_url(request: Request, cursor: str | None) -> str | None:
    """The same request for the next page."""
    return str(request.url.include_query_params(cursor=cursor)) if cursor else None
