"""Tokens and sentences of a content: the one reading of the letters that every finder stands on."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

_TOKEN = re.compile(
    r"[^\W\d_]{2,}(?:['’](?:s|t|re|ve|ll|d|m)\b)?"  # word, don't, Russia's as one token
    r"|(?:[A-Z]\.){2,}"  # U.S., U.N.
    r"|[^\W\d_](?:['’](?:s|t|re|ve|ll|d|m)\b)?"
    r"|\d+(?:[.,]\d+)*(?:[^\W\d_]+)?"  # 4,600  2.5  8.5k  20th
    r"|[^\W_]+"
    r"|\S"
)
_END = frozenset(".!?…")
_CLOSING = frozenset("\"'”’»)]")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col sgt capt maj adm brig cmdr rep sen gov hon rev st jr sr vs etc inc ltd co corp "
    "jan feb mar apr jun jul aug sep sept oct nov dec pres min dept est approx".split()
)
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "fig"})
_OPENERS = frozenset(
    "The This These That Those He She It They We In On At But And A An After Before As If For His Her Its Their".split()
)
"""Words that begin a sentence even after an abbreviation such as U.S."""
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
    """A content with its tokens and sentences, both in order; sentences partition the tokens.

    `words` are the `lower` of all tokens, for what looks at every word of a text.
    """

    content: str
    tokens: list[Token]
    sentences: list[Sentence]
    words: list[str]

    def sentence_at(self, offset: int) -> int:
        """Number of the sentence that holds the code point at `offset` (the one before, between two)."""
        return max(0, bisect_right(self.sentences, offset, key=lambda s: s.start) - 1)


def read(content: str) -> Text:
    """Split `content` in one pass; a line feed always ends a sentence. Total: any text; linear in its length.

    >>> [s.number for s in read("He left. She stayed.").sentences]
    [0, 1]
    """
    tokens, words = _tokens(content)
    sentences: list[Sentence] = []
    first, end = 0, content.find("\n")
    while end >= 0:
        last = bisect_left(tokens, (end,), first)
        if last > first:
            _split(content, tokens, first, last, sentences)
            first = last
        end = content.find("\n", end + 1)
    if first < len(tokens):
        _split(content, tokens, first, len(tokens), sentences)
    return Text(content, tokens, sentences, words)


def _tokens(content: str) -> tuple[list[Token], list[str]]:
    """The tokens and their lower forms. A column at a time and without a loop: every letter of a text goes this way."""
    matches = list(_TOKEN.finditer(content))
    texts = [m[0] for m in matches]
    # no token holds a line feed, which so keeps the words apart while all are lowered at once
    words = "\n".join(texts).lower().replace("’", "'").split("\n") if texts else []
    columns = zip(map(re.Match.start, matches), map(re.Match.end, matches), texts, words, strict=True)
    return list(map(tuple.__new__, repeat(Token), columns)), words


def _split(content: str, tokens: list[Token], first: int, last: int, sentences: list[Sentence]) -> None:
    """Append the sentences of the line that tokens first..last (exclusive) make up."""
    ends = _END
    for i in [i for i, token in enumerate(tokens[first : last - 1], first) if token[2][-1] in ends]:
        while i + 1 - first > MAX_SENTENCE_TOKENS:
            first = _append(tokens, first, first + MAX_SENTENCE_TOKENS, sentences)
        end = _closed(content, tokens, i, last)
        if end < last and end > first and _ends(tokens, i, end, first):
            first = _append(tokens, first, end, sentences)
    while last - first > MAX_SENTENCE_TOKENS:
        first = _append(tokens, first, first + MAX_SENTENCE_TOKENS, sentences)
    if first < last:
        _append(tokens, first, last, sentences)


def _append(tokens: list[Token], first: int, end: int, sentences: list[Sentence]) -> int:
    sentences.append(Sentence(len(sentences), first, end, tokens[first].start, tokens[end - 1].end))
    return end


def _closed(content: str, tokens: list[Token], i: int, last: int) -> int:
    """Index after the end sign at `i` and the quotes or brackets that close with it, without a space between."""
    end = i + 1
    while end < last and end - i <= 3 and tokens[end].text in _CLOSING and tokens[end].start == tokens[end - 1].end:
        end += 1
    return end


def _ends(tokens: list[Token], i: int, end: int, first: int) -> bool:
    """Whether a sentence that began at token `first` ends with the sign at `i`, its closing quotes up to `end`."""
    here, following = tokens[i], tokens[end]
    if len(here.text) > 1:
        return following.text in _OPENERS  # "in the U.S. The ..."
    if following.text in _END or (end == i + 1 and following.start == here.end):
        return False  # ?!, example.com
    before = tokens[i - 1] if i > first else None
    if before and here.text == "." and before.end == here.start and _abbreviates(before, following):
        return False
    return not following.text[0].islower()


def _abbreviates(token: Token, following: Token) -> bool:
    if token.lower in _BEFORE_NUMBERS:
        return following.text[0].isdigit()
    return token.lower in _ABBREVIATIONS or (len(token.text) == 1 and token.text.isupper())
