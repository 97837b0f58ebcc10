"""Terms of the watch list in a text, each with the stance of its clause. The list is data; nothing is guessed."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

from services.contracts.document import MAX_QUOTE, KeywordHit
from services.enrich.core.build import build_all
from services.enrich.core.clauses.foreseen import foreseen
from services.enrich.core.mentions import StancedClause
from services.enrich.core.phrases import LexiconError, Phrases, alternatives
from services.enrich.core.text import Text


class Term(NamedTuple):
    """A term and the topic it belongs to; an empty topic marks a phrase that only looks like a term."""

    term: str
    topic: str


WatchList = Phrases[Term]
"""Every form of every term."""


def load_watch_list(extra: str | None = None, name: str = "extra watch list") -> WatchList:
    """The default list, and the user's own terms in `extra`, TOML of the same shape.

    Raises `LexiconError` with file, line and reason.
    """
    default = resources.files("services.enrich.core") / "data" / "watch_list.toml"
    entries = list(_terms("watch_list.toml", default.read_text(encoding="utf-8")))
    if extra is not None:
        entries += _terms(name, extra)
    return Phrases(entries)


def find_keywords(text: Text, clauses: list[StancedClause], watch_list: WatchList) -> list[KeywordHit]:
    """Hits in order of appearance, the longest form at each place; each quotes its own words."""
    words = text.words
    firsts = [clause.first for clause in clauses]
    found: list[dict[str, Any]] = []
    free = 0
    for i in watch_list.starts(words):
        if i < free or (hit := watch_list.at(words, i)) is None:
            continue
        free = i + hit[0]
        clause = clauses[bisect_right(firsts, i) - 1]
        for term in hit[1]:
            if term.topic:
                start = text.starts[i]
                end = min(text.ends[free - 1], start + MAX_QUOTE)
                found.append(
                    {
                        "quote": text.content[start:end],
                        "start": start,
                        "end": end,
                        "sentence": clause.sentence,
                        "term": term.term,
                        "topic": term.topic,
                        "stance": foreseen(words, i, clause.stance),
                        "speaker": clause.speaker,
                    }
                )
    return build_all(KeywordHit, found)


def _terms(name: str, text: str) -> Iterator[tuple[tuple[str, ...], Term]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name}: {error}") from error
    if unknown := sorted(set(table) - {"term", "ignore"}):
        raise LexiconError(f"{name}, line {_line(text, unknown[0])}: unknown table {unknown[0]}")
    for phrase in alternatives(_text(table.get("ignore", {}).get("phrases", ""), name, 1, "phrases")):
        yield phrase, Term("", "")
    entries = table.get("term", [])
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip().replace(" ", "") == "[[term]]"]
    if not isinstance(entries, list) or len(lines) != len(entries):
        raise LexiconError(f"{name}, line {_line(text, 'term')}: each term is a table of its own, headed [[term]]")
    for line, entry in zip(lines, entries, strict=True):
        yield from _term(entry, name, line)


def _term(entry: dict[str, Any], name: str, line: int) -> Iterator[tuple[tuple[str, ...], Term]]:
    if unknown := sorted(set(entry) - {"term", "topic", "forms"}):
        raise LexiconError(f"{name}, line {line}: unknown key {unknown[0]}; a term has term, topic and forms")
    term = _text(entry.get("term"), name, line, "term")
    topic = _text(entry.get("topic", term), name, line, "topic")
    if not term or not topic:
        raise LexiconError(f"{name}, line {line}: {'term' if not term else 'topic'} is empty")
    forms = list(alternatives(_text(entry.get("forms", term), name, line, "forms")))
    if not all(forms) or not forms:
        raise LexiconError(f"{name}, line {line}: {term} has no form that a text could contain")
    for form in forms:
        yield form, Term(term, topic)


def _text(value: Any, name: str, line: int, key: str) -> str:
    if not isinstance(value, str):
        raise LexiconError(f"{name}, line {line}: {key} must be a text")
    return value.strip()


def _line(text: str, word: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if word in line), 1)
