"""The extractor in other processes: the same documents, in order, and a process that dies takes nothing with it."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.contracts.errors import Unavailable
from services.enrich.adapters.extraction import CHUNK, InProcesses, InThread, load_extract
from services.enrich.settings import EnrichSettings
from tests.articles import article
from tests.e2e.system import ROOT, eventually

SETTINGS = EnrichSettings()
ARTICLES = [article(f"n{number}", text=f"Russia moved {number + 1},000 troops to Kursk.") for number in range(9)]


@pytest.fixture
async def processes() -> AsyncIterator[InProcesses]:
    made = InProcesses(SETTINGS, 2)
    yield made
    await made.aclose()


def children(of: int) -> list[int]:
    """Processes whose parent this is."""
    listed = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(of)], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "python" in line]


def extractors(of: int) -> list[int]:
    """Those of them that a pool started, without multiprocessing's own tracker."""
    return [pid for pid in children(of) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]


async def test_documents_are_the_same_as_in_this_process_and_in_order(processes: InProcesses) -> None:
    here = await InThread(load_extract(SETTINGS)).documents(ARTICLES)
    there = await processes.documents(ARTICLES)
    assert [document.model_copy(update={"indexed_at": None}) for document in there] == here
    assert [document.quantities[0].value for document in here] == [(n + 1) * 1000 for n in range(9)]


async def test_documents_come_complete_so_that_nobody_encodes_them_again(processes: InProcesses) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    documents = await processes.documents(ARTICLES)
    assert all(d.indexed_at is not None and before <= d.indexed_at <= datetime.now(UTC) for d in documents)


async def test_a_batch_of_many_chunks_keeps_its_order(processes: InProcesses) -> None:
    many = [article(f"n{n}") for n in range(3 * CHUNK + 1)]
    assert [d.id for d in await processes.documents(many)] == [a.id for a in many]


async def test_a_process_that_dies_makes_the_batch_come_again_and_is_replaced(processes: InProcesses) -> None:
    await processes.documents(ARTICLES)
    killed = extractors(os.getpid())
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(Unavailable, match="extractor"):
        await processes.documents(ARTICLES)
    assert len(await processes.documents(ARTICLES)) == len(ARTICLES)


def test_processes_end_with_their_parent_even_when_it_is_killed() -> None:
    code = (
        "import asyncio, time\n"
        "from services.enrich.adapters.extraction import CHUNK, InProcesses\n"
        "from tests.integration.test_extraction import ARTICLES, SETTINGS\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(InProcesses(SETTINGS, 2).documents(ARTICLES))\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        started = children(parent.pid)
        parent.kill()
    assert started
    eventually(lambda: [pid for pid in started if Path(f"/proc/{pid}").exists()], lambda left: not left, "all ended")
