"""Atom feeds of alerts: with an API key, or under an unguessable name for readers that can send none. Only reads."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from services.alert.api.doors import Doors
from services.alert.api.subscribing import existing
from services.alert.core.letters.atom import MAX_ENTRIES, MEDIA_TYPE, atom_feed, etag_of
from services.alert.core.subscriptions import ID_PATTERN, Subscription
from services.runtime.access import MayRead, MaySubscribe
from services.runtime.audit import Action, audited
from services.runtime.problems import Problem, problem_responses

SubscriptionId = Annotated[str, Path(pattern=ID_PATTERN)]
IfNoneMatch = Annotated[str | None, Header(max_length=500, description="the ETag that you have")]
_ATOM: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
    304: {"description": "You have it"},
}


class FeedAddress(BaseModel):
    """Whoever knows the address reads the feed; it is shown once."""

    url: str = Field(description="the address for a feed reader")


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["feeds"])

    @router.get(
        "/subscriptions/{subscription_id}/alerts.atom",
        summary="Alerts as an Atom feed",
        response_class=Response,
        responses={**_ATOM, **problem_responses(404)},
    )
    async def get_feed(who: MayRead, subscription_id: SubscriptionId, if_none_match: IfNoneMatch = None) -> Response:
        """The newest fifty, updates and denials as entries of their own."""
        subscription = await existing(doors, who, subscription_id)
        return await _feed(doors, subscription, "", if_none_match)

    @router.get(
        "/feeds/{token}/alerts.atom",
        summary="The same without a key",
        response_class=Response,
        responses={**_ATOM, **problem_responses(404)},
    )
    async def get_feed_by_name(
        request: Request, token: Annotated[str, Path(min_length=20, max_length=100)], if_none_match: IfNoneMatch = None
    ) -> Response:
        """`POST /v1/subscriptions/{id}/feed` gives the address."""
        subscription = await doors.reach.feed_tokens.subscription_of(token)
        if subscription is None:
            raise Problem(404, "there is no such feed")
        return await _feed(doors, subscription, _address(doors, request, token), if_none_match)

    @router.post(
        "/subscriptions/{subscription_id}/feed",
        status_code=201,
        summary="Give the feed an address",
        response_model=FeedAddress,
        responses=problem_responses(404),
    )
    async def name_feed(who: MaySubscribe, subscription_id: SubscriptionId, request: Request) -> FeedAddress:
        """A new address; the one before it leads nowhere from now on."""
        subscription = await existing(doors, who, subscription_id)
        token = doors.new_token()
        await doors.reach.feed_tokens.keep(
            subscription.id, token, doors.now(), audited(who, Action.FEED_NAMED, subscription.id, doors.now())
        )
        return FeedAddress(url=_address(doors, request, token))

    @router.delete(
        "/subscriptions/{subscription_id}/feed",
        status_code=204,
        summary="Take the address away",
        responses=problem_responses(404),
    )
    async def end_feed(who: MaySubscribe, subscription_id: SubscriptionId) -> None:
        """The feed is then read with an API key alone."""
        subscription = await existing(doors, who, subscription_id)
        entry = audited(who, Action.FEED_ENDED, subscription.id, doors.now())
        await doors.reach.feed_tokens.end(subscription.id, entry)

    return router


async def _feed(doors: Doors, subscription: Subscription, address: str, if_none_match: str | None) -> Response:
    alerts = [entry.alert for entry in await doors.reach.journal.newest(subscription.id, MAX_ENTRIES)]
    headers = {"etag": etag_of(subscription, alerts), "cache-control": "private, max-age=30"}
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    if headers["etag"] in known:
        return Response(status_code=304, headers=headers)
    headers["x-content-type-options"] = "nosniff"
    return Response(atom_feed(subscription, alerts, address), media_type=MEDIA_TYPE, headers=headers)


def _address(doors: Doors, request: Request, token: str) -> str:
    base = doors.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/v1/feeds/{token}/alerts.atom"
