"""Why a subscription was, or was not, told of an article: one named answer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.deciding import Observation
from services.alert.core.outbox import HELD, Cause, State
from services.alert.core.subscriptions import Subscription
from services.contracts.document import Document


class Answer(StrEnum):
    """The closed set of answers."""

    SENT = "sent"
    ON_ITS_WAY = "on_its_way"
    HELD = "held"
    GATHERED = "gathered"
    DIGESTED = "digested"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RAISED = "raised"
    NOT_RAISED = "not_raised"
    HISTORIC = "historic"
    PAUSED = "paused"
    NOT_MATCHED = "not_matched"
    NOT_OBSERVED = "not_observed"

    @property
    def sentence(self) -> str:
        """The answer in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Answer.SENT: "the alert was sent",
    Answer.ON_ITS_WAY: "the alert is on its way",
    Answer.HELD: "the alert waits for a better time",
    Answer.GATHERED: "the alert waits for a digest",
    Answer.DIGESTED: "the alert was told in a digest",
    Answer.SUPPRESSED: "an alert was raised and is not sent",
    Answer.FAILED: "the alert could not be delivered; the tries say why",
    Answer.CANCELLED: "the alert was not sent",
    Answer.RAISED: "an alert was raised; the subscription has no channel, so it is in the API and the index alone",
    Answer.NOT_RAISED: "the article matched, but the trigger did not fire",
    Answer.HISTORIC: "the article came in as history: it is searchable and notifies nobody",
    Answer.PAUSED: "the subscription is paused",
    Answer.NOT_MATCHED: "the article does not satisfy the query; the clauses say which part is missing",
    Answer.NOT_OBSERVED: "the article satisfies the query now, but the rule has not seen it: the rule is younger, "
    "or the article is still on its way",
}
_CAUSES = {
    Cause.QUIET_HOURS: "these are quiet hours",
    Cause.DIGEST: "the subscription has a digest",
    Cause.BUDGET: "the budget of the day was spent",
    Cause.SNOOZED: "the subscription was snoozed",
    Cause.COOLDOWN: "another alert on the same group was told shortly before",
    Cause.SILENCED: "a silence matched it",
    Cause.ACKNOWLEDGED: "the alert was acknowledged, and this update is no graver",
    Cause.SUBSCRIPTION_PAUSED: "the subscription was paused",
    Cause.SUBSCRIPTION_REMOVED: "the subscription was deleted",
    Cause.CHANNEL_REMOVED: "the channel was removed",
    Cause.ENDPOINT_DISABLED: "the channel is switched off since its endpoint said that it is gone",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an alert: the answer, the cause of it, and until when where that is known (RFC 3339)."""

    answer: Answer
    cause: Cause = Cause.NONE
    until: str | None = None

    @property
    def sentence(self) -> str:
        """Answer and cause in words."""
        return f"{self.answer.sentence}: {_CAUSES[self.cause]}" if self.cause in _CAUSES else self.answer.sentence


def fate(deliveries: Sequence[Mapping[str, Any]]) -> Fate:
    """Of the alert itself over its channels: what reached somebody counts before what did not.

    `deliveries` as the API shows them; later editions and channels that nobody chose are left out.
    """
    mine = [d for d in deliveries if d["channel"] not in OWN_CHANNELS and not d["edition"]]
    return min((_one(d) for d in mine), key=lambda f: list(Answer).index(f.answer), default=Fate(Answer.RAISED))


def _one(delivery: Mapping[str, Any]) -> Fate:
    cause = Cause(delivery["cause"])
    answer = Answer.HELD if delivery["state"] == State.WAITING and cause in HELD else _OF_STATE[delivery["state"]]
    return Fate(answer, cause, delivery["due_at"])


_OF_STATE = {
    State.WAITING: Answer.ON_ITS_WAY,
    State.GATHERED: Answer.GATHERED,
    State.SENT: Answer.SENT,
    State.DIGESTED: Answer.DIGESTED,
    State.SUPPRESSED: Answer.SUPPRESSED,
    State.FAILED: Answer.FAILED,
    State.CANCELLED: Answer.CANCELLED,
}


def answer(
    subscription: Subscription,
    document: Document,
    matches: bool,
    observations: Sequence[Observation],
    deliveries: Sequence[Mapping[str, Any]],
) -> Fate:
    """From the rule and the article as they are now, what was observed (newest first), and the alert's deliveries."""
    if any(seen.alert_id for seen in observations):
        return fate(deliveries)
    if observations:
        return Fate(Answer.NOT_RAISED)
    if document.historic:
        return Fate(Answer.HISTORIC)
    if not matches:
        return Fate(Answer.NOT_MATCHED)
    return Fate(Answer.PAUSED if subscription.paused else Answer.NOT_OBSERVED)
