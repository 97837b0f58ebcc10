"""The compiled extractor says what the Python one says, byte for byte. Compiles it where a compiler is at hand."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.hostile import hostile_texts
from bench.prose import text as prose
from deploy.cannot_compile import CannotCompile
from deploy.compile_core import compile_core, compiler
from services.cli.rule_book import SAMPLE_ARTICLES
from services.enrich.core.enrich import enrich
from services.native import OFF, ROOT, SWITCH, Choice, choice, places
from tests.articles import article

SECONDS = 120
_PHRASES = st.sampled_from(
    "Russia Moscow's Kyiv Putin Macron said warned denied that would not attack invade Ukraine 110,000 troops "
    "tens of thousands up to 350 German soldiers to Lithuania , . “ ” ; — killed at least 12 civilians if by "
    "mid-February President of the NATO tanks 1,5 million refugees near border \n İ ß 😀 sanctions ceasefire".split(" ")
)
TEXTS = st.one_of(st.text(min_size=1, max_size=300), st.lists(_PHRASES, min_size=1, max_size=80).map(" ".join))


def documents(texts: list[str]) -> tuple[Choice, list[bytes]]:
    """In another process: which extractor it has, and the document of each text."""
    return choice(), [enrich(article("x", text=text)).encoded for text in texts]


@dataclass(frozen=True)
class Extractors:
    """The same extractor twice, each in a process of its own."""

    compiled: ProcessPoolExecutor
    python: ProcessPoolExecutor

    def both(self, texts: list[str]) -> tuple[tuple[Choice, list[bytes]], tuple[Choice, list[bytes]]]:
        asked = [pool.submit(documents, texts) for pool in (self.compiled, self.python)]
        compiled, python = (answer.result(SECONDS) for answer in asked)
        return compiled, python


@pytest.fixture(scope="module")
def extractors() -> Iterator[Extractors]:
    try:
        compiler()
    except CannotCompile as error:
        pytest.skip(str(error))
    compile_core(ROOT, places(ROOT)[0])
    with started("auto") as compiled, started(OFF) as python:
        yield Extractors(compiled, python)


def started(switch: str) -> ProcessPoolExecutor:
    """One process with this switch: it reads its environment when it starts, and it starts with its first work."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = switch
    try:
        pool = ProcessPoolExecutor(1, get_context("spawn"))
        pool.submit(documents, []).result(SECONDS)
    finally:
        os.environ.pop(SWITCH)
        if before is not None:
            os.environ[SWITCH] = before
    return pool


SAMPLES = [file.read_text("utf-8") for file in sorted(SAMPLE_ARTICLES.iterdir())]
CASES = {
    "the story": [(ROOT / "tests/e2e/story.txt").read_text("utf-8")],
    "the samples": SAMPLES,
    "made prose": [prose(number) for number in range(40)],
    **{f"hostile: {name}": [text] for name, text in hostile_texts(3_000)},
}


@pytest.mark.parametrize("texts", CASES.values(), ids=CASES)
def test_both_give_the_same_documents(extractors: Extractors, texts: list[str]) -> None:
    compiled, python = extractors.both(texts)

    assert (compiled[0], python[0]) == (Choice.COMPILED, Choice.OFF)
    assert compiled[1] == python[1]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_both_give_the_same_document_for_any_text(extractors: Extractors, text: str) -> None:
    compiled, python = extractors.both([text])

    assert compiled[1] == python[1]
