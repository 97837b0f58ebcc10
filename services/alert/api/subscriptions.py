"""`/v1/subscriptions`: who wants to be told what. Reads requests, writes replies."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import WrapValidator

from services.alert.api.doors import Cursor, Doors, Limit, Page, bad_cursor, next_url
from services.alert.api.subscribing import (
    change,
    checked_draft,
    existing,
    shown,
    subscribe,
    unsubscribe,
    webhook_secrets,
)
from services.alert.core.noise.memory import Snooze
from services.alert.core.subscriptions import ID_PATTERN, PRINTABLE, Draft
from services.contracts.message import Moment
from services.runtime.access import MayRead, MaySubscribe
from services.runtime.problems import problem_responses

DraftBody = Annotated[Draft, WrapValidator(checked_draft)]
SubscriptionId = Annotated[str, Path(pattern=ID_PATTERN)]
IfMatch = Annotated[str | None, Header(description="the ETag that you read; another version then answers 412")]
Key = Annotated[
    str | None,
    Header(min_length=1, max_length=255, description="the same key and body again make no second subscription"),
]


class Stored(Draft):
    """A subscription. A webhook's secret is shown by the POST or PUT that sets it, and never again."""

    id: str
    team: str
    version: int
    created_at: Moment
    updated_at: Moment


class Found(Stored):
    """A subscription and the snooze that lasts, which is no part of what PUT takes and makes no version."""

    snooze: Snooze | None = None


class SubscriptionPage(Page):
    """Subscriptions in order of creation."""

    items: list[Stored]


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["subscriptions"])

    @router.post(
        "/subscriptions",
        status_code=201,
        summary="Subscribe",
        response_model=Stored,
        response_model_exclude_none=True,
        responses={
            200: {"description": "It was there before, the same", "model": Stored},
            **problem_responses(409, 422),
        },
    )
    async def post_subscription(
        who: MaySubscribe, body: DraftBody, reply: Response, idempotency_key: Key = None
    ) -> dict[str, Any]:
        """Send an `id`, or an `Idempotency-Key`, and the same request again is harmless.

        A webhook without a secret gets one: this reply is the only one that shows it. An `id` that was given
        before, by you or by others, answers 409.
        """
        stored, is_new = await subscribe(doors, who, body, idempotency_key)
        if not is_new:
            reply.status_code = 200
            return shown(reply, stored)
        reply.headers["location"] = f"/v1/subscriptions/{stored.id}"
        return shown(reply, stored, secrets=webhook_secrets(stored))

    @router.get(
        "/subscriptions",
        summary="List subscriptions",
        response_model=SubscriptionPage,
        response_model_exclude_none=True,
        responses=problem_responses(422),
    )
    async def list_subscriptions(
        who: MayRead,
        request: Request,
        name: Annotated[
            str | None, Query(max_length=200, pattern=PRINTABLE, description="only those of exactly this name")
        ] = None,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        try:
            listing = await doors.subscriptions.list(team=who.team, cursor=cursor, limit=limit, name=name)
        except ValueError as error:
            raise bad_cursor() from error
        items = [subscription.public() for subscription in listing.items]
        return {"items": items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    @router.get(
        "/subscriptions/{subscription_id}",
        summary="Read one",
        response_model=Found,
        response_model_exclude_none=True,
        responses=problem_responses(404),
    )
    async def get_subscription(who: MayRead, subscription_id: SubscriptionId, reply: Response) -> dict[str, Any]:
        body = shown(reply, await existing(doors, who, subscription_id))
        snooze = await doors.attention.snoozed(subscription_id)
        lasts = snooze is not None and snooze.holds(None, doors.now())
        return body | {"snooze": snooze if lasts else None}

    @router.put(
        "/subscriptions/{subscription_id}",
        summary="Change one",
        response_model=Stored,
        response_model_exclude_none=True,
        responses=problem_responses(404, 409, 412, 422),
    )
    async def put_subscription(
        who: MaySubscribe, subscription_id: SubscriptionId, body: DraftBody, reply: Response, if_match: IfMatch = None
    ) -> dict[str, Any]:
        """The whole subscription as it shall be. Nothing changed makes no new version.

        A webhook that is sent without its secret keeps the one it has; one that is new gets one.
        """
        before, after = await change(doors, who, subscription_id, body, if_match)
        old = webhook_secrets(before)
        new = {key: secret for key, secret in webhook_secrets(after).items() if secret != old.get(key)}
        return shown(reply, after, secrets=new)

    @router.delete(
        "/subscriptions/{subscription_id}",
        status_code=204,
        summary="Unsubscribe",
        responses=problem_responses(404, 412),
    )
    async def delete_subscription(who: MaySubscribe, subscription_id: SubscriptionId, if_match: IfMatch = None) -> None:
        """Its alerts stay; what is not yet sent is cancelled. The id is never given again."""
        await unsubscribe(doors, who, subscription_id, if_match)

    return router
