"""What is due is looked at again: pauses, silences, snoozes and quiet hours that came in between."""

from typing import Any

import pytest

from services.alert.core.noise.deciding import Ruling
from services.alert.core.noise.memory import Acknowledgement, Snooze
from services.alert.core.noise.sending import reconsider
from services.alert.core.noise.silences import Silence
from services.alert.core.outbox import Cause, State
from services.contracts.notification import Digest, DigestCause, Notice, Notification
from tests.articles import NOON
from tests.unit.alert.noise.builders import alert, listener
from tests.unit.alert.noise.test_deciding import DENIAL, EIGHT, NIGHT, ONE, SEEN, SILENCE, SNOOZE, UPDATE

DIGEST = Digest(
    id="d", subscription_id="s", rule="r", cause=DigestCause.BUDGET, since=NOON, until=NOON, items=(), raised_at=NOON
)
NOTICE = Notice(id="n", subscription_id="s", rule="r", subject="Off", text="Why.", raised_at=NOON)
CANCELLED = (State.CANCELLED, Cause.SUBSCRIPTION_PAUSED, NOON)
HELD = (State.WAITING, Cause.QUIET_HOURS, ONE)
QUIET: dict[str, Any] = {"quiet_hours": NIGHT | {"except_severity": "high"}}
PAUSED: dict[str, Any] = {"paused": True}


@pytest.mark.parametrize(
    ("message", "settings", "snooze", "silences", "seen", "becomes"),
    [
        (alert(), {}, None, [], None, None),
        (alert(), PAUSED, None, [], None, CANCELLED),
        (alert(), {}, None, [SILENCE], None, (State.SUPPRESSED, Cause.SILENCED, NOON)),
        (alert(), {}, SNOOZE, [], None, (State.GATHERED, Cause.SNOOZED, EIGHT)),
        (alert(severity="critical"), {}, SNOOZE, [], None, None),
        (alert(), QUIET, None, [], None, HELD),
        (alert(severity="high"), QUIET, None, [], None, None),
        (alert(), {}, None, [], SEEN, None),
        (alert(**UPDATE), {}, None, [], SEEN, (State.SUPPRESSED, Cause.ACKNOWLEDGED, NOON)),
        (alert(**DENIAL), {}, SNOOZE, [], SEEN, None),
        (alert(**DENIAL), QUIET, SNOOZE, [], SEEN, HELD),
        (DIGEST, {}, None, [SILENCE], None, None),
        (DIGEST, {}, SNOOZE, [], None, (State.WAITING, Cause.SNOOZED, EIGHT)),
        (DIGEST, QUIET, None, [], None, HELD),
        (DIGEST, PAUSED, None, [], None, CANCELLED),
        (NOTICE, PAUSED | QUIET, SNOOZE, [SILENCE], None, None),
    ],
)
def test_what_is_due_is_sent_unless_something_came_in_between(
    message: Notification,
    settings: dict[str, Any],
    snooze: Snooze | None,
    silences: list[Silence],
    seen: Acknowledgement | None,
    becomes: tuple[Any, ...] | None,
) -> None:
    ruling = reconsider(message, listener(**settings), snooze, silences, seen, NOON)
    assert ruling == (Ruling(*becomes) if becomes else None)
