"""The words of one text field, and where they stand. Each is looked for when it is first asked for."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, islice
from typing import Final

from services.query.analysis import lower, occurrences, words

FEW: Final = 8
"""So many words are looked for one by one; then all are looked up."""


class TextIndex:
    """The tokens of one text field. Places are made when a hit needs them."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._entries = entries
        # A line feed parts words, so all entries are read in one go.
        self._text = "\n".join(entries)
        self._tokens = words(self._text)
        self.terms: Final = frozenset(filter(None, self._tokens))
        self._occurrences: dict[str, list[int]] = {}
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._places: dict[str, list[tuple[int, int, int]]] = {}

    def occurrences(self, term: str) -> list[int]:
        """The numbers of the tokens that are this term, rising."""
        found = self._occurrences.get(term)
        if found is None:
            if term not in self.terms:
                found = []
            elif len(self._occurrences) < FEW:
                found = list(self._look_for(term))
            else:
                found = self._numbers[term]
            self._occurrences[term] = found
        return found

    def phrase(self, terms: tuple[tuple[str, int], ...]) -> Iterator[int]:
        """Numbers of the tokens from which on these terms stand at these distances, within one entry.

        The index keeps entries `POSITION_GAP` positions apart; no query is long enough to span that.
        """
        if all(term in self.terms for term, _ in terms):
            longest, ahead = max(terms, key=_length)  # mostly the rarest
            last, tokens = terms[-1][1], self._tokens
            for number in self.occurrences(longest):
                first = number - ahead
                if first < 0 or first + last >= len(tokens):
                    continue
                same = all(tokens[first + distance] == term for term, distance in terms)
                if same and (len(self._entries) == 1 or self.place(first)[0] == self.place(first + last)[0]):
                    yield first

    def place(self, number: int) -> tuple[int, int, int]:
        """Number of the entry, start and end in it, of a token."""
        term = self._tokens[number]
        return self._within(self._found(term)[bisect_left(self.occurrences(term), number)])

    def places(self, term: str) -> list[tuple[int, int, int]]:
        """`place` of each token that is this term, in order."""
        found = self._places.get(term)
        if found is None:
            found = [self._within(span) for span in self._found(term)] if term in self.terms else []
            self._places[term] = found
        return found

    def _found(self, term: str) -> list[tuple[int, int]]:
        """Start and end in the text of each occurrence: what is asked for is a few words of many."""
        found = self._spans.get(term)
        if found is None:
            found = self._spans[term] = occurrences(self._lowered, term)
        return found

    def _within(self, span: tuple[int, int]) -> tuple[int, int, int]:
        entry = bisect_right(self._starts, span[0]) - 1
        first = self._starts[entry]
        return entry, span[0] - first, span[1] - first

    def _look_for(self, term: str) -> Iterator[int]:
        number = -1
        try:
            while True:
                number = self._tokens.index(term, number + 1)
                yield number
        except ValueError:
            return

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        """All terms at once, where many are asked for."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, term in enumerate(self._tokens):
            numbers[term].append(number)
        return numbers

    @cached_property
    def _lowered(self) -> str:
        return lower(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each entry starts."""
        return list(accumulate((len(entry) + 1 for entry in self._entries[:-1]), initial=0))

    @cached_property
    def vocabulary(self) -> list[str]:
        """All terms, sorted."""
        return sorted(self.terms)

    def starting_with(self, prefix: str) -> Iterator[str]:
        """The terms that begin so, sorted."""
        for term in islice(self.vocabulary, bisect_left(self.vocabulary, prefix), None):
            if not term.startswith(prefix):
                return
            yield term


def _length(pair: tuple[str, int]) -> int:
    return len(pair[0])
