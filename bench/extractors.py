"""What is timed side by side: our extractor, and the peers that are installed. A missing peer says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from typing import Any

from services.contracts.article import Article
from services.enrich.core.enrich import enrich
from services.runtime.garbage import keep_what_is_loaded

Extract = Callable[[str], object]
NOON = datetime(2022, 2, 7, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Extractor:
    """`load()` gives the function that reads one text, ready to run."""

    name: str
    does: str
    load: Callable[[], Extract]


class Missing(Exception):
    """The library of a peer is not installed."""


def article(text: str) -> Article:
    """An English article of noon."""
    return Article(
        id=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        language="en",
        published=NOON,
        fetched_at=NOON,
    )


def tocsin() -> Extract:
    """Everything that Tocsin finds, checked article in and document out; its data loaded as the service does it."""
    enrich(article("Nothing is read yet."))
    keep_what_is_loaded()
    return lambda text: enrich(article(text))


def quantulum3() -> Extract:
    """Quantities with units; its optional classifier is not used."""
    parse: Extract = _library("quantulum3.parser").parse
    return parse


def spacy_blank() -> Extract:
    """Tokens and sentences by rules: spaCy's English without a model, which finds nothing yet."""
    pipeline = _library("spacy").blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 2_000_000
    read: Extract = pipeline
    return read


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise Missing(f"{error.name} is not installed; make bench-enrich installs requirements-bench.lock") from error


EXTRACTORS = (
    Extractor("tocsin", "actors, places, numbers, quantities, stance, events, score", tocsin),
    Extractor("quantulum3", "quantities with units", quantulum3),
    Extractor("spaCy blank", "tokens and sentences", spacy_blank),
)
