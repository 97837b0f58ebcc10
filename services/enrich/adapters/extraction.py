"""Runs the pure extractor: in a thread of this process, or in processes beside it. Extracts nothing itself."""

import asyncio
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import partial
from multiprocessing import connection, get_context, parent_process
from operator import is_
from pathlib import Path
from threading import Thread

from services.contracts.article import Article
from services.contracts.document import Document
from services.contracts.errors import Unavailable
from services.contracts.topics import ENRICHED
from services.enrich.core.enrich import enrich
from services.enrich.core.keywords import load_watch_list
from services.enrich.core.naming import extended_finder, own_finder
from services.enrich.ports import Extract
from services.enrich.settings import EnrichSettings
from services.runtime.env import SettingsError, variable_of
from services.runtime.garbage import keep_what_is_loaded

CHUNK = 25
"""Articles that a process takes at a time: what it gives is read while it works on the next, and whoever stops waits
for no more than these."""
MOST_BEGUN = 2


def load_extract(settings: EnrichSettings) -> Extract:
    """The extractor with the user's own roster and watch list, all its data read. Raises `SettingsError`."""
    problems: list[str] = []
    names, watch_list = own_finder(), load_watch_list()
    try:
        if settings.roster:
            names = extended_finder(Path(settings.roster).read_text(encoding="utf-8"), settings.roster)
    except (OSError, ValueError) as error:
        problems.append(f"{variable_of('roster')}: {error}")
    try:
        if settings.watch_list:
            watch_list = load_watch_list(Path(settings.watch_list).read_text(encoding="utf-8"), settings.watch_list)
    except (OSError, ValueError) as error:
        problems.append(f"{variable_of('watch_list')}: {error}")
    if problems:
        raise SettingsError(problems)
    return partial(enrich, watch_list=watch_list, names=names)


class _Begun:
    """The part of `Extraction` that both have: batches may be begun before they are asked for."""

    def __init__(self) -> None:
        self._begun: list[tuple[Sequence[Article], asyncio.Task[list[Document]]]] = []

    def begin(self, articles: Sequence[Article]) -> None:
        """See `Extraction`. The batch in hand and the one after it: who begins a third has given up the first."""
        task = asyncio.create_task(self._found(articles))
        task.add_done_callback(_retrieved)
        self._begun.append((articles, task))
        if len(self._begun) > MOST_BEGUN:
            self._begun.pop(0)[1].cancel()

    async def documents(self, articles: Sequence[Article]) -> list[Document]:
        """See `Extraction`."""
        for begun in self._begun:
            if len(begun[0]) == len(articles) and all(map(is_, begun[0], articles)):
                self._begun.remove(begun)
                return await begun[1]
        return await self._found(articles)

    def _give_up(self) -> None:
        while self._begun:
            self._begun.pop()[1].cancel()

    async def _found(self, articles: Sequence[Article]) -> list[Document]:
        raise NotImplementedError


def _retrieved(task: asyncio.Task[list[Document]]) -> None:
    """What a batch that nobody asked for raised is nobody's business: it comes again."""
    if not task.cancelled():
        task.exception()


class InThread(_Begun):
    """Implements `Extraction` in a thread, so that health checks and heartbeats are answered meanwhile."""

    def __init__(self, extract: Extract) -> None:
        super().__init__()
        self._extract = extract
        # One: batches one after the other, the one that was begun first.
        self._thread = ThreadPoolExecutor(1, "extract")

    async def _found(self, articles: Sequence[Article]) -> list[Document]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._extracted, articles)

    def _extracted(self, articles: Sequence[Article]) -> list[Document]:
        return [self._extract(article) for article in articles]

    async def aclose(self) -> None:
        """Let what runs finish."""
        self._give_up()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)


class InProcesses(_Begun):
    """Implements `Extraction` on other cores. A document crosses as its JSON, which is cheaper than a pickle."""

    def __init__(self, settings: EnrichSettings, count: int) -> None:
        super().__init__()
        self._settings = settings
        self._count = count
        self._pool = self._started()

    async def _found(self, articles: Sequence[Article]) -> list[Document]:
        """Raises `Unavailable` when a process died: the batch is to be given again."""
        size = max(1, min(CHUNK, -(-len(articles) // self._count)))
        chunks = [list(articles[start : start + size]) for start in range(0, len(articles), size)]
        try:
            parts = await asyncio.gather(*map(self._part, chunks))
        except BrokenProcessPool as error:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._started()
            raise Unavailable("extractor", "one of its processes died") from error
        return [document for part in parts for document in part]

    async def _part(self, articles: list[Article]) -> list[Document]:
        raws = await asyncio.get_running_loop().run_in_executor(self._pool, _extracted, articles)
        return list(map(ENRICHED.decode, raws))

    async def aclose(self) -> None:
        """Let what runs finish, then end the processes."""
        self._give_up()
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        # Not forked: a copy of a process with threads may hang on a lock that nobody will release.
        context = get_context("spawn")
        pool = ProcessPoolExecutor(self._count, context, _begin, (self._settings,))
        for _ in range(self._count):
            pool.submit(_extracted, [])  # a pool starts a process when there is work: so they load while we do
        return pool


_extract: Extract | None = None


def _begin(settings: EnrichSettings) -> None:
    """In a new process: load the extractor, leave interrupts to the parent, and end when it ends."""
    global _extract
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _extract = load_extract(settings)
    keep_what_is_loaded()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _extracted(articles: list[Article]) -> list[bytes]:
    if _extract is None:
        raise RuntimeError("the extractor was not loaded")
    # Complete but for its story, so that these bytes are those that are indexed and published.
    now = datetime.now(UTC)
    return [_extract(article).model_copy(update={"indexed_at": now}).encoded for article in articles]
