"""Trigger `first`: an actor, a dyad or a place that was not seen for the look-back. Decides; remembers nothing itself.

It is mute until the look-back is covered: by the life of the rule, or by historic articles that reach back so far.
"""

from datetime import datetime

from services.alert.core.triggers.settings import First
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Newcomer
from services.contracts.message import Message, Moment


class FirstState(Message):
    """When somebody was seen last. The state of the empty group says since when history was fed."""

    last: Moment | None = None
    since: Moment | None = None
    rearms: int = 0


def feed_history(coverage: FirstState, at: datetime) -> FirstState:
    """The rule knows its past from the oldest historic article on."""
    since = at if coverage.since is None else min(coverage.since, at)
    return coverage.model_copy(update={"since": since})


def seen(state: FirstState, at: datetime) -> FirstState:
    """The same one, seen at `at`."""
    return state.model_copy(update={"last": at if state.last is None else max(state.last, at)})


def decide(
    state: FirstState, first: First, created: datetime, coverage: FirstState, name: str, at: datetime
) -> tuple[FirstState, Decision]:
    """Decide on one live article that names `name`; `at` is its event time.

    What is older than the last sighting is not new: somebody was told of a later one, or knew.
    """
    after = seen(state, at)
    if state.last is not None and at - state.last < first.look_back:
        return after, Decision(Verdict.SEEN_BEFORE)
    since = min(created, coverage.since) if coverage.since is not None else created
    if at - since < first.look_back:
        return after, Decision(Verdict.LOOK_BACK_SHORT)
    newcomer = Newcomer(field=first.field, value=name, last_seen=state.last)
    return after.model_copy(update={"rearms": state.rearms + 1}), Decision(
        Verdict.NEWCOMER, str(state.rearms), figures=newcomer
    )
