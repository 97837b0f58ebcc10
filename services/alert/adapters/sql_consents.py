"""Which mail addresses said yes, in SQLite or PostgreSQL. Decides nothing about them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, select, tuple_, update

from services.alert.adapters.channel_tables import CONFIRMED_ADDRESSES, LEFT_ADDRESSES
from services.alert.adapters.outbox_rows import queue, store_messages
from services.alert.adapters.tables import SUBSCRIPTIONS
from services.alert.core.channels import EmailChannel
from services.alert.core.consent import Ask, Consent, may_ask, question
from services.alert.core.subscriptions import Subscription
from services.alert.core.tokens import Mailbox
from services.runtime.adapters.sql import Database, insert

_C, _L = CONFIRMED_ADDRESSES.c, LEFT_ADDRESSES.c


class SqlConsents:
    """Implements `Consents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def team_of(self, mailbox: Mailbox) -> str | None:
        """By primary key."""
        table = SUBSCRIPTIONS.c
        query = select(table.team).where(table.id == mailbox.subscription_id, table.deleted_at.is_(None))
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def known(self, mailbox: Mailbox, team: str) -> Consent:
        """By primary keys."""
        return await self._database.read(lambda connection: _known(connection, mailbox, team))

    async def welcome(self, places: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """One query for a batch."""
        query = (
            select(SUBSCRIPTIONS.c.id, _C.address)
            .join(CONFIRMED_ADDRESSES, _C.team == SUBSCRIPTIONS.c.team)
            .outerjoin(LEFT_ADDRESSES, and_(_L.subscription_id == SUBSCRIPTIONS.c.id, _L.address == _C.address))
            .where(tuple_(SUBSCRIPTIONS.c.id, _C.address).in_(list(places)))
            .where(_C.confirmed_at.is_not(None), _L.left_at.is_(None))
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return frozenset((subscription_id, address) for subscription_id, address in rows)

    async def ask(self, subscription: Subscription, channel: EmailChannel, now: datetime) -> Ask:
        """The row's lock makes the limit hold in all replicas."""
        return await self._database.write(lambda connection: ask(connection, subscription, channel, now))

    async def confirm(self, mailbox: Mailbox, team: str, now: datetime) -> None:
        """Start anew what counts the questions."""

        def work(connection: Connection) -> None:
            new: Any = insert(connection, CONFIRMED_ADDRESSES)
            answered = {"asked": 0, "confirmed_at": now}
            values = {"team": team, "address": mailbox.address, "asked_at": now, **answered}
            connection.execute(
                new.values(values).on_conflict_do_update(index_elements=["team", "address"], set_=answered)
            )
            connection.execute(delete(LEFT_ADDRESSES).where(_left(mailbox)))

        await self._database.write(work)

    async def leave(self, mailbox: Mailbox, now: datetime) -> None:
        """Insert."""

        def work(connection: Connection) -> None:
            new: Any = insert(connection, LEFT_ADDRESSES)
            values = {"subscription_id": mailbox.subscription_id, "address": mailbox.address, "left_at": now}
            connection.execute(new.values(values).on_conflict_do_nothing())

        await self._database.write(work)


def ask_new_addresses(connection: Connection, subscription: Subscription, now: datetime) -> None:
    """Ask the addresses of a subscription that were never asked, or that left it."""
    for channel in subscription.channels:
        if isinstance(channel, EmailChannel):
            known = _known(connection, Mailbox(subscription.id, channel.address), subscription.team)
            if known.asked_at is None or known.left:
                ask(connection, subscription, channel, now)


def ask(connection: Connection, subscription: Subscription, channel: EmailChannel, now: datetime) -> Ask:
    """Queue the mail that asks, if the address may be asked now."""
    mailbox, team = Mailbox(subscription.id, channel.address), subscription.team
    new: Any = insert(connection, CONFIRMED_ADDRESSES)
    values = {"team": team, "address": mailbox.address, "asked": 0, "asked_at": now}
    connection.execute(new.values(values).on_conflict_do_nothing())
    known = _known(connection, mailbox, team, lock=True)
    answer = may_ask(known, now)
    if answer is Ask.ASK:
        mine = update(CONFIRMED_ADDRESSES).where(_C.team == team, _C.address == mailbox.address)
        connection.execute(mine.values(asked=known.asked + 1, asked_at=now))
        notice, rows = question(subscription, channel, now)
        store_messages(connection, [notice])
        queue(connection, rows)
    return answer


def _known(connection: Connection, mailbox: Mailbox, team: str, *, lock: bool = False) -> Consent:
    chosen = select(CONFIRMED_ADDRESSES).where(_C.team == team, _C.address == mailbox.address)
    row = connection.execute(chosen.with_for_update() if lock else chosen).first()
    left = connection.execute(select(_L.left_at).where(_left(mailbox))).first() is not None
    return Consent(row.asked, row.asked_at, row.confirmed_at, left) if row else Consent(left=left)


def _left(mailbox: Mailbox) -> Any:
    return and_(_L.subscription_id == mailbox.subscription_id, _L.address == mailbox.address)
