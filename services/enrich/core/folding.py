"""One folding of names and texts, so that accents, case and spacing never hide a name."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from services.enrich.core.text import read

_MARKED: Final = re.compile("[\u00aa-\u1fff]+")
"""Letters that may carry marks; punctuation stands behind them in Unicode."""
_LETTERS: Final = str.maketrans("ıłøđðþßæœŁØĐ", "ilodd" + "p" + "sao" + "lod")


def fold(word: str) -> str:
    """Lower case without accents. Not always as long as the word.

    >>> fold("São")
    'sao'
    """
    lower = word.lower()
    if lower.isascii():
        return lower
    plain = unicodedata.normalize("NFKD", lower.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'")


def key_of(name: str) -> str:
    """The folded tokens of a name, as the finder compares them.

    >>> key_of("St. Louis")
    'st . louis'
    """
    if name.isalpha():
        return fold(name)
    return " ".join(map(fold, read(name).words))


def folded(lower: str) -> str:
    """`fold` of a text already in lower case, of the same length: what has no plain letter stays."""
    return lower if lower.isascii() else _MARKED.sub(_same_length, lower)


def _same_length(run: re.Match[str]) -> str:
    return "".join(map(_plain_letter, run[0]))


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    plain = fold(letter)
    # an accent that stands alone (´) comes apart into a space and a mark; a space there would count as a token more
    return plain if len(plain) == 1 and not plain.isspace() else letter
