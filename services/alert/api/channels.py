"""`/v1/subscriptions/{id}/channels`: the ways one subscription is told, tried and mended. Changes no rule."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.alert.api.doors import Doors
from services.alert.api.subscribing import existing
from services.alert.core.channels import Channel, EmailChannel, WebhookChannel
from services.alert.core.consent import Ask, Consent
from services.alert.core.durations import Duration
from services.alert.core.endpoints import Disabled, Standing
from services.alert.core.identity import delivery_id, notice_id
from services.alert.core.outbox import Leased, Result
from services.alert.core.subscriptions import ID_PATTERN, Subscription, rotate
from services.alert.core.tokens import Mailbox
from services.alert.ports import Conflict, EndpointView
from services.contracts.alert import Kind
from services.contracts.message import Moment
from services.contracts.notification import Notice
from services.runtime.access import MayRead, MaySubscribe, Principal
from services.runtime.audit import Action, audited
from services.runtime.problems import Problem, problem_responses

SubscriptionId = Annotated[str, Path(pattern=ID_PATTERN)]
ChannelKey = Annotated[str, Path(pattern=r"^[a-z]{1,16}(:[0-9a-f]{16})?$", description="`key` of the channel")]
MAX_GRACE = timedelta(days=30)
TEST_S = 60.0
"""Longer than any try of a channel."""


class ChannelView(BaseModel):
    """A channel, how it did when it was tried last, and why nothing is sent to it if so."""

    key: str
    type: str
    shown: str = Field(description="what people recognise it by, without secrets")
    disabled: Disabled | None
    disabled_since: Moment | None
    failing_since: Moment | None
    last_success_at: Moment | None
    last_failure_at: Moment | None
    last_result: str
    confirmed: bool | None = Field(description="whether a mail address said that mail is welcome; null elsewhere")


class Answer(BaseModel):
    """Whether the mail that asks was queued, or why not."""

    answer: Ask


class Grace(BaseModel):
    """How long the old secret signs beside the new one."""

    model_config = ConfigDict(extra="forbid")

    grace: Duration | None = Field(timedelta(days=1), description="up to 30d; null when the old one was stolen")

    @field_validator("grace")
    @classmethod
    def _bounded(cls, grace: timedelta | None) -> timedelta | None:
        if grace is not None and grace > MAX_GRACE:
            raise ValueError("at most 30d")
        return grace


class Rotated(BaseModel):
    """The new secret, and until when the old one signs too."""

    secret: str
    old_secret_until: Moment


class ReceiptView(BaseModel):
    """What the channel reported. `status` is HTTP's or SMTP's where there is one."""

    id: str
    result: Result
    status: int | None
    detail: str


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/subscriptions/{subscription_id}/channels", tags=["channels"])

    @router.get("", summary="How the channels do", response_model=list[ChannelView], responses=problem_responses(404))
    async def list_channels(who: MayRead, subscription_id: SubscriptionId) -> list[ChannelView]:
        """Each channel of the subscription, with its key and how it did when it was tried last."""
        subscription = await existing(doors, who, subscription_id)
        standings = await doors.reach.endpoints.of(subscription_id)
        return [
            _view(channel, standings.get(channel.key), await _consent(doors, subscription, channel))
            for channel in subscription.channels
        ]

    @router.post(
        "/{key}/enable", status_code=204, summary="Switch a channel on again", responses=problem_responses(404)
    )
    async def enable(who: MaySubscribe, subscription_id: SubscriptionId, key: ChannelKey) -> None:
        """After 410, or 120 hours of failures. What it missed is in the delivery log, and can be sent again there."""
        await _channel(doors, who, subscription_id, key)
        entry = audited(who, Action.CHANNEL_ENABLED, subscription_id, doors.now(), channel=key)
        await doors.reach.endpoints.enable(subscription_id, key, entry)

    @router.post("/{key}/test", summary="Send a test", response_model=ReceiptView, responses=problem_responses(404))
    async def send_test(who: MaySubscribe, subscription_id: SubscriptionId, key: ChannelKey) -> ReceiptView:
        """One message of kind `test`, sent now the way that alerts are; it is not retried and not logged."""
        subscription, channel = await _channel(doors, who, subscription_id, key)
        now, about = doors.now(), doors.new_id()
        message = Notice(
            kind=Kind.TEST,
            id=notice_id(subscription.id, Kind.TEST, about),
            subscription_id=subscription.id,
            rule=subscription.name,
            subject="this is a test",
            text=f"Alerts of “{subscription.name}” reach you here.",
            raised_at=now,
        )
        delivery = Leased(delivery_id(message.id, 0, key), message, key, channel.lane, channel, 0, now, now)
        async with asyncio.timeout(TEST_S):
            (receipt,) = await doors.reach.notifiers[channel.type].send([delivery])
        return ReceiptView(
            id=delivery.delivery_id, result=receipt.result, status=receipt.status, detail=receipt.detail[:300]
        )

    @router.post(
        "/{key}/rotate-secret",
        summary="Give a webhook a new secret",
        response_model=Rotated,
        responses=problem_responses(404, 409, 422),
    )
    async def rotate_secret(
        who: MaySubscribe, subscription_id: SubscriptionId, key: ChannelKey, body: Grace
    ) -> Rotated:
        """The only reply that shows it. Until the grace ends each request carries the signatures of both secrets."""
        subscription, channel = await _channel(doors, who, subscription_id, key)
        if not isinstance(channel, WebhookChannel):
            raise Problem(422, "only webhooks have a secret")
        now, secret = doors.now(), doors.new_secret()
        until = now + (body.grace or timedelta())
        entry = audited(who, Action.SECRET_ROTATED, subscription_id, now, channel=key)
        rotated = rotate(subscription, key, secret, until, now)
        try:
            await doors.subscriptions.replace(rotated, subscription.version, entry)
        except Conflict as error:
            raise Problem(409, f"{error}; try again") from error
        await doors.refresh()
        return Rotated(secret=secret, old_secret_until=until)

    @router.post("/{key}/ask", summary="Ask again", response_model=Answer, responses=problem_responses(404, 422))
    async def ask_again(who: MaySubscribe, subscription_id: SubscriptionId, key: ChannelKey) -> Answer:
        """Another mail that asks an address whether mail is welcome: three at most, an hour apart."""
        subscription, channel = await _channel(doors, who, subscription_id, key)
        if not isinstance(channel, EmailChannel):
            raise Problem(422, "only mail addresses are asked")
        return Answer(answer=await doors.reach.consents.ask(subscription, channel, doors.now()))

    return router


def _view(channel: Channel, known: EndpointView | None, consent: Consent | None) -> ChannelView:
    endpoint = known or EndpointView(Standing())
    return ChannelView(
        key=channel.key,
        type=channel.type,
        shown=channel.shown,
        disabled=endpoint.disabled,
        disabled_since=endpoint.disabled_since,
        confirmed=consent.given if consent else None,
        **asdict(endpoint.standing),
    )


async def _consent(doors: Doors, subscription: Subscription, channel: Channel) -> Consent | None:
    if not isinstance(channel, EmailChannel):
        return None
    return await doors.reach.consents.known(Mailbox(subscription.id, channel.address), subscription.team)


async def _channel(doors: Doors, who: Principal, subscription_id: str, key: str) -> tuple[Subscription, Channel]:
    """404 when the team has no such subscription, or that has no such channel."""
    subscription = await existing(doors, who, subscription_id)
    for channel in subscription.channels:
        if channel.key == key:
            return subscription, channel
    keys = ", ".join(channel.key for channel in subscription.channels) or "none"
    raise Problem(404, f"subscription {subscription_id} has no channel {key}; it has {keys}")
