"""`/v1/alerts/{id}/ack` and `/v1/subscriptions/{id}/snooze`: seen to, and not now. Makes no version of a rule."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.alert.api.doors import Doors
from services.alert.api.subscribing import existing
from services.alert.core.noise.gravity import gravity
from services.alert.core.noise.memory import (
    Acknowledgement,
    AcknowledgementDraft,
    InvalidSnooze,
    Snooze,
    SnoozeDraft,
    begin_snooze,
)
from services.alert.core.subscriptions import ID_PATTERN
from services.contracts.alert import Alert, Trigger
from services.runtime.access import MaySubscribe, Principal
from services.runtime.audit import Action, audited
from services.runtime.problems import FieldProblem, Problem, invalid, problem_responses

AlertId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
SubscriptionId = Annotated[str, Path(pattern=ID_PATTERN)]

_WITH_LEVEL = frozenset({Trigger.CROSSES, Trigger.CHANGES})


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter()
    _add_acknowledging(router, doors)
    _add_snoozing(router, doors)
    return router


def _add_acknowledging(router: APIRouter, doors: Doors) -> None:
    @router.post(
        "/alerts/{alert_id}/ack",
        summary="Acknowledge",
        tags=["alerts"],
        response_model=Acknowledgement,
        responses=problem_responses(404, 422),
    )
    async def acknowledge(who: MaySubscribe, alert_id: AlertId, body: AcknowledgementDraft) -> Acknowledgement:
        """Its later updates are suppressed, unless severity or level are above what they are now.

        Corrections and denials are told all the same. A second acknowledgement takes the place of the first.
        """
        await _existing_alert(doors, who, alert_id)
        newest = await doors.attention.newest_edition(alert_id)
        if newest is None:
            raise Problem(404, "there is no such alert")
        now, seen = doors.now(), gravity(newest)
        said = Acknowledgement(by=body.by, note=body.note, at=now, severity=seen.severity, level=seen.level)
        entry = audited(who, Action.ALERT_ACKNOWLEDGED, alert_id, now, by=said.by)
        await doors.attention.acknowledge(alert_id, said, audit=entry)
        return said

    @router.delete(
        "/alerts/{alert_id}/ack",
        status_code=204,
        summary="Withdraw an acknowledgement",
        tags=["alerts"],
        responses=problem_responses(404),
    )
    async def withdraw(who: MaySubscribe, alert_id: AlertId) -> None:
        """What was suppressed meanwhile stays so."""
        await _existing_alert(doors, who, alert_id)
        entry = audited(who, Action.ACKNOWLEDGEMENT_WITHDRAWN, alert_id, doors.now())
        if not await doors.attention.withdraw(alert_id, audit=entry):
            raise Problem(404, "the alert is not acknowledged")


def _add_snoozing(router: APIRouter, doors: Doors) -> None:
    path = "/subscriptions/{subscription_id}/snooze"

    @router.post(
        path, summary="Snooze", tags=["subscriptions"], response_model=Snooze, responses=problem_responses(404, 422)
    )
    async def snooze(who: MaySubscribe, subscription_id: SubscriptionId, body: SnoozeDraft) -> Snooze:
        """Its alerts are gathered until then and come in one digest. A second snooze takes the place of the first."""
        rule, now = await existing(doors, who, subscription_id), doors.now()
        if body.until_level is not None and rule.kind not in _WITH_LEVEL:
            detail = f"alerts of `{rule.kind}` have no level: write until or until_severity"
            raise invalid([FieldProblem(location="body", pointer="/until_level", detail=detail)])
        try:
            begun = begin_snooze(body, now)
        except InvalidSnooze as error:
            raise invalid([FieldProblem(location="body", pointer="/until", detail=str(error))]) from error
        asked = begun.model_dump(mode="json", exclude={"since"}, exclude_none=True)
        entry = audited(who, Action.SUBSCRIPTION_SNOOZED, rule.id, now, **asked)
        await doors.attention.snooze(rule.id, begun, audit=entry)
        return begun

    @router.delete(
        path, status_code=204, summary="End a snooze", tags=["subscriptions"], responses=problem_responses(404)
    )
    async def end_snooze(who: MaySubscribe, subscription_id: SubscriptionId) -> None:
        """What it gathered comes in a digest within seconds; once more is harmless."""
        rule = await existing(doors, who, subscription_id)
        await doors.attention.snooze(rule.id, None, audit=audited(who, Action.SNOOZE_ENDED, rule.id, doors.now()))


async def _existing_alert(doors: Doors, who: Principal, alert_id: str) -> Alert:
    alert = await doors.alerts.get_alert(alert_id, team=who.team)
    if alert is None:
        raise Problem(404, "there is no such alert")
    return alert
