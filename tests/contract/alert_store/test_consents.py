"""Who said that mail is welcome, on every store."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from services.alert.adapters.sql_consents import SqlConsents
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_signing import signing_key
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.core.channels import EmailChannel
from services.alert.core.consent import Ask
from services.alert.core.subscriptions import Subscription
from services.alert.core.tokens import Mailbox
from services.contracts.alert import Kind
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.stores import LATER, lease
from tests.subscriptions import subscription

ADDRESS = "desk@reader.example"
CHANNEL = EmailChannel(type="email", address=ADDRESS)
HERE = Mailbox("here", ADDRESS)


def told_by_mail(name: str = "here", team: str = DEFAULT_TEAM) -> Subscription:
    return subscription(name, team=team, channels=[CHANNEL.model_dump()])


async def test_a_new_address_is_asked_in_the_transaction_that_brings_it(
    subscriptions: SqlSubscriptions, outbox: SqlOutbox
) -> None:
    await subscriptions.create(told_by_mail("here"))
    await subscriptions.create(told_by_mail("there"))
    assert [row.message.kind for row in await lease(outbox)] == [Kind.CONFIRMATION]


async def test_a_yes_is_good_for_the_team_and_no_other(database: Database, subscriptions: SqlSubscriptions) -> None:
    for rule in (told_by_mail("here"), told_by_mail("there"), told_by_mail("foreign", "others")):
        await subscriptions.create(rule)
    consents, everywhere = SqlConsents(database), {(name, ADDRESS) for name in ("here", "there", "foreign")}
    assert await consents.welcome(everywhere) == frozenset()
    await consents.confirm(HERE, DEFAULT_TEAM, LATER)
    assert await consents.welcome(everywhere) == {("here", ADDRESS), ("there", ADDRESS)}
    await consents.leave(HERE, LATER)
    assert await consents.welcome(everywhere) == {("there", ADDRESS)}
    await consents.confirm(HERE, DEFAULT_TEAM, LATER)
    assert await consents.welcome(everywhere) == {("here", ADDRESS), ("there", ADDRESS)}


async def test_replicas_together_ask_once(open_store: Callable[[], Database]) -> None:
    rule = told_by_mail()
    await SqlSubscriptions(open_store(), lambda: LATER).create(rule)
    later, replicas = LATER + timedelta(hours=2), [SqlConsents(open_store()) for _ in range(4)]
    answers = await asyncio.gather(*(replica.ask(rule, CHANNEL, later) for replica in replicas))
    assert sorted(answers) == [Ask.ASK, Ask.TOO_SOON, Ask.TOO_SOON, Ask.TOO_SOON]


async def test_replicas_sign_with_one_key(open_store: Callable[[], Database]) -> None:
    made = iter(["one", "two"])
    assert [signing_key(open_store(), lambda: next(made)) for _ in range(2)] == ["one", "one"]
