"""What the number grammar gives: one number as its text bounds it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.contracts.vocabulary import Op
from services.enrich.core.members import GE, LE, RANGE, VAGUE


class Kind(StrEnum):
    """What a number is. A closed set."""

    CARDINAL = "cardinal"
    """Counts the things named behind it."""
    FRACTION = "fraction"
    PERCENT = "percent"
    MONEY = "money"
    DURATION = "duration"
    DISTANCE = "distance"
    MEASURE = "measure"
    """Any other physical unit: weight, area, speed, power, data."""
    AGE = "age"
    ORDINAL = "ordinal"
    DATE = "date"
    YEAR = "year"
    TIME = "time"
    PHONE = "phone"
    SCORE = "score"
    SECTION = "section"
    """Article 5, page 12, resolution 1701."""
    NAME = "name"
    """Part of a name: T-72, Boeing 737, Flight 370."""
    PRONOUN = "pronoun"
    """`one` that stands for a noun."""


CARDINAL: Final = Kind.CARDINAL
FRACTION: Final = Kind.FRACTION
PERCENT: Final = Kind.PERCENT
MONEY: Final = Kind.MONEY
DURATION: Final = Kind.DURATION
DISTANCE: Final = Kind.DISTANCE
MEASURE: Final = Kind.MEASURE
AGE: Final = Kind.AGE
ORDINAL: Final = Kind.ORDINAL
DATE: Final = Kind.DATE
YEAR: Final = Kind.YEAR
TIME: Final = Kind.TIME
PHONE: Final = Kind.PHONE
SCORE: Final = Kind.SCORE
SECTION: Final = Kind.SECTION
NAME: Final = Kind.NAME
PRONOUN: Final = Kind.PRONOUN
"""The members as plain names, for the reason that `members.py` gives."""


MEASURING = frozenset(
    {
        Kind.CARDINAL,
        Kind.FRACTION,
        Kind.PERCENT,
        Kind.MONEY,
        Kind.DURATION,
        Kind.DISTANCE,
        Kind.MEASURE,
        Kind.AGE,
    }
)
"""Kinds that say how much or how many; the others only look like numbers."""


@dataclass(slots=True)
class Number:
    """Code points start..end hold the number with its bounds, numeral_start..numeral_end only its figures or words.

    `value` is None for ranges only; a vague word carries its lower bound. `low` and `high` are derived: the value for
    eq and approx, high None for ge, low 0 for le. unit_start..unit_end hold the words behind it that name what is
    counted (empty when there are none). `compound` is true for a word that a hyphen joins to its unit: five-year.
    """

    value: float | None
    low: float
    high: float | None
    op: Op
    kind: Kind
    start: int
    end: int
    numeral_start: int
    numeral_end: int
    unit_start: int
    unit_end: int
    compound: bool

    def __init__(
        self,
        value: float | None,
        low: float,
        high: float | None,
        op: Op,
        kind: Kind,
        start: int,
        end: int,
        numeral_start: int,
        numeral_end: int,
        unit_start: int,
        unit_end: int,
        compound: bool = False,
    ) -> None:
        self.value = value
        self.low = low
        self.high = high
        self.op = op
        self.kind = kind
        self.start = start
        self.end = end
        self.numeral_start = numeral_start
        self.numeral_end = numeral_end
        self.unit_start = unit_start
        self.unit_end = unit_end
        self.compound = compound


def bounded(op: Op, value: float, high: float | None = None) -> tuple[float | None, float, float | None]:
    """Value, low and high of a number read as `op`; `high` is for range and vague only.

    >>> bounded(Op.LE, 350)
    (350, 0.0, 350)
    """
    if op == RANGE:
        return None, value, high
    if op == VAGUE:
        return value, value, high
    if op == GE:
        return value, value, None
    if op == LE:
        return value, min(0.0, value), value
    return value, value, value
