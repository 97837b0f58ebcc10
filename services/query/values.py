"""Words of a query -> numbers and truth values, as the index reads them. Dates are in `dates`."""

import math
import re
from typing import Final

_DECIMAL: Final = re.compile(r"[\x00-\x20]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?[\x00-\x20]*")
_INFINITE: Final = re.compile(r"[\x00-\x20]*([+-]?Infinity)[fFdD]?[\x00-\x20]*")


def double(text: str) -> float | None:
    """A number in double precision, or None. A comma, a space inside or a unit is no number."""
    found = _DECIMAL.fullmatch(text) or _INFINITE.fullmatch(text)
    return float(found[1]) if found else None


def ordered(number: float) -> float:
    """The same number, with minus zero just below zero, as the index sorts it."""
    return -5e-324 if number == 0 and math.copysign(1.0, number) < 0 else number


def truth(text: str) -> bool | None:
    """`true` and `false` in lower case, else None."""
    return {"true": True, "false": False}.get(text)


def whole(number: float) -> bool:
    """Does the number, cut to a whole one, fit 32 bits?"""
    return -(2**31) - 1 < number < 2**31
