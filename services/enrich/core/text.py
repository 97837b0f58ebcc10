"""Tokens and sentences of a content: the one reading of the letters that every finder stands on."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S., U.N.
    r"|\d+(?:[.,]\d+)*(?:[^\W\d_]+)?"  # 4,600  2.5  8.5k  20th
    r"|[^\W\d_]+(?:['’](?:s|t|re|ve|ll|d|m)\b)?"  # word, don't, Russia's as one token
    r"|[^\W_]+"
    r"|\S"
)
_END = frozenset(".!?…")
_CLOSING = frozenset("\"'”’»)]")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col sgt capt maj adm brig cmdr rep sen gov hon rev st jr sr vs etc inc ltd co corp no "
    "jan feb mar apr jun jul aug sep sept oct nov dec pres min dept est approx fig art".split()
)
MAX_SENTENCE_TOKENS = 400
"""A longer run without a full stop is cut here, so that no text costs more than a linear reading."""


class Token(NamedTuple):
    """A word, number or sign. `content[start:end] == text`; `lower` is `text.lower()` with ’ as '."""

    start: int
    end: int
    text: str
    lower: str


class Sentence(NamedTuple):
    """Tokens first..last (exclusive) and code points start..end (exclusive); `number` counts from 0."""

    number: int
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A content with its tokens and sentences, both in order; sentences partition the tokens."""

    content: str
    tokens: list[Token]
    sentences: list[Sentence]

    def sentence_at(self, offset: int) -> int:
        """Number of the sentence that holds the code point at `offset` (the one before, between two)."""
        return max(0, bisect_right(self.sentences, offset, key=lambda s: s.start) - 1)


def read(content: str) -> Text:
    """Split `content` in one pass. Total: never raises, any text; linear in its length.

    >>> [s.number for s in read("He left. She stayed.").sentences]
    [0, 1]
    """
    tokens = [Token(m.start(), m.end(), word := m[0], word.lower().replace("’", "'")) for m in _TOKEN.finditer(content)]
    sentences: list[Sentence] = []
    first = 0
    for i in range(len(tokens)):
        if i + 1 == len(tokens) or _ends(content, tokens, i, first):
            sentences.append(Sentence(len(sentences), first, i + 1, tokens[first].start, tokens[i].end))
            first = i + 1
    return Text(content, tokens, sentences)


def _ends(content: str, tokens: list[Token], i: int, first: int) -> bool:
    """Whether a sentence that began at token `first` ends with token `i`; there is a next token."""
    here, following = tokens[i], tokens[i + 1]
    between = content[here.end : following.start]
    if i + 1 - first >= MAX_SENTENCE_TOKENS:
        return True
    if "\n" in between:
        return True
    last = i
    while last > first and tokens[last].text in _CLOSING:
        last -= 1
    if tokens[last].text not in _END or following.text in _END or (following.text in _CLOSING and not between):
        return False
    if not between and last == i:
        return False  # example.com, 3.14
    before = tokens[last - 1] if last > first else None
    if before and tokens[last].text == "." and before.end == tokens[last].start:
        if before.lower in _ABBREVIATIONS or (len(before.text) == 1 and before.text.isupper()):
            return False
    return not following.text[0].islower()
