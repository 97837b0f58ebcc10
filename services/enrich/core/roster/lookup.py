"""Finds every known name in a text in one pass (Aho-Corasick). Finds only; who is meant is decided elsewhere."""

from dataclasses import dataclass

import ahocorasick

from services.enrich.core.folding import folded
from services.enrich.core.roster.names import TITLE, Name, Sense
from services.enrich.core.text import Text


@dataclass(slots=True)
class Hit:
    """Tokens first..last (exclusive) are a known name."""

    first: int
    last: int
    name: Name

    def __init__(self, first: int, last: int, name: Name) -> None:
        self.first = first
        self.last = last
        self.name = name


class NameIndex:
    """Known names, ready to be found."""

    def __init__(self, names: dict[str, Name]) -> None:
        self.names = names
        self._automaton = ahocorasick.Automaton()
        for key, name in names.items():
            self._automaton.add_word(" " + key, name)
        self._automaton.make_automaton()
        self._parts: dict[tuple[str, tuple[int, ...]], Name] = {}

    def hits(self, text: Text, *, one_case: bool) -> list[Hit]:
        """Known names, the leftmost and then the longest of those that overlap. `one_case`: capitals tell nothing."""
        line, words, spelled = _line(text), text.words, text.spelled
        found: list[Hit] = []
        last, counted = 0, 0
        for end, name in self._automaton.iter(line):
            if line[end + 1] != " " and not line.startswith("'s ", end + 1):
                continue
            last += line.count(" ", counted, end + 1)
            counted = end + 1
            first = last - name.count
            word = spelled[first]
            if one_case or not name.plain or len(word) <= _SHORT or word == words[first]:
                fitting = self._fitting(name, text, first, last, one_case=one_case)
                if fitting is None:
                    continue
                name = fitting
            while found and (found[-1].first >= first or _gives_way(found[-1], first, last)):
                found.pop()
            if not found or found[-1].last <= first:
                found.append(Hit(first, last, name))
        return found

    def _fitting(self, name: Name, text: Text, first: int, last: int, *, one_case: bool) -> Name | None:
        """The name with the senses whose letters fit the tokens; None when none does."""
        head, tail = text.spelled[first], text.spelled[last - 1]
        if len(head) <= _SHORT and last < len(text.words) and text.words[last] == "$":
            return None  # US$3 million
        capital = head != text.words[first] or not head[0].isalpha()
        closing = capital if last - first == 1 else tail != text.words[last - 1] or not tail[0].isalpha()
        if not one_case and len(head) <= _SHORT and head.isupper():
            fits = [head == s.surface or last - first > 1 or s.kind == TITLE for s in name.senses]
        elif one_case:
            fits = [not (s.exact and s.surface.lower() in _WORDS_AS_ACRONYMS) for s in name.senses]
        else:
            surface = text.content[text.starts[first] : text.ends[last - 1]].removesuffix("'s").removesuffix("’s")
            fits = [_fits(s, surface, capital=capital, closing=closing) for s in name.senses]
        return name if all(fits) else self._part(name, fits)

    def _part(self, name: Name, fits: list[bool]) -> Name | None:
        """The name with some of its senses; kept, there are few."""
        if not any(fits):
            return None
        kept = tuple(at for at, fit in enumerate(fits) if fit)
        part = self._parts.get((name.key, kept))
        if part is None:
            part = self._parts[name.key, kept] = Name(name.key, tuple(name.senses[at] for at in kept))
        return part


def _gives_way(hit: Hit, first: int, last: int) -> bool:
    """Whether a name with an article gives way to one behind the article: the [West Bank], not [the West] Bank."""
    return hit.first < first < hit.last < last and hit.name.key.startswith("the ")


def _line(text: Text) -> str:
    """The folded tokens with one space before each and one at the end: the spaces up to a place count the tokens."""
    return folded(f" {' '.join(text.words)} ")


def _fits(sense: Sense, surface: str, *, capital: bool, closing: bool) -> bool:
    if sense.exact:
        return surface == sense.surface
    return (capital or not sense.upper[0]) and (closing or not sense.upper[1])


_SHORT = 3
"""Letters of a word that is an acronym or a number when it stands in capitals: XI is not Xi."""
_WORDS_AS_ACRONYMS = frozenset(
    "us is it who un au ec uno quad mend eta isi mir epl das arena apra amal rada sana ice".split()
)
"""Acronyms that are words, or words of Spanish names, where capitals do not tell them apart."""
