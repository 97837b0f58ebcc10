"""Whether everything that was published by now has been decided on. Looks at topics; changes nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from services.contracts.topics import Topic
from services.runtime.ports import Bus

WAIT_S = 8.0
"""Shorter than a tick of the clock."""
LOOK_EVERY_S = 0.2

Stage = tuple[Topic[Any], str]
"""A topic and the group that settles it."""


async def caught_up(bus: Bus, stages: Sequence[Stage], *, wait_s: float = WAIT_S) -> bool:
    """Wait until each group settled what is on its topic now, stage after stage; False when that takes too long.

    A busy topic is never empty, so what counts is that a group passes the ends that its topic had when we asked.
    What a stage settled is on the next topic: its end is asked for afterwards. Raises `Unavailable`.
    """
    try:
        async with asyncio.timeout(wait_s):
            for topic, group in stages:
                ends = await bus.ends(topic)
                while not _reached(await bus.settled(topic, group), ends):  # noqa: ASYNC110  a broker sends no event
                    await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        return False
    return True


def _reached(settled: Mapping[int, int], ends: Mapping[int, int]) -> bool:
    return all(settled.get(partition, 0) >= end for partition, end in ends.items())
