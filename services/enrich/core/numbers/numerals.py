"""Walks the runs of atoms and makes bare numerals with their kinds. Bounds and ranges come later."""

from dataclasses import replace
from math import isfinite
from typing import Final

from services.enrich.core.numbers import calendar
from services.enrich.core.numbers.atoms import (
    PART_A,
    PART_AND,
    PART_COUPLE,
    PART_DENOMINATOR,
    PART_DOZEN,
    PART_FEW,
    PART_FIGURES,
    PART_HUNDRED,
    PART_MINUS,
    PART_OF,
    PART_POINT,
    PART_SCALE,
    PART_VAGUE_OF,
    Atom,
    runs,
)
from services.enrich.core.numbers.bounds import bound_before
from services.enrich.core.numbers.classify import classify
from services.enrich.core.numbers.figure import Figure, read_figure
from services.enrich.core.numbers.number import CARDINAL, FRACTION, MONEY, ORDINAL
from services.enrich.core.numbers.numeral import FIGURES, PLAIN, WORDS, Numeral
from services.enrich.core.numbers.surroundings import following, word_before
from services.enrich.core.numbers.words import Composed, compose
from services.enrich.core.text import Text

_JOINTS: Final = (PART_AND, PART_A, PART_OF, PART_POINT)
_TAKES_ARTICLE: Final = (PART_HUNDRED, PART_SCALE, PART_DOZEN, PART_DENOMINATOR, PART_COUPLE, PART_FEW)
_OF_A_GAME: Final = ("first", "second", "other", "opening", "latter", "final", "better", "top", "bottom")
_OF_WHAT: Final = (" of ", " the ", " a ", " an ", " its ", " their ", " his ", " her ", " our ")


def numerals(text: Text, lower: str, at_most: int) -> list[Numeral]:
    """The first `at_most` numerals of a text in order, none inside another; `lower` is its content in lower case."""
    content = text.content
    result: list[Numeral] = []
    minus: Atom | None = None
    reached = 0
    for run in runs(text, lower, at_most):
        i = 0
        while i < len(run):
            atom = run[i]
            if atom.start < reached or atom.part in _JOINTS:
                i += 1
                continue
            if atom.part is PART_MINUS:
                minus, i = atom, i + 1
                continue
            found, i = _figure(content, lower, run, i) if atom.part is PART_FIGURES else _spelled(lower, run, i)
            if found is not None:
                found = found if minus is None else _negated(lower, found, minus)
                reached = found.end
                classify(content, lower, found)
                result.append(found)
            minus = None
    return result[:at_most]


def _negated(lower: str, numeral: Numeral, minus: Atom) -> Numeral:
    """minus 5, negative one, minus-40; but plus or minus 5."""
    if numeral.lead - minus.end > 1 or numeral.value <= 0 or lower.endswith("plus or ", 0, minus.start):
        return numeral
    return replace(numeral, start=minus.start, lead=minus.start, value=-numeral.value)


def _figure(content: str, lower: str, run: list[Atom], i: int) -> tuple[Numeral | None, int]:
    """The numeral that begins with the digits of atom `i`, and the atom behind it."""
    atom = run[i]
    if calendar.may_be_stamp(lower, atom.start, atom.end) and (stamp := calendar.stamp(lower, atom.start)):
        year = lower[atom.start : atom.start + 4]
        value = float(year) if year.isdigit() else 0.0
        return Numeral(atom.start, stamp.end, atom.start, value, FIGURES, stamp.kind), i + 1
    figure = read_figure(content, lower, atom.start, atom.end)
    if figure is None or not isfinite(figure.value):
        return None, i + 1
    if len(run) > i + 1 and figure.kind in (None, MONEY) and run[i + 1].start >= figure.end:
        read = Atom(figure.start, figure.end, PART_FIGURES, figure.value)
        composed = compose([read, *run[i + 1 :]], 0)
        if composed is not None and composed.last > 1 and isfinite(composed.value):
            return _scaled(figure, composed, run[i + composed.last - 1].end), i + composed.last
    form = PLAIN if figure.plain else FIGURES
    kind = figure.kind or CARDINAL
    return Numeral(figure.start, figure.end, figure.lead, figure.value, form, kind, figure.scale), i + 1


def _scaled(figure: Figure, composed: Composed, end: int) -> Numeral:
    kind = figure.kind or (FRACTION if composed.fraction else CARDINAL)
    return Numeral(figure.start, end, figure.lead, composed.value, FIGURES, kind, composed.scale)


def _spelled(lower: str, run: list[Atom], i: int) -> tuple[Numeral | None, int]:
    """The numeral that begins with the word of atom `i`, and the atom behind it."""
    composed = compose(run, i)
    if composed is None or not isfinite(composed.value):
        return None, i + 1 if composed is None else composed.last
    atom, end = run[i], run[composed.last - 1].end
    start = atom.start
    if atom.part in _TAKES_ARTICLE and lower[max(0, start - 3) : start] in (" a ", "a "):
        start -= 2
    numeral = Numeral(
        start, end, start, composed.value, WORDS, scale=composed.scale, high=composed.high, approx=composed.approx
    )
    if composed.ordinal:
        is_share = start < atom.start and (lower.startswith(" of ", end) or lower[end : end + 1] in ("", ".", ",", ";"))
        value = 1 / composed.value if is_share else composed.value
        return replace(numeral, kind=FRACTION if is_share else ORDINAL, value=value), composed.last
    if composed.fraction:
        numeral = replace(numeral, kind=FRACTION)
    return (numeral if _counts(lower, atom, numeral, composed.last - i) else None), composed.last


def _counts(lower: str, atom: Atom, numeral: Numeral, size: int) -> bool:
    """Whether a lone word counts at all: "scores of", "a couple of", "half the", "more than half"."""
    if size > 1:
        return True
    if atom.part in (PART_VAGUE_OF, PART_COUPLE):
        return lower.startswith(" of ", numeral.end) or (atom.part == PART_VAGUE_OF and _is_many(lower, numeral))
    if atom.part == PART_DENOMINATOR:
        if word_before(lower, numeral.start)[0] in _OF_A_GAME:
            return False
        if word_before(lower, numeral.start)[0] == "between" or lower.startswith((" point", "-point"), numeral.end):
            return True
        behind = lower.startswith(_OF_WHAT[:1] if numeral.value < 0.5 else _OF_WHAT, numeral.end)
        return behind or bound_before(lower, numeral.start) is not None
    return True


def _is_many(lower: str, numeral: Numeral) -> bool:
    """Whether "scores" counts without "of": scores were hurt, killing scores; but test scores were high."""
    if following(lower, numeral.end).word not in _BEHIND_MANY:
        return False
    return (
        numeral.start == 0
        or lower[numeral.start - 2 : numeral.start - 1] in ".;:,\n"
        or (word_before(lower, numeral.start)[0] in _BEFORE_MANY)
    )


_BEHIND_MANY: Final = frozenset(
    "were are killed wounded injured hurt dead missing arrested detained feared more others".split()
)
_BEFORE_MANY: Final = frozenset(
    "and with killing wounding injuring leaving left leaves that where while killed wounded".split()
)
