"""Tokens and sentences of a content: the one reading of the letters that every finder stands on."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import Final

ENDINGS = ("'s", "'t", "'re", "'ve", "'ll", "'d", "'m")
"""What stays with a word behind an apostrophe, in `Text.words`."""
_ENDING = rf"(?:['’](?:{'|'.join(ending[1:] for ending in ENDINGS)})\b)?"
_TOKEN = re.compile(
    r"\s*(?:"  # whitespace is all that stands between tokens
    rf"[^\W\d_]{{2,}}{_ENDING}"  # word, don't, Russia's as one token
    r"|(?:[A-Z]\.){2,}"  # U.S., U.N.
    rf"|[^\W\d_]{_ENDING}"
    r"|\d+(?:[.,]\d+)*(?:[^\W\d_]+)?"  # 4,600  2.5  8.5k  20th
    r"|[^\W_]+"
    r"|\S)"
)
_END: Final = frozenset(".!?…")
_CLOSING: Final = frozenset("\"'”’»)]")
_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr prof gen lt col sgt capt maj adm brig cmdr rep sen gov hon rev st jr sr vs etc inc ltd co corp "
    "jan feb mar apr jun jul aug sep sept oct nov dec pres min dept est approx".split()
)
_BEFORE_NUMBERS: Final = frozenset({"no", "nos", "art", "fig"})
_OPENERS: Final = frozenset(
    "The This These That Those He She It They We In On At But And A An After Before As If For His Her Its Their".split()
)
"""Words that begin a sentence even after an abbreviation such as U.S."""
MAX_SENTENCE_TOKENS: Final = 400
"""A longer run without a full stop is cut here, so that no text costs more than a linear reading."""


@dataclass(slots=True)
class Sentence:
    """Tokens first..last (exclusive) and code points start..end (exclusive); `number` counts from 0."""

    number: int
    first: int
    last: int
    start: int
    end: int

    def __init__(self, number: int, first: int, last: int, start: int, end: int) -> None:
        self.number = number
        self.first = first
        self.last = last
        self.start = start
        self.end = end


@dataclass(slots=True)
class Text:
    """A content with its tokens (words, numbers, signs) and sentences, both in order; sentences partition the tokens.

    Tokens are columns, which every finder reads by index: `content[starts[i]:ends[i]] == spelled[i]`, and `words[i]` is
    `spelled[i].lower()` with ’ as '.
    """

    content: str
    starts: list[int]
    ends: list[int]
    spelled: list[str]
    words: list[str]
    sentences: list[Sentence]
    sentence_starts: list[int]
    """`start` of each sentence."""

    def __init__(self, content: str) -> None:
        """A text of which nothing is read yet; `read` fills the columns, and nobody changes them later."""
        self.content = content
        self.starts = []
        self.ends = []
        self.spelled = []
        self.words = []
        self.sentences = []
        self.sentence_starts = []

    def sentence_at(self, offset: int) -> int:
        """Number of the sentence that holds the code point at `offset` (the one before, between two)."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)


class _Tokens:
    """The columns of `Text` for what stands between two spaces; no token holds a space. Offsets count in the chunk."""

    __slots__ = ("alone", "ends", "spelled", "starts", "stops", "word", "words")

    def __init__(self, chunk: str) -> None:
        pieces: list[str] = _TOKEN.findall(chunk.rstrip())
        self.spelled = [piece.lstrip() for piece in pieces]
        self.ends = list(accumulate(map(len, pieces)))
        self.starts = list(map(sub, self.ends, map(len, self.spelled)))
        # no token holds a line feed, which so keeps the words apart while all are lowered at once
        words = "\n".join(self.spelled).lower().replace("’", "'").split("\n") if pieces else []
        # where they are equal one object is both, which compares at once
        self.words = [same if same == word else word for same, word in zip(self.spelled, words, strict=True)]
        self.alone = chunk if self.spelled == [chunk] else None
        """The token that is the whole chunk, as most are; `word` is its word."""
        self.word = self.words[0] if self.alone is not None else ""
        self.stops = [i for i, word in enumerate(self.words) if word[-1] in _END]
        """The tokens that may end a sentence."""


