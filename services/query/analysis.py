"""Text -> tokens, as the index's analyser makes them. No stop words, no stemming, no language."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

MAX_TOKEN: Final = 255
"""A longer token (in UTF-16 units) is dropped; the next one keeps its position."""
POSITION_GAP: Final = 100
"""Positions between two entries of an array, so that no phrase spans them."""


class Token(NamedTuple):
    """`text[start:end]` in lower case, and its position in the stream of tokens."""

    term: str
    position: int
    start: int
    end: int


def _marks() -> str:
    """All combining marks (category M) as ranges of a character class."""
    planes = (*range(0x20000), *range(0xE0100, 0xE01F0))  # the last are the variation selectors
    marks = [c for c in planes if unicodedata.category(chr(c))[0] == "M"]
    runs = [[c for _, c in run] for _, run in groupby(enumerate(marks), key=lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


# Letters, digits and the underscore are `\w`: `_folded` turns each underscore into a blank first.
# The look-ahead spares most separators the long list of marks.
_MARKS: Final = _marks()
_FROM_MARK: Final = rf"(?=[^\x00-\x7f])[{_MARKS}][\w{_MARKS}]*"
_TOKEN: Final = re.compile(rf"\w+(?:{_FROM_MARK})?|{_FROM_MARK}")
# ASCII, most of what is read, needs no pattern: letters in lower case, digits, blanks for the rest.
_ASCII: Final = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(128)) + bytes(128)


def lower(text: str) -> str:
    """Lower case, one code point for one code point, whatever stands beside it (Java's `toLowerCase`)."""
    if text.isascii():
        return text.lower()
    # The only two letters that `str.lower` treats otherwise: one becomes two, one depends on its neighbours.
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()


def words(text: str) -> list[str]:
    """The terms of `text` at their positions; a dropped one is empty.

    >>> words("Kyiv's 190,000 troops")
    ['kyiv', 's', '190', '000', 'troops']
    """
    if text.isascii():
        found = text.encode("ascii").translate(_ASCII).decode("ascii").split()
    else:
        found = _TOKEN.findall(_folded(text))
    if found and max(map(len, found)) > MAX_TOKEN // 2:
        return [term if _fits(term) else "" for term in found]
    return found


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` with their places."""
    for position, found in enumerate(_TOKEN.finditer(_folded(text))):
        if _fits(found[0]):
            yield Token(found[0], position, found.start(), found.end())


def occurrences(lowered: str, term: str) -> list[tuple[int, int]]:
    """Start and end of each token that is this term, in a text in lower case."""
    found, start = [], lowered.find(term)
    while start >= 0:
        end = start + len(term)
        if not (_in_token(lowered[start - 1 : start]) or _in_token(lowered[end : end + 1])):
            found.append((start, end))
        start = lowered.find(term, end)
    return found


def _in_token(character: str) -> bool:
    """Does it belong to a token? No character at all does not."""
    return character.isalnum() or (bool(character) and unicodedata.category(character)[0] == "M")


def _folded(text: str) -> str:
    return lower(text).replace("_", " ")


def _fits(term: str) -> bool:
    return len(term) <= MAX_TOKEN // 2 or len(term.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_TOKEN
