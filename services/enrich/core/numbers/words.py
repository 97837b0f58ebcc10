"""Composes number words: "two point three million", "half a dozen", "a couple of hundred", "tens of thousands"."""

from typing import Final, NamedTuple

from services.enrich.core.numbers.atoms import (
    PART_A,
    PART_AND,
    PART_COUPLE,
    PART_DENOMINATOR,
    PART_DENOMINATORS,
    PART_DOZEN,
    PART_FEW,
    PART_FIGURES,
    PART_HUNDRED,
    PART_OF,
    PART_POINT,
    PART_SCALE,
    PART_SMALL,
    PART_TEN,
    PART_VAGUE,
    PART_VAGUE_OF,
    Atom,
    Part,
)
from services.enrich.core.numbers.lexicon import VAGUE, VAGUE_OF

_MAGNITUDES: Final = (PART_HUNDRED, PART_SCALE, PART_DOZEN, PART_VAGUE)
_HIGHEST: Final[dict[float, float]] = dict((*VAGUE.values(), *VAGUE_OF.values()))
_ABBREVIATED: Final = 4
"""A scale of fewer letters (mn, bn, mil) stands only behind figures."""


class Composed(NamedTuple):
    """Atoms first..last (exclusive) of a run make `value`. `ordinal` and `fraction` say what it is besides a count."""

    value: float
    last: int
    scale: float = 1.0
    high: float | None = None
    approx: bool = False
    fraction: bool = False
    ordinal: bool = False


def compose(run: list[Atom], first: int) -> Composed | None:
    """The longest number that begins with atom `first` of the run; None when none does."""
    atom = run[first]
    if atom.part in (PART_VAGUE, PART_VAGUE_OF):
        return _vague(run, first)
    if atom.part in (PART_FEW, PART_COUPLE):
        return _few(run, first)
    if atom.part == PART_DENOMINATOR:
        return _leading_fraction(run, first)
    whole = _whole(run, first)
    if whole is None:
        return None
    return _divided(run, first, whole) or _over_compound(run, whole) or _with_fraction(run, _with_decimals(run, whole))


def _part(run: list[Atom], i: int) -> Part | None:
    return run[i].part if i < len(run) else None


def _whole(run: list[Atom], first: int) -> Composed | None:
    """A cardinal of figures or words up to a fraction, a point or the end of the run."""
    total, current, room, scale, i = 0.0, None, float("inf"), 1.0, first
    least = float("inf")
    while i < len(run):
        part, value = run[i].part, run[i].value
        if part == PART_AND and _goes_on(run, i, room, scale):
            i += 1
            continue
        if part == PART_FIGURES and i == first:
            current, room = value, 0.0
        elif part in (PART_SMALL, PART_TEN) and value < room and (value or current is None):
            current, room = (current or 0.0) + value, 10.0 if part == PART_TEN else 0.0
        elif value == 100 and part in (PART_HUNDRED, PART_VAGUE) and _takes_hundred(current, total, run[first]):
            current, room, scale = (1.0 if current is None else current) * 100, 100.0, 100.0
        elif _is_dozen(run[i]) and not total and (current is None or current < 100):
            current, room = (1.0 if current is None else current) * 12, 0.0
        elif part in (PART_SCALE, PART_VAGUE) and (i > first or _stands_alone(run[i])) and value >= 1000:
            total = (total + (current or 0.0)) * value if total and value > least else _add(total, current, value)
            current, room, scale = None, 1000.0, value
            least = value
        else:
            break
        i += 1
    if i == first:
        return None
    return Composed(total + (current or 0.0), i, scale)


def _is_dozen(atom: Atom) -> bool:
    return atom.value == 12 and atom.part in (PART_DOZEN, PART_VAGUE)


def _add(total: float, current: float | None, value: float) -> float:
    if current is None:
        return total * value if total else value
    return total + current * value


def _stands_alone(atom: Atom) -> bool:
    return atom.end - atom.start >= _ABBREVIATED


def _takes_hundred(current: float | None, total: float, first: Atom) -> bool:
    if current is None:
        return not total
    return 0 < current < 100 or first.part == PART_FIGURES


def _goes_on(run: list[Atom], i: int, room: float, scale: float) -> bool:
    """Whether "and" (atom i) stays in the cardinal: two thousand and five, but nine million | and five ninths."""
    after, then = _part(run, i + 1), _part(run, i + 2)
    if room < 100 or after not in (PART_SMALL, PART_TEN):
        return False
    if then in (PART_DENOMINATOR, PART_DENOMINATORS):
        return scale < 1000 and run[i + 2].value not in (2, 4)
    return True


def _with_decimals(run: list[Atom], whole: Composed) -> Composed:
    """two point three million; nought point nought three."""
    i = whole.last
    if _part(run, i) != PART_POINT or _part(run, i + 1) not in (PART_SMALL, PART_TEN) or whole.scale > 100:
        return whole
    digits = ""
    i += 1
    while _part(run, i) in (PART_SMALL, PART_TEN):
        value = run[i].value
        if _part(run, i) == PART_TEN and _part(run, i + 1) == PART_SMALL and 0 < run[i + 1].value < 10:
            i += 1
            value += run[i].value  # point seventy-one
        digits += str(int(value))
        i += 1
    value = whole.value + float(f"0.{digits}")
    if _part(run, i) in (PART_SCALE, PART_VAGUE):
        return Composed(value * run[i].value, i + 1, run[i].value)
    return Composed(value, i)