_LEARNT: Final[dict[str, _Tokens]] = {}
"""Chunks that were read before: most words of news come again and again."""
_MOST_LEARNT = 20_000
_LONGEST_LEARNT = 24


def read(content: str) -> Text:
    """Split `content` in one pass; a line feed always ends a sentence. Total: any text; linear in its length.

    >>> [s.number for s in read("He left. She stayed.").sentences]
    [0, 1]
    """
    text = Text(content)
    stops = _tokenise(text)
    first, end = 0, content.find("\n")
    while end >= 0:
        last = bisect_left(text.starts, end, first)
        if last > first:
            _split(text, first, last, stops)
            first = last
        end = content.find("\n", end + 1)
    if first < len(text.words):
        _split(text, first, len(text.words), stops)
    return text


def _tokenise(text: Text) -> list[int]:
    """Fill the columns of tokens. Returns those that may end a sentence."""
    learnt, starts, ends, spelled, words = _LEARNT, text.starts, text.ends, text.spelled, text.words
    stops: list[int] = []
    offset = 0
    for chunk in text.content.split(" "):
        tokens = learnt.get(chunk)
        if tokens is None:
            tokens = _learn(chunk)
        end = offset + len(chunk)
        if tokens.stops:
            stops += [len(words) + stop for stop in tokens.stops]
        if tokens.alone is not None:
            spelled.append(tokens.alone)
            words.append(tokens.word)
            starts.append(offset)
            ends.append(end)
        else:
            spelled += tokens.spelled
            words += tokens.words
            starts += [offset + start for start in tokens.starts]
            ends += [offset + end for end in tokens.ends]
        offset = end + 1
    return stops


def _learn(chunk: str) -> _Tokens:
    """The tokens of `chunk`; remembered where it may come again."""
    tokens = _Tokens(chunk)
    if len(chunk) <= _LONGEST_LEARNT and len(_LEARNT) < _MOST_LEARNT:
        _LEARNT[chunk] = tokens
    return tokens


def _split(text: Text, first: int, last: int, stops: list[int]) -> None:
    """Append the sentences of the line that tokens first..last (exclusive) make up; only `stops` may end them."""
    for i in stops[bisect_left(stops, first) : bisect_left(stops, last - 1)]:
        while i + 1 - first > MAX_SENTENCE_TOKENS:
            first = _append(text, first, first + MAX_SENTENCE_TOKENS)
        end = _closed(text, i, last)
        if end < last and end > first and _ends(text, i, end, first):
            first = _append(text, first, end)
    while last - first > MAX_SENTENCE_TOKENS:
        first = _append(text, first, first + MAX_SENTENCE_TOKENS)
    if first < last:
        _append(text, first, last)


def _append(text: Text, first: int, end: int) -> int:
    start = text.starts[first]
    text.sentences.append(Sentence(len(text.sentences), first, end, start, text.ends[end - 1]))
    text.sentence_starts.append(start)
    return end


def _closed(text: Text, i: int, last: int) -> int:
    """Index after the end sign at `i` and the quotes or brackets that close with it, without a space between."""
    spelled, starts, ends = text.spelled, text.starts, text.ends
    end = i + 1
    while end < last and end - i <= 3 and spelled[end] in _CLOSING and starts[end] == ends[end - 1]:
        end += 1
    return end


def _ends(text: Text, i: int, end: int, first: int) -> bool:
    """Whether a sentence that began at token `first` ends with the sign at `i`, its closing quotes up to `end`."""
    here, following = text.spelled[i], text.spelled[end]
    if len(here) > 1:
        return following in _OPENERS  # "in the U.S. The ..."
    if following in _END or (end == i + 1 and text.starts[end] == text.ends[i]):
        return False  # ?!, example.com
    if i > first and here == "." and text.ends[i - 1] == text.starts[i] and _abbreviates(text, i - 1, following):
        return False
    return not following[0].islower()


def _abbreviates(text: Text, i: int, following: str) -> bool:
    if text.words[i] in _BEFORE_NUMBERS:
        return following[0].isdigit()
    return text.words[i] in _ABBREVIATIONS or (len(text.spelled[i]) == 1 and text.spelled[i].isupper())
