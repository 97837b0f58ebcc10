"""Why a subscription was, or was not, told of an article: one named answer. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from services.alert.core.deciding import Observation
from services.alert.core.subscriptions import Subscription
from services.contracts.document import Document


class Answer(StrEnum):
    """The closed set of answers."""

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
    Answer.RAISED: "an alert was raised; its deliveries say what became of it",
    Answer.NOT_RAISED: "the article matched, but the trigger did not fire",
    Answer.HISTORIC: "the article came in as history: it is searchable and notifies nobody",
    Answer.PAUSED: "the subscription is paused",
    Answer.NOT_MATCHED: "the article does not satisfy the query; the clauses say which part is missing",
    Answer.NOT_OBSERVED: "the article satisfies the query now, but the rule has not seen it: the rule is younger, "
    "or the article is still on its way",
}


def answer(
    subscription: Subscription, document: Document, matches: bool, observations: Sequence[Observation]
) -> Answer:
    """From the rule and the article as they are now and what was observed, newest first."""
    if any(seen.alert_id for seen in observations):
        return Answer.RAISED
    if observations:
        return Answer.NOT_RAISED
    if document.historic:
        return Answer.HISTORIC
    if not matches:
        return Answer.NOT_MATCHED
    return Answer.PAUSED if subscription.paused else Answer.NOT_OBSERVED
