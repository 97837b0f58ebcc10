"""Reads back what was buried."""

import asyncio
from dataclasses import replace

from services.contracts.article import Article
from services.contracts.topics import Topic
from services.runtime.ports import Bus, Received


async def dead_letters(bus: Bus, topic: Topic[Article]) -> list[Received]:
    """Everything on the topic's dead letters."""
    dead = replace(topic, name=topic.dead_letters)
    found: list[Received] = []
    left = await bus.lag(dead, "reader of dead letters")
    async with asyncio.timeout(20), bus.subscribe(dead, "reader of dead letters") as batches:
        while len(found) < left:
            found += (await anext(batches)).messages
    return found
