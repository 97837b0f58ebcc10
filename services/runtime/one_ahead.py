"""Fetches the next item while the one in hand is worked on. Knows nothing about what they are."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class OneAhead(Generic[T]):
    """Items of `fetch`, in order, until it gives None. Each is shown to `show` as soon as it is there.

    Left, it gives up what it was fetching or had fetched: that was taken by nobody.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T | None]], show: Callable[[T], None]) -> None:
        self._fetch = fetch
        self._show = show
        self._coming: asyncio.Task[T | None] | None = None

    async def take(self) -> T | None:
        """The next item, the one after it being fetched from now on. Raises what `fetch` raised."""
        item = await (self._coming or self._started())
        self._coming = None if item is None else self._started()
        return item

    def _started(self) -> asyncio.Task[T | None]:
        self._coming = asyncio.create_task(self._fetched())
        return self._coming

    async def _fetched(self) -> T | None:
        item = await self._fetch()
        if item is not None:
            self._show(item)
        return item

    async def __aenter__(self) -> Self:
        """Fetches nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever the fetching raises: the item comes again."""
        if self._coming is None:
            return
        self._coming.cancel()
        await asyncio.wait([self._coming])
        with suppress(asyncio.CancelledError):
            self._coming.exception()
