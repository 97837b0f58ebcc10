"""Every delivery to a subscriber is counted by what became of it, with closed labels."""

from dataclasses import replace

import pytest

from services.alert.core.channels import INDEX, TOPIC
from services.alert.core.outbox import Cause, Queued, State
from services.alert.outcomes import count_outcome, count_queued
from services.runtime import metrics
from tests.articles import NOON

ROW = Queued("dlv", "a", 0, "console", "console", "s", NOON, NOON, NOON, NOON)


def counted(outcome: str, cause: str) -> float:
    value: float = metrics.ALERT_OUTCOMES.labels(outcome, cause)._value.get()
    return value


def everything() -> float:
    samples = (sample for metric in metrics.ALERT_OUTCOMES.collect() for sample in metric.samples)
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


@pytest.mark.parametrize(
    ("state", "cause", "outcome"),
    [
        (State.SENT, Cause.NONE, "sent"),
        (State.FAILED, Cause.GONE, "failed"),
        (State.CANCELLED, Cause.SUBSCRIPTION_PAUSED, "cancelled"),
        (State.SUPPRESSED, Cause.COOLDOWN, "suppressed"),
        (State.GATHERED, Cause.BUDGET, "held"),
        (State.WAITING, Cause.QUIET_HOURS, "held"),
        (State.WAITING, Cause.SNOOZED, "held"),
    ],
)
def test_what_became_of_a_delivery_is_counted_once(state: State, cause: Cause, outcome: str) -> None:
    before = counted(outcome, cause or "none")
    count_outcome("console", state, cause)
    count_outcome(INDEX, state, cause)
    count_queued([replace(ROW, channel=TOPIC, state=state, cause=cause)])
    assert counted(outcome, cause or "none") == before + 1


@pytest.mark.parametrize(("state", "cause"), [(State.WAITING, Cause.NONE), (State.WAITING, Cause.RETRYING)])
def test_what_is_on_its_way_is_not_counted_yet(state: State, cause: Cause) -> None:
    before = everything()
    count_queued([replace(ROW, state=state, cause=cause)])
    assert everything() == before
