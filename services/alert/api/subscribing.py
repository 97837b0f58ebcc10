"""What the subscription routes do: make, change and end a subscription, and show it without its secrets."""

import asyncio
import hashlib
from collections.abc import Mapping, Set
from contextlib import suppress
from datetime import datetime
from typing import Any

from fastapi import Response
from pydantic import ValidationError, ValidatorFunctionWrapHandler

from services.alert.api.doors import Doors, refused
from services.alert.core.channels import AppriseChannel, Channel, WebhookChannel
from services.alert.core.rules import InvalidRule, check_draft, invalid_rule
from services.alert.core.rules import Problem as RuleProblem
from services.alert.core.subscriptions import Draft, Subscription, revise
from services.alert.ports import Conflict
from services.runtime.access import Principal
from services.runtime.audit import Action, AuditEntry, audited
from services.runtime.problems import Problem

CONFLICTS = 5
"""Times that a change is tried again because another came first."""


def checked_draft(value: Any, read: ValidatorFunctionWrapHandler) -> Draft:
    """A validator that answers 422 in the words of a rule's author."""
    try:
        draft: Draft = read(value)
        check_draft(draft)
    except ValidationError as error:
        raise refused(invalid_rule(error)) from error
    except InvalidRule as error:
        raise refused(error) from error
    return draft


async def subscribe(
    doors: Doors, who: Principal, body: Draft, idempotency_key: str | None
) -> tuple[Subscription, bool]:
    """The stored subscription, and whether the reply may show its secrets: not when its id was there before."""
    await _require_channels(doors, body)
    draft, now = _with_secrets(doors, body), doors.now()
    own = {"id": draft.id or doors.new_id(), "team": who.team, "created_at": now, "updated_at": now}
    made = Subscription.model_validate(draft.model_dump() | own)
    request_hash = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    try:
        stored = await doors.subscriptions.create(
            made,
            (idempotency_key, request_hash) if idempotency_key else None,
            _entry(who, Action.SUBSCRIPTION_CREATED, made, now),
        )
    except Conflict as error:
        before = await doors.subscriptions.get(made.id, team=who.team)
        if before is None or revise(before, body, now) is not before:
            raise Problem(409, str(error)) from error
        return before, False
    await doors.refresh()
    return stored, True


async def change(
    doors: Doors, who: Principal, subscription_id: str, body: Draft, if_match: str | None
) -> tuple[Subscription, Subscription]:
    """The subscription before and after."""
    if body.id not in (None, subscription_id):
        raise Problem(422, "the id in the body is not the one in the path; an id never changes")
    before = await existing(doors, who, subscription_id)
    await _require_channels(doors, body, {channel.key for channel in before.channels})
    _match(if_match, before)
    after = revise(before, _with_secrets(doors, body, webhook_secrets(before).keys()), doors.now())
    if after is not before:
        try:
            entry = _entry(who, Action.SUBSCRIPTION_CHANGED, after, after.updated_at)
            await doors.subscriptions.replace(after, before.version, entry)
        except Conflict as error:
            raise Problem(412 if if_match else 409, f"{error}; read it and try again") from error
        await doors.refresh()
    return before, after


async def unsubscribe(doors: Doors, who: Principal, subscription_id: str, if_match: str | None) -> None:
    """End it."""
    stored = await existing(doors, who, subscription_id)
    _match(if_match, stored)
    try:
        await doors.subscriptions.delete(
            subscription_id,
            stored.version if if_match else None,
            team=who.team,
            audit=_entry(who, Action.SUBSCRIPTION_DELETED, stored, doors.now()),
        )
    except KeyError as error:
        raise _missing(subscription_id) from error
    except Conflict as error:
        raise Problem(412, str(error)) from error
    await doors.refresh()


async def without_channel(doors: Doors, subscription_id: str, key: str, audit: AuditEntry) -> None:
    """Take a channel out of a subscription, for somebody who may do nothing else to it."""
    for _ in range(CONFLICTS):
        stored = await doors.subscriptions.get(subscription_id, team=audit.team)
        if stored is None or all(channel.key != key for channel in stored.channels):
            return
        channels = tuple(channel for channel in stored.channels if channel.key != key)
        draft = stored.draft.model_copy(update={"channels": channels})
        with suppress(Conflict):
            await doors.subscriptions.replace(revise(stored, draft, doors.now()), stored.version, audit)
            await doors.refresh()
            return
    raise Problem(409, "the subscription is being changed; try again")


async def existing(doors: Doors, who: Principal, subscription_id: str) -> Subscription:
    """404 when the team of the caller has none: another team's answers as one that never was."""
    stored = await doors.subscriptions.get(subscription_id, team=who.team)
    if stored is None:
        raise _missing(subscription_id)
    return stored


def webhook_secrets(subscription: Subscription) -> dict[str, str]:
    """Secret by key of the channel."""
    webhooks = (channel for channel in subscription.channels if isinstance(channel, WebhookChannel))
    return {channel.key: channel.secret for channel in webhooks if channel.secret}


def shown(reply: Response, subscription: Subscription, secrets: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of a reply, with these secrets alone; sets the ETag."""
    reply.headers["etag"] = _etag(subscription)
    body = subscription.public()
    for view, channel in zip(body["channels"], subscription.channels, strict=True):
        if secrets and channel.key in secrets:
            view["secret"] = secrets[channel.key]
    return body


async def _require_channels(doors: Doors, draft: Draft, known: Set[str] = frozenset()) -> None:
    """422 for each channel that this service cannot use; those in `known` were accepted before."""
    problems = [
        RuleProblem(f"channels.{number}", reason)
        for number, channel in enumerate(draft.channels)
        if (reason := await _unusable(doors, channel, known))
    ]
    if problems:
        raise refused(InvalidRule(problems))


async def _unusable(doors: Doors, channel: Channel, known: Set[str]) -> str:
    """What is wrong with it; empty when nothing is."""
    if channel.type in doors.reach.missing:
        return doors.reach.missing[channel.type]
    if isinstance(channel, AppriseChannel) and channel.key not in known:
        if channel.masked:
            return "this only stands for a URL that the subscription has; send the URL itself"
        if not await asyncio.to_thread(doors.reach.understood, channel.url):
            return f"this is no {channel.schema_name} URL as Apprise documents it"
    return ""


def _entry(who: Principal, action: Action, subscription: Subscription, at: datetime) -> AuditEntry:
    return audited(who, action, subscription.id, at, name=subscription.name, version=subscription.version)


def _missing(subscription_id: str) -> Problem:
    return Problem(404, f"there is no subscription {subscription_id}")


def _etag(subscription: Subscription) -> str:
    return f'"{subscription.version}"'


def _match(if_match: str | None, stored: Subscription) -> None:
    if if_match is None or if_match.strip() == "*":
        return
    if _etag(stored) not in {tag.strip() for tag in if_match.split(",")}:
        raise Problem(412, f"the subscription is at version {stored.version}; read it and try again")


def _with_secrets(doors: Doors, draft: Draft, known: Set[str] = frozenset()) -> Draft:
    """A secret for each webhook that has none; those in `known` keep theirs. Only a rotation retires a secret."""

    def complete(channel: Channel) -> Channel:
        if not isinstance(channel, WebhookChannel):
            return channel
        made = doors.new_secret() if channel.secret is None and channel.key not in known else channel.secret
        return channel.model_copy(update={"secret": made, "retiring": None})

    channels = tuple(complete(channel) for channel in draft.channels)
    return draft.model_copy(update={"channels": channels})
