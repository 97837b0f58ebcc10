"""`/v1/alerts`: what was raised, with its evidence and what became of its deliveries. Only reads."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from services.alert.api.doors import Cursor, Doors, Limit, Page, Time, bad_cursor, next_url
from services.alert.core.noise.memory import Acknowledgement
from services.alert.core.subscriptions import ID_PATTERN
from services.contracts.alert import Alert
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses


class Attempt(BaseModel):
    """One try to send."""

    attempt: int
    at: str
    result: str
    status: int | None
    detail: str
    took_ms: int


class DeliveryView(BaseModel):
    """One way that an alert goes; `id` is the `webhook-id`."""

    id: str
    edition: int
    kind: str
    channel: str
    state: str
    cause: str
    due_at: str | None
    settled_at: str | None
    digest_id: str | None = Field(None, description="the digest that it was told in")
    attempts: list[Attempt]


class AlertView(Alert):
    """An alert, how its story went on, who has seen to it, and its deliveries."""

    editions: tuple[Alert, ...] = Field((), description="updates, corrections and denials, in order")
    acknowledgement: Acknowledgement | None = None
    deliveries: tuple[DeliveryView, ...] = ()


class AlertPage(Page):
    """Alerts, newest first."""

    items: list[Alert]


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["alerts"])

    @router.get("/alerts", summary="List alerts", response_model=AlertPage, responses=problem_responses(422))
    async def list_alerts(
        who: MayRead,
        request: Request,
        subscription: Annotated[
            str | None, Query(pattern=ID_PATTERN, description="only those of this subscription")
        ] = None,
        since: Annotated[Time | None, Query(description="raised at or after")] = None,
        until: Annotated[Time | None, Query(description="raised before")] = None,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """Newest first, each with its whole evidence."""
        try:
            listing = await doors.alerts.list_alerts(
                team=who.team, subscription_id=subscription, since=since, until=until, cursor=cursor, limit=limit
            )
        except ValueError as error:
            raise bad_cursor() from error
        return {"items": listing.items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    @router.get("/alerts/{alert_id}", summary="Read one", response_model=AlertView, responses=problem_responses(404))
    async def get_alert(who: MayRead, alert_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> dict[str, Any]:
        """With its later editions, its deliveries and every try of each."""
        alert = await doors.alerts.get_alert(alert_id, team=who.team)
        if alert is None:
            raise Problem(404, "there is no such alert")
        return alert.model_dump() | {
            "editions": [edition.model_dump() for edition in await doors.alerts.editions(alert_id)],
            "acknowledgement": await doors.attention.acknowledged(alert_id),
            "deliveries": await doors.alerts.deliveries(alert_id),
        }

    return router
