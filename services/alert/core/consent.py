"""Double opt-in: a mail address gets one mail that asks, and nothing else before its reader says yes. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.alert.core.channels import EmailChannel
from services.alert.core.identity import notice_id
from services.alert.core.notices import notice_rows
from services.alert.core.outbox import Queued
from services.alert.core.subscriptions import Subscription
from services.contracts.alert import Kind
from services.contracts.notification import Notice

MAX_ASKED = 3
"""Times that an address is asked before it has answered."""
ASK_AGAIN_AFTER = timedelta(hours=1)
ANSWER_WITHIN = timedelta(days=7)
"""How long the link of a mail that asks is good."""


class Ask(StrEnum):
    """Whether an address may be asked now."""

    ASK = "ask"
    CONFIRMED = "confirmed"
    TOO_SOON = "too_soon"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a team knows of an address: how often it asked, when last, and since when mail is welcome."""

    asked: int = 0
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    left: bool = False
    """The reader has since unsubscribed from the subscription in question."""

    @property
    def given(self) -> bool:
        """Whether mail may be sent."""
        return self.confirmed_at is not None and not self.left


def may_ask(known: Consent, now: datetime) -> Ask:
    """At most `MAX_ASKED` times, `ASK_AGAIN_AFTER` apart; each yes starts anew."""
    if known.given:
        return Ask.CONFIRMED
    if known.asked >= MAX_ASKED:
        return Ask.TOO_OFTEN
    if known.asked and known.asked_at is not None and now - known.asked_at < ASK_AGAIN_AFTER:
        return Ask.TOO_SOON
    return Ask.ASK


def question(subscription: Subscription, channel: EmailChannel, now: datetime) -> tuple[Notice, list[Queued]]:
    """The mail that asks, and its outbox row; the link is made when it is sent, so that no store holds it."""
    notice = Notice(
        kind=Kind.CONFIRMATION,
        id=notice_id(subscription.id, Kind.CONFIRMATION, channel.key, now.isoformat()),
        subscription_id=subscription.id,
        rule=subscription.name,
        subject="please confirm your address",
        text=(
            f"Somebody asked Tocsin to send the alerts of “{subscription.name}” to {channel.address}.\n\n"
            "Nothing is sent before you confirm. If you did not expect this mail, ignore it."
        ),
        raised_at=now,
    )
    return notice, notice_rows(notice, [channel])
