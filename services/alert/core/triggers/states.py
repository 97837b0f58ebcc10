"""What each kind of trigger remembers of one group, by the name of the trigger. Knows no store."""

from typing import NamedTuple

from services.alert.core.triggers.changes import ChangesState
from services.alert.core.triggers.count import CountState
from services.alert.core.triggers.crosses import GroupState
from services.alert.core.triggers.first import FirstState
from services.alert.core.triggers.silence import SilenceState
from services.alert.core.triggers.spike import SpikeState
from services.contracts.alert import Trigger

Remembered = GroupState | CountState | SpikeState | FirstState | SilenceState | ChangesState


class GroupId(NamedTuple):
    """Whose state it is. Triggers that have no groups have one, whose key is empty."""

    subscription_id: str
    trigger: Trigger
    key: str


_STATES: dict[Trigger, type[Remembered]] = {
    Trigger.CROSSES: GroupState,
    Trigger.COUNT: CountState,
    Trigger.SPIKE: SpikeState,
    Trigger.FIRST: FirstState,
    Trigger.SILENCE: SilenceState,
    Trigger.CHANGES: ChangesState,
}


def unknown(group: GroupId) -> Remembered:
    """The state before anything was seen."""
    return _STATES[group.trigger]()


def read_state(group: GroupId, body: str) -> Remembered:
    """The state that was stored for this group."""
    return _STATES[group.trigger].model_validate_json(body)
