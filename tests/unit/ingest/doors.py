"""Ingest on adapters in memory, with a bus that can be taken away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from services.contracts.article import Article
from services.contracts.errors import Unavailable
from services.contracts.message import Message
from services.contracts.topics import ARTICLES, Topic
from services.ingest.adapters.sql_revisions import SqlRevisions
from services.ingest.flow import Ingest
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import upgrade
from services.runtime.adapters.sql import open_database
from tests.articles import NOON

M = TypeVar("M", bound=Message)


class LeavingBus(EmbeddedBus):
    """A bus that does not answer while `is_away`, or after `publishes_left` more calls."""

    is_away = False
    publishes_left: int | None = None

    async def publish(self, topic: Topic[M], messages: Sequence[M]) -> None:
        if self.publishes_left is not None:
            self.is_away = self.publishes_left == 0
            self.publishes_left -= 1
        if self.is_away:
            raise Unavailable("bus", "taken away")
        await super().publish(topic, messages)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, moment: datetime = NOON + timedelta(hours=1)) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class Door:
    """Ingest with everything it stands on."""

    def __init__(self) -> None:
        self.bus = LeavingBus()
        self.database = open_database("sqlite://")
        self.database.write_now(upgrade)
        self.clock = Clock()
        self.ingest = Ingest(self.bus, SqlRevisions(self.database), self.clock)

    async def published(self) -> list[Article]:
        """Every message on the topic, oldest first."""
        wanted = await self.bus.lag(ARTICLES, "test")
        found: list[Article] = []
        async with self.bus.subscribe(ARTICLES, "test") as batches:
            while len(found) < wanted:
                batch = await anext(batches)
                found += [ARTICLES.decode(message.raw) for message in batch.messages]
        return found

    async def aclose(self) -> None:
        await self.bus.aclose()
        await self.database.aclose()