def _with_fraction(run: list[Atom], whole: Composed) -> Composed:
    """five and a quarter; one and a half million; 3 million and a quarter; one billion and a half million."""
    i = whole.last
    if _part(run, i) != PART_AND:
        return whole
    part = _fraction(run, i + 2 if _part(run, i + 1) == PART_A else i + 1, article=_part(run, i + 1) == PART_A)
    if part is None:
        return whole
    value, last = part
    if _part(run, last) in (PART_SCALE, PART_VAGUE):
        following = run[last].value
        total = whole.value + value * following if whole.scale > 1 else (whole.value + value) * following
        return Composed(total, last + 1, following)
    return Composed(whole.value + value * (whole.scale if whole.scale >= 1000 else 1), last, whole.scale)


def _fraction(run: list[Atom], i: int, *, article: bool) -> tuple[float, int] | None:
    """A fraction below one at atom i (behind "a" when `article`): its value and the atom behind it."""
    if article:
        return (1 / run[i].value, i + 1) if _part(run, i) == PART_DENOMINATOR else None
    numerator = _whole(run, i)
    if numerator is None or _part(run, numerator.last) not in (PART_DENOMINATOR, PART_DENOMINATORS):
        return None
    return numerator.value / run[numerator.last].value, numerator.last + 1


def _divided(run: list[Atom], first: int, whole: Composed) -> Composed | None:
    """two thirds; twenty-one fifths; one-eighth; or an ordinal: twenty-fifth. None when no denominator follows."""
    i = whole.last
    part = _part(run, i)
    if part not in (PART_DENOMINATOR, PART_DENOMINATORS):
        return None
    below, ten = run[i].value, run[i - 1]
    joined = ten.part == PART_TEN and below < 10
    if part == PART_DENOMINATOR and (whole.value != 1 or run[first].part == PART_FIGURES):
        return Composed(whole.value + below, i + 1, ordinal=True) if joined else None
    if joined and i - 1 > first and run[i - 2].part != PART_AND:
        numerator = _whole(run[first : i - 1], 0)  # one hundred thirty-fifths
        value = numerator.value / (ten.value + below) if numerator else 1 / (ten.value + below)
    else:
        value = whole.value / below
    return _times_magnitude(run, value, i + 1)


def _over_compound(run: list[Atom], whole: Composed) -> Composed | None:
    """twenty twenty-fifths; one one-hundred-fifth: a numerator and a denominator of several words."""
    below = _whole(run, whole.last) if _part(run, whole.last) in (PART_SMALL, PART_TEN) else None
    if below is None:
        return None
    part = _part(run, below.last)
    if part == PART_DENOMINATORS or (part == PART_DENOMINATOR and whole.value == 1):
        return Composed(whole.value / (below.value + run[below.last].value), below.last + 1, fraction=True)
    return None


def _leading_fraction(run: list[Atom], first: int) -> Composed:
    """half a million, a quarter of a million; alone it is a fraction (half, quarter) or an ordinal (third)."""
    found = _times_magnitude(run, 1 / run[first].value, first + 1)
    if found.last > first + 1:
        return found
    below = run[first].value
    return (
        Composed(1 / below, first + 1, fraction=True) if below in (2, 4) else Composed(below, first + 1, ordinal=True)
    )


def _times_magnitude(run: list[Atom], value: float, i: int) -> Composed:
    """A fraction of what follows: two thirds of a million, half a dozen."""
    last = i
    while _part(run, last) in (PART_OF, PART_A):
        last += 1
    if _part(run, last) in _MAGNITUDES:
        return Composed(value * run[last].value, last + 1, run[last].value)
    return Composed(value, i, fraction=True)


def _vague(run: list[Atom], first: int) -> Composed:
    """dozens; tens of thousands; hundreds of thousands: lower bound and highest number still called so."""
    value = run[first].value
    high = _HIGHEST[value]
    i = first + 1
    while _part(run, i) == PART_OF and _part(run, i + 1) in (PART_VAGUE, PART_SCALE):
        by = run[i + 1].value
        value, high, i = value * by, (high + 1) * by - 1, i + 2
    return Composed(value, i, high=high)


def _few(run: list[Atom], first: int) -> Composed | None:
    """several hundred, a few dozen, a couple of thousand; None without a magnitude."""
    i = first + 1
    if _part(run, i) == PART_OF:
        i += 1
    magnitude, start = 1.0, i
    while _part(run, i) in _MAGNITUDES:
        magnitude, i = magnitude * run[i].value, i + 1
    couple = run[first].part == PART_COUPLE
    if i == start:
        return Composed(2.0, first + 1, approx=True) if couple else None
    if couple:
        return Composed(2 * magnitude, i, magnitude, approx=True)
    return Composed(3 * magnitude, i, magnitude, high=10 * magnitude - 1)
