"""The extractor starts on a batch before it is asked for; what it found early is what it finds when asked."""

from collections.abc import AsyncIterator

import pytest

from services.contracts.article import Article
from services.contracts.document import Document
from services.enrich.adapters.extraction import MOST_BEGUN, InThread
from tests.articles import article
from tests.unit.enrich.fakes import bare
from tests.waiting import until

DEADLINE_S = 10.0
FIRST, SECOND, THIRD = ([article(name)] for name in ("one", "two", "three"))


class Noting:
    """An extractor that remembers what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, given: Article) -> Document:
        self.read.append(given.url.rpartition("/")[2])
        if given.url.endswith("bad"):
            raise ZeroDivisionError
        return bare(given)


@pytest.fixture
def extract() -> Noting:
    return Noting()


@pytest.fixture
async def extraction(extract: Noting) -> AsyncIterator[InThread]:
    made = InThread(extract)
    yield made
    await made.aclose()


async def test_what_was_begun_is_read_before_anybody_asks_and_not_again(extraction: InThread, extract: Noting) -> None:
    extraction.begin(FIRST)
    await until(lambda: extract.read == ["one"], DEADLINE_S, "the reading")

    assert await extraction.documents(FIRST) == [bare(FIRST[0])]
    assert extract.read == ["one"]


async def test_asked_again_it_reads_again(extraction: InThread, extract: Noting) -> None:
    extraction.begin(FIRST)
    assert await extraction.documents(FIRST) == await extraction.documents(FIRST)
    assert extract.read == ["one", "one"]


async def test_another_batch_is_read_whatever_was_begun(extraction: InThread, extract: Noting) -> None:
    extraction.begin(FIRST)
    extraction.begin(SECOND)

    assert await extraction.documents([*FIRST, *THIRD]) == [bare(FIRST[0]), bare(THIRD[0])]
    assert await extraction.documents(SECOND) == [bare(SECOND[0])]
    assert sorted(extract.read) == ["one", "one", "three", "two"]


async def test_an_equal_article_of_another_batch_is_not_taken_for_it(extraction: InThread, extract: Noting) -> None:
    extraction.begin(FIRST)
    await extraction.documents([article("one")])
    await extraction.documents(FIRST)
    assert extract.read == ["one", "one"]


async def test_what_the_extractor_raises_early_is_raised_when_asked(extraction: InThread) -> None:
    bad = [article("bad")]
    extraction.begin(bad)
    with pytest.raises(ZeroDivisionError):
        await extraction.documents(bad)


async def test_no_more_than_two_batches_are_kept(extraction: InThread, extract: Noting) -> None:
    for number in range(MOST_BEGUN + 3):
        extraction.begin([article(f"dropped-{number}")])
    extraction.begin(SECOND)
    extraction.begin(THIRD)

    await extraction.documents(SECOND)
    await extraction.documents(THIRD)

    assert extract.read.count("two") == extract.read.count("three") == 1
