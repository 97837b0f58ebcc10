"""When an endpoint is given up: 120 hours of failures without a success, or 410."""

from datetime import timedelta

import pytest

from services.alert.core.endpoints import DISABLE_AFTER, Disabled, Standing, farewell, observe
from services.alert.core.outbox import Cause, Receipt, Result, Settlement, State
from tests.articles import NOON
from tests.subscriptions import subscription, webhook


def tried(result: Result, hours: float = 0.0) -> Settlement:
    at = NOON + timedelta(hours=hours)
    return Settlement("dlv_1", 1, Receipt(result), State.WAITING, Cause.RETRYING, at, 5)


@pytest.mark.parametrize(
    ("tries", "disabled"),
    [
        ([(Result.RETRY, 0), (Result.RETRY, 119.9)], None),
        ([(Result.RETRY, 0), (Result.RETRY, 120)], Disabled.FAILING),
        ([(Result.REFUSED, 0), (Result.RETRY, 130)], Disabled.FAILING),
        ([(Result.RETRY, 0), (Result.SENT, 100), (Result.RETRY, 130)], None),
        ([(Result.RETRY, 130), (Result.RETRY, 0)], Disabled.FAILING),  # in whatever order they come back
        ([(Result.GONE, 0)], Disabled.GONE),
        ([(Result.INVALID, 0), (Result.INVALID, 200)], None),  # our fault
    ],
)
def test_failures_count_from_the_first_one_after_a_success(
    tries: list[tuple[Result, float]], disabled: Disabled | None
) -> None:
    assert observe(Standing(), "webhook:1", [tried(*one) for one in tries])[1] is disabled


def test_a_mailbox_is_not_blamed_for_a_silent_mail_server() -> None:
    silent = [tried(Result.RETRY), tried(Result.RETRY, 500)]
    refusing = [tried(Result.REFUSED), tried(Result.REFUSED, 500)]
    assert observe(Standing(), "email:1", silent) == (Standing(), None)
    assert observe(Standing(), "email:1", refusing)[1] is Disabled.FAILING


def test_the_other_channels_of_a_subscription_tell_its_owner() -> None:
    hooks = [webhook("https://a.example/x?key=s3cret"), webhook("https://b.example"), {"type": "console"}]
    rule = subscription("s", channels=hooks)
    notice, rows = farewell(rule, rule.channels[0], Disabled.FAILING, NOON, NOON + DISABLE_AFTER)
    assert [row.channel for row in rows] == [channel.key for channel in rule.channels[1:]]
    assert "a.example" in notice.subject
    assert "s3cret" not in notice.text + notice.subject
    assert f"/v1/subscriptions/s/channels/{rule.channels[0].key}/enable" in notice.text
