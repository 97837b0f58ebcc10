"""Finds every known name in a text in one pass, by its last word. Finds only; who is meant is decided elsewhere."""

from dataclasses import dataclass
from typing import Final

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
        self._sizes = _sizes(names)
        ends = {key.rpartition(" ")[2] for key in names}
        self._ends = frozenset(ends | {word + _POSSESSIVE for word in ends})
        self._parts: dict[tuple[str, tuple[int, ...]], Name] = {}

    def hits(self, text: Text, *, one_case: bool) -> list[Hit]:
        """Known names, the leftmost and then the longest of those that overlap. `one_case`: capitals tell nothing."""
        words, ends = _folded_words(text), self._ends
        found: list[Hit] = []
        for at in [at for at, word in enumerate(words) if word in ends]:
            word = words[at]
            if word[-2:] == _POSSESSIVE:
                for name in self._ending(words, at, word[:-2]):
                    self._add(found, text, name, at + 1, one_case=one_case)
            for name in self._ending(words, at, word):
                self._add(found, text, name, at + 1, one_case=one_case)
        return found

    def _ending(self, words: list[str], at: int, word: str) -> list[Name]:
        """The names that end with token `at`, read as `word`; the longest first."""
        found: list[Name] = []
        if at and (sizes := self._sizes.get((words[at - 1], word))):
            for size in sizes:
                if size <= at + 1 and (name := self.names.get(" ".join([*words[at + 1 - size : at], word]))):
                    found.append(name)
        if name := self.names.get(word):
            found.append(name)
        return found

    def _add(self, found: list[Hit], text: Text, name: Name, last: int, *, one_case: bool) -> None:
        """Add a name whose letters fit, in place of those that it overlaps and that begin later or give way."""
        first = last - name.count
        word = text.spelled[first]
        if one_case or not name.plain or len(word) <= _SHORT or word == text.words[first]:
            fitting = self._fitting(name, text, first, last, one_case=one_case)
            if fitting is None:
                return
            name = fitting
        while found and (found[-1].first >= first or _gives_way(found[-1], first, last)):
            found.pop()
        if not found or found[-1].last <= first:
            found.append(Hit(first, last, name))

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


def _sizes(names: dict[str, Name]) -> dict[tuple[str, str], tuple[int, ...]]:
    """The last two words of names -> how many words the names have that end so, most first."""
    counts: dict[tuple[str, str], set[int]] = {}
    for key, name in names.items():
        if name.count > 1:
            words = key.split(" ")
            counts.setdefault((words[-2], words[-1]), set()).add(name.count)
    return {end: tuple(sorted(found, reverse=True)) for end, found in counts.items()}


def _folded_words(text: Text) -> list[str]:
    return text.words if text.content.isascii() else folded(" ".join(text.words)).split(" ")


def _fits(sense: Sense, surface: str, *, capital: bool, closing: bool) -> bool:
    if sense.exact:
        return surface == sense.surface
    return (capital or not sense.upper[0]) and (closing or not sense.upper[1])


_POSSESSIVE: Final = "'s"
_SHORT: Final = 3
"""Letters of a word that is an acronym or a number when it stands in capitals: XI is not Xi."""
_WORDS_AS_ACRONYMS = frozenset(
    "us is it who un au ec uno quad mend eta isi mir epl das arena apra amal rada sana ice".split()
)
"""Acronyms that are words, or words of Spanish names, where capitals do not tell them apart."""
