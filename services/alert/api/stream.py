"""`/v1/alerts/stream`: alerts as they are raised, as server-sent events that can be resumed. Keeps nothing."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.alert.api.doors import Doors
from services.alert.api.subscribing import existing
from services.alert.core.payload import webhook_body
from services.alert.core.subscriptions import ID_PATTERN
from services.contracts.errors import Unavailable
from services.runtime.access import MayRead, Principal, still_admitted
from services.runtime.problems import Problem, problem_responses

RECONNECT_MS = 2_000
PAGE = 50
LOOK_AGAIN_S = 60.0
"""Without news from the tail; the framework keeps the connection alive meanwhile."""

SubscriptionId = Annotated[
    str | None, Query(pattern=ID_PATTERN, alias="subscription", description="only those of this subscription")
]
LastEventId = Annotated[
    int | None, Header(alias="Last-Event-ID", ge=0, le=2**53, description="the last one you had; browsers send it")
]


def build_router(doors: Doors) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["alerts"])

    async def start(who: MayRead, subscription_id: SubscriptionId = None, last_event_id: LastEventId = None) -> int:
        """Refuses before the reply begins; afterwards no status can."""
        if subscription_id is not None:
            await existing(doors, who, subscription_id)
        if doors.reach.tail.full:
            raise Problem(503, "too many open streams; try another replica", headers={"Retry-After": "5"})
        latest = await doors.reach.journal.latest()
        # A number beyond ours is of a store that was there before this one: to wait for it would hide what comes.
        return latest if last_event_id is None else min(last_event_id, latest)

    @router.get(
        "/alerts/stream",
        summary="Alerts as they are raised",
        response_class=EventSourceResponse,
        responses=problem_responses(404, 422, 503),
    )
    async def stream_alerts(
        who: MayRead, request: Request, after: Annotated[int, Depends(start)], subscription_id: SubscriptionId = None
    ) -> AsyncIterator[ServerSentEvent]:
        """`event` is the kind, `data` what a webhook gets. From now on, or after `Last-Event-ID` without a gap."""
        async for event in _events(doors, request, who, subscription_id, after):
            yield event

    return router


async def _events(
    doors: Doors, request: Request, who: Principal, subscription_id: str | None, after: int
) -> AsyncIterator[ServerSentEvent]:
    """Pages of the journal as they fill; ends with the process, with the key, or when its store does not answer."""
    tail, journal = doors.reach.tail, doors.reach.journal
    with tail.stream():
        yield ServerSentEvent(comment="alerts", retry=RECONNECT_MS, id=str(after))
        while not tail.closing:
            seen = tail.latest
            try:
                if not await still_admitted(request, who):
                    return
                page = await journal.after(after, team=who.team, subscription_id=subscription_id, limit=PAGE)
            except Unavailable:
                return  # the client comes back with the last id that it has
            for entry in page:
                after = entry.number
                body = webhook_body(entry.alert)
                yield ServerSentEvent(raw_data=body, event=entry.alert.kind.value, id=str(after))
            if not page:
                await tail.grown(seen, LOOK_AGAIN_S)
