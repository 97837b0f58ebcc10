"""The only way that tests wait for something they are not told about: look again and again, with a deadline."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

LOOK_EVERY_S = 0.02


async def until(condition: Callable[[], bool | Awaitable[bool]], within_s: float, what: str = "the condition") -> None:
    """Return once `condition` holds. Fails the test after `within_s` seconds."""
    try:
        async with asyncio.timeout(within_s):
            while not await _holds(condition):  # noqa: ASYNC110  what we look at sends no event
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"{what} did not come true within {within_s:g} s") from None


async def _holds(condition: Callable[[], bool | Awaitable[bool]]) -> bool:
    answer = condition()
    return await answer if inspect.isawaitable(answer) else bool(answer)
