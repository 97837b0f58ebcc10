"""`/v1/deliveries`: the log of what was sent where, and sending again by hand. Reads; queues; sends nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from services.alert.api.alerts import DeliveryView
from services.alert.api.doors import Cursor, Doors, Limit, Page, bad_cursor, next_url
from services.alert.core.outbox import Redelivery, State
from services.alert.core.subscriptions import ID_PATTERN
from services.runtime.access import MayRead, MaySubscribe
from services.runtime.audit import Action, audited
from services.runtime.problems import Problem, problem_responses


class LogEntry(DeliveryView):
    """A delivery; `message` is the id of the alert, or of the digest or notice."""

    subscription: str
    message: str
    created_at: str


class LogPage(Page):
    """Deliveries, newest first."""

    items: list[LogEntry]


class Outcome(BaseModel):
    """The delivery is due now."""

    answer: Redelivery


_REFUSALS = {
    Redelivery.IN_FLIGHT: "it is being sent at this moment",
    Redelivery.ENDPOINT_DISABLED: "its channel is switched off; POST its /enable first",
    Redelivery.CHANNEL_REMOVED: "its subscription has no such channel any more",
}


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/deliveries", tags=["channels"])

    @router.get("", summary="The delivery log", response_model=LogPage, responses=problem_responses(422))
    async def list_deliveries(
        who: MayRead,
        request: Request,
        subscription: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
        state: Annotated[State | None, Query(description="only those that stand so")] = None,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """Newest first, each with every try."""
        try:
            listing = await doors.reach.deliveries.list(
                team=who.team, subscription_id=subscription, state=state, cursor=cursor, limit=limit
            )
        except ValueError as error:
            raise bad_cursor() from error
        return {"items": listing.items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    @router.post(
        "/{delivery_id}/redeliver",
        status_code=202,
        summary="Send again",
        response_model=Outcome,
        responses=problem_responses(404, 409),
    )
    async def redeliver(who: MaySubscribe, delivery_id: Annotated[str, Path(pattern=r"^dlv_[0-9a-f]{40}$")]) -> Outcome:
        """Now, and under the same id: who has had it knows the repeat. What is left of its schedule follows."""
        answer = await doors.reach.deliveries.redeliver(
            delivery_id,
            team=who.team,
            now=doors.now(),
            audit=audited(who, Action.DELIVERY_SENT_AGAIN, delivery_id, doors.now()),
        )
        if answer is Redelivery.UNKNOWN:
            raise Problem(404, "there is no such delivery")
        if answer in _REFUSALS:
            raise Problem(409, _REFUSALS[answer], reason=answer)
        doors.reach.wake()
        return Outcome(answer=answer)

    return router
