"""A bare numeral with the kind its neighbours give it, before bounds and ranges are read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.enrich.core.numbers.number import CARDINAL, Kind


class Form(StrEnum):
    """How a numeral is written."""

    PLAIN = "plain"
    """Digits alone: 4600. They may be a year, a name, a score."""
    FIGURES = "figures"
    """Digits with grouping, point, sign, suffix or scale: 4,600  2.5  8k  3 million."""
    WORDS = "words"


PLAIN: Final = Form.PLAIN
FIGURES: Final = Form.FIGURES
WORDS: Final = Form.WORDS
"""The members as plain names, for the reason that `members.py` gives."""


@dataclass(slots=True)
class Numeral:
    """Code points start..end. `lead` is where what belongs to it begins, a currency for instance.

    `scale` is its last word of magnitude, which "1 to 5 million" shares; `high` is set for vague words only;
    `unit` is the word that decided the kind, or "".
    """

    start: int
    end: int
    lead: int
    value: float
    form: Form
    kind: Kind
    scale: float
    high: float | None
    approx: bool
    unit: str
    compound: bool

    def __init__(
        self,
        start: int,
        end: int,
        lead: int,
        value: float,
        form: Form,
        kind: Kind = CARDINAL,
        scale: float = 1.0,
        high: float | None = None,
        approx: bool = False,
        unit: str = "",
        compound: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.lead = lead
        self.value = value
        self.form = form
        self.kind = kind
        self.scale = scale
        self.high = high
        self.approx = approx
        self.unit = unit
        self.compound = compound
