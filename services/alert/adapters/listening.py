"""What decides, at the time of sending, whether a subscriber is told now. Reads; the rules are `core.noise`'s."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from services.alert.adapters.noise_rows import (
    read_acknowledgements,
    read_listeners,
    read_memory,
    read_silences,
)
from services.alert.core.noise.deciding import Ruling
from services.alert.core.noise.sending import reconsider
from services.contracts.alert import Alert
from services.contracts.notification import Notification


class Listening:
    """Subscribers as they are at `now`, read once for many messages of theirs."""

    def __init__(self, connection: Connection, subscription_ids: Iterable[str], now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.listeners = read_listeners(connection, subscription_ids)
        self.memories = read_memory(connection, self.listeners, lock=False)
        teams = {listener.team for listener in self.listeners.values()}
        self.silences = read_silences(connection, teams, now) if teams else {}

    def reconsider(self, message: Notification) -> Ruling | None:
        """What holds it up; None to send it."""
        listener = self.listeners.get(message.subscription_id)
        if listener is None:
            return None
        memory, seen = self.memories.get(listener.id), None
        if isinstance(message, Alert) and message.edition:
            seen = read_acknowledgements(self._connection, [message.id]).get(message.id)
        snooze = memory.snooze if memory else None
        return reconsider(message, listener, snooze, self.silences.get(listener.team, ()), seen, self._now)
