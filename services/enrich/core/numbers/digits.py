"""The value of figures with any grouping: 4,600  4.600  1,00,000  12,34,567.89  4'600  40 000  5,00."""

import re
from typing import Final

MAX_FIGURES: Final = 24
"""Longer runs of digits are identifiers and no numbers."""

_COMMAS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(\.[0-9]+)?")
_DOTS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(,[0-9]+)?")
_OTHER_GROUPS: Final = re.compile(r"[0-9]{1,3}(?:['’ \u00a0\u202f\u2009][0-9]{3})+(\.[0-9]+)?")
_ONE_DOT: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")
_DROP: Final = str.maketrans("", "", ",'’ \u00a0\u202f\u2009")


def figures(text: str, *, counts_things: bool) -> float | None:
    """The value, or None when `text` is no well-formed number.

    `counts_things` decides 4.600: a count of things is grouped, a measure is a decimal.

    >>> [figures(t, counts_things=True) for t in ("4,600", "4.600", "1,00,000", "2.5", "5,00", "1.2.3")]
    [4600.0, 4600.0, 100000.0, 2.5, 5.0, None]
    """
    if len(text) > MAX_FIGURES:
        return None
    text = text.replace(", ", ",")
    if text.isdigit():
        return float(text)
    if _COMMAS.fullmatch(text) or _OTHER_GROUPS.fullmatch(text):
        return float(text.translate(_DROP))
    if _DOTS.fullmatch(text) and (counts_things or not _ONE_DOT.fullmatch(text)) and text[0] != "0":
        return float(text.replace(".", "").replace(",", "."))
    if _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    try:
        return float(text)
    except ValueError:
        return None
