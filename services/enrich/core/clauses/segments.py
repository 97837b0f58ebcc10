"""Cuts a sentence into clauses at conjunctions, relatives and signs; a piece without a verb joins its neighbour."""

from dataclasses import dataclass
from typing import Final

from services.enrich.core.clauses.cues import (
    AUXILIARIES,
    COORDINATORS,
    CUTS_AFTER,
    RELATIVES,
    SUBORDINATORS,
)
from services.enrich.core.text import Text
from services.enrich.core.word_masks import FINITE, SAYS, Marks

OPENERS: Final = SUBORDINATORS | frozenset(
    "with amid despite following ahead given without upon during once on marking".split()
)
"""Words that begin a clause or phrase which hangs on the main clause."""
HANGING: Final = OPENERS | RELATIVES | {"that"}
"""Words whose clause is never the main clause."""
_CLOSING: Final = frozenset("\"”’'")
_PRONOUNS: Final = frozenset("he she it they we i".split())
_NAMED_AS: Final = frozenset(
    "dismissed dismiss dismisses dismissing described describes describing denounced denounces branded labelled "
    "labeled regarded seen known portrayed rejected condemned hailed".split()
)
"""Verbs whose "as" says what somebody calls a thing."""
_TELLING: Final = frozenset("denying rejecting dismissing disputing refuting contradicting".split())
"""What a speaker adds about something else: six were killed, denying that there were more."""
_ALONE: Final = _TELLING | {"with", "then"}
_REMEMBERING: Final = frozenset("anniversary anniversaries commemoration".split())
_PHRASES: Final = frozenset("with amid despite without after following".split())
"""Words whose phrase, when long, tells something of its own although it has no finite verb."""
_LONG_ENOUGH: Final = 5
_TRAILING: Final = 6
"""Most tokens of ", the official said." at the end of a sentence, which is no clause of its own."""


@dataclass(slots=True)
class Segment:
    """Tokens first..last (exclusive); `head` is the lower-case word that begins it."""

    first: int
    last: int
    head: str

    def __init__(self, first: int, last: int, head: str) -> None:
        self.first = first
        self.last = last
        self.head = head


class Segmenter:
    """Cuts the sentences of one text; looks at every token a fixed number of times."""

    def __init__(self, text: Text, marks: Marks) -> None:
        """`marks`: those of `text`."""
        self._text = text
        self._words = text.words
        self._masks = marks.masks
        self._breakers = marks.breakers
        self._next = 0

    def segments(self, first: int, last: int) -> list[Segment]:
        """Clauses of the sentence first..last, in order, no gap, no overlap. Call with sentences in order."""
        cuts = [first]
        breakers, k = self._breakers, self._next
        while k < len(breakers) and breakers[k] < last:
            i = breakers[k]
            k += 1
            if first < i < last - 1:
                cut = self._cut(i, cuts[-1], last)
                if cuts[-1] < cut < last:
                    cuts.append(cut)
        self._next = k
        return self._joined([*cuts, last])

    def _joined(self, cuts: list[int]) -> list[Segment]:
        words = self._words
        first, last = cuts[0], cuts[-1]
        if len(cuts) == 2:
            return [Segment(first, last, words[first])]
        pieces: list[Segment] = []
        pending = start = first
        for end in cuts[1:]:
            if self._stands_alone(start, end, last):
                pieces.append(Segment(pending, end, words[start]))
                pending = end
            elif pieces:
                pieces[-1].last = end
                pending = end
            start = end
        return pieces or [Segment(first, last, words[first])]

    def _cut(self, i: int, begun: int, last: int) -> int:
        """Index of the first token after the cut that the breaker at `i` makes; -1 for none."""
        words = self._words
        low, before, following = words[i], words[i - 1], words[i + 1]
        if low == ",":
            return self._cut_at_comma(i, begun)
        if low in CUTS_AFTER:
            return i + 1
        if low == "-":
            return (
                i + 1
                if self._text.ends[i - 1] < self._text.starts[i] and self._text.starts[i + 1] > self._text.ends[i]
                else -1
            )
        if low == "said":
            return i - 1 if before in _PRONOUNS and following in AUXILIARIES and i - 1 > begun else -1
        if low in {"that", "what"}:
            return i if self._masks[i + 1] & FINITE and not self._masks[i - 1] & SAYS else -1
        if low in COORDINATORS:
            return -1 if self._joins_names(i, last) else i
        if low in RELATIVES:
            return -1 if before in COORDINATORS else i
        if low == "as" and before in _NAMED_AS:
            return -1
        if low == "as" and (before in {"such", "as", "well"} or following in {"many", "much", "well", "a"}):
            return -1
        return i

    def _cut_at_comma(self, i: int, begun: int) -> int:
        words = self._words
        if words[i + 1] in _CLOSING:
            i += 1
        if i + 2 >= len(words):
            return -1
        following = words[i + 1]
        opened = words[begun] in HANGING
        closes = opened and not following.endswith("ing") and not following.isdigit()
        verb = self._masks[i + 1] & FINITE and words[i + 2] not in {"by", "as"}  # ", known as", ", backed by" is none
        return i + 1 if closes or verb or following in _ALONE else -1

    def _joins_names(self, i: int, last: int) -> bool:
        """Whether "and" at `i` only joins two nouns: between X and Y; X and Y, doing; X and Y, a weekly says."""
        words = self._words
        if "between" in words[max(i - 5, 0) : i]:
            return True
        if i + 3 >= last or words[i + 2] != ",":
            return False
        return words[i + 3].endswith("ing") or words[i + 3] in {"a", "an", "the"}

    def _stands_alone(self, start: int, end: int, last: int) -> bool:
        """Whether the piece has a verb of its own, or is a long "with ... camping near ...", closed by a comma."""
        words, masks = self._words, self._masks
        if words[start] in _TELLING and start and words[start - 1] == ",":
            return True
        for at in range(start, end):
            if masks[at] & FINITE:
                trailing = end == last and masks[at] & SAYS and last - at <= _TRAILING
                return not (trailing and "," in words[max(start, at - _TRAILING) : at])
        if not _REMEMBERING.isdisjoint(words[start:end]):
            return True
        if end - start < _LONG_ENOUGH or words[start] not in _PHRASES:
            return False
        if words[start] == "amid" or (words[start] in {"after", "following"} and start and words[start - 1] == ","):
            return True
        return any(word.endswith("ing") for word in words[start:end])
