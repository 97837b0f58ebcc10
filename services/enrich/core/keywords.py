"""Terms of the watch list in a text, each with the stance of its clause. The list is data; nothing is guessed."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from services.contracts.document import MAX_QUOTE, KeywordHit
from services.enrich.core.build import build_all
from services.enrich.core.clauses.foreseen import foreseen
from services.enrich.core.lexicon_file import LexiconFile, packaged
from services.enrich.core.mentions import StancedClause
from services.enrich.core.phrases import Phrases, alternatives
from services.enrich.core.text import Text
from services.enrich.core.word_masks import MASKS, WATCHED, Marks


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
    entries = list(_terms(packaged("watch_list.toml")))
    if extra is not None:
        entries += _terms(LexiconFile(name, extra))
    watch_list = Phrases(entries)
    MASKS.add_all(watch_list.classes(WATCHED))
    return watch_list


def find_keywords(text: Text, marks: Marks, clauses: list[StancedClause], watch_list: WatchList) -> list[KeywordHit]:
    """Hits in order of appearance, the longest form at each place; each quotes its own words."""
    words = text.words
    firsts = [clause.first for clause in clauses]
    found: list[dict[str, Any]] = []
    free = 0
    for i in marks.watched:
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


def _terms(file: LexiconFile) -> Iterator[tuple[tuple[str, ...], Term]]:
    for name in file.tables:
        if name not in ("term", "ignore"):
            file.fail(f"unknown table {name}", name)
    if "ignore" in file.tables:
        file.refuse_others(("phrases",), "ignore")
        for phrase in alternatives(file.text("ignore", "phrases")):
            yield phrase, Term("", "")
    entries = file.tables.get("term", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        file.fail("each term is a table of its own, headed [[term]]", "term")
    for number, entry in enumerate(entries):
        yield from _term(file, number, entry)


def _term(file: LexiconFile, number: int, entry: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Term]]:
    at = "term", number
    file.refuse_others(("term", "topic", "forms"), *at)
    term = file.text(*at, "term")
    topic = file.text(*at, "topic") if "topic" in entry else term
    if not term or not topic:
        file.fail(f"{'topic' if term else 'term'} is empty", *at, "topic" if term else "term")
    forms = list(alternatives(file.text(*at, "forms") if "forms" in entry else term))
    if not all(forms) or not forms:
        file.fail(f"{term} has no form that a text could contain", *at, "forms")
    for form in forms:
        yield form, Term(term, topic)
