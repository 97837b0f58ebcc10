"""`find_numbers`: from the letters of a text to its numbers, in order. Each step has its own module."""

from dataclasses import replace
from typing import Final

from services.enrich.core.members import APPROX, EQ, GE, LE, RANGE, VAGUE
from services.enrich.core.numbers.bounds import bound_after, bound_before
from services.enrich.core.numbers.number import CARDINAL, FRACTION, MEASURING, SCORE, Number, bounded
from services.enrich.core.numbers.numeral import Numeral
from services.enrich.core.numbers.numerals import numerals
from services.enrich.core.numbers.ranges import FARTHEST, Range, continues_date, is_score, pair, share
from services.enrich.core.numbers.units import shares_bound, unit_span
from services.enrich.core.text import Text

MAX_NUMBERS = 50_000
"""Most numbers read in one text; a longer list is a table, not news."""

_SHARED: Final = (APPROX, GE, LE)
_FEWEST_SHARED: Final = 5
"""Fewer are counted one by one: "about 60 rebels and one guard"."""
_BOTH_BOUNDS: Final = (" and ", ", and ", ", ", " but ")


def find_numbers(text: Text) -> list[Number]:
    """The numbers of `text`, in order, none inside another. Total: never raises, any text; linear in its length.

    >>> from services.enrich.core.text import read
    >>> [(n.value, n.op.value, n.kind.value) for n in find_numbers(read("at least two dozen tanks"))]
    [(24.0, 'ge', 'cardinal')]
    """
    lower = _lower(text.content)
    found: list[Number] = []
    waiting: Numeral | None = None
    for numeral in numerals(text, lower, MAX_NUMBERS):
        if waiting is None:
            waiting = numeral
            continue
        if numeral.lead - waiting.end > FARTHEST:
            _append(lower, found, _single(lower, waiting))
            waiting = numeral
        elif is_score(lower, waiting, numeral):
            found += [_single(lower, replace(n, kind=SCORE)) for n in (waiting, numeral)]
            waiting = None
        elif continues_date(lower, waiting, numeral):
            _append(lower, found, _single(lower, waiting))
            waiting = replace(numeral, kind=waiting.kind)
        elif (fraction := share(lower, waiting, numeral)) is not None:
            waiting = replace(waiting, end=numeral.end, value=fraction, kind=FRACTION)
        elif joined := pair(lower, waiting, numeral):
            found.append(_range(lower, joined, waiting, numeral))
            waiting = None
        else:
            _append(lower, found, _single(lower, waiting))
            waiting = numeral
    if waiting is not None:
        _append(lower, found, _single(lower, waiting))
    return found


def _lower(content: str) -> str:
    """Lower case of the same length, so that offsets stay."""
    lower = content.lower()
    if len(lower) == len(content):
        return lower
    return "".join(low if len(low := c.lower()) == 1 else c for c in content)


def _single(lower: str, numeral: Numeral) -> Number:
    """One numeral with the bounds around it."""
    start, end = numeral.lead, numeral.end
    op = VAGUE if numeral.high is not None else APPROX if numeral.approx else EQ
    unit = unit_span(lower, end, of=op != EQ or numeral.kind == FRACTION)
    if numeral.kind in MEASURING:
        if before := bound_before(lower, start):
            start = before.edge
            op = before.op if op != VAGUE and before.op != EQ else op
        if after := bound_after(lower, end):
            end = after.edge
            unit = unit_span(lower, end)
        else:
            after = bound_after(lower, unit[1])  # 30 people or more
        if after is not None and op in (EQ, APPROX):
            op = after.op
    value, low, high = bounded(op, numeral.value, numeral.high)
    bare = numeral.start, numeral.end
    return Number(value, low, high, op, numeral.kind, start, end, *bare, *unit, numeral.compound)


def _range(lower: str, joined: Range, left: Numeral, right: Numeral) -> Number:
    kind = right.kind if right.kind != CARDINAL else left.kind
    before = bound_before(lower, joined.start)
    start = joined.start if before is None else before.edge
    value, low, high = bounded(RANGE, joined.low, joined.high)
    unit = unit_span(lower, right.end)
    return Number(value, low, high, RANGE, kind, start, right.end, left.start, right.end, *unit)


def _append(lower: str, found: list[Number], number: Number) -> None:
    """Add a number; it may share the bound of the list it stands in, or close a range that a lower bound opened."""
    last = found[-1] if found else None
    if last is not None and last.kind == number.kind and last.value is not None and number.value is not None:
        least, most = sorted((last.value, number.value))
        ops = (last.op, number.op) if last.value == least else (number.op, last.op)
        if ops == (GE, LE) and least < most and lower[last.end : number.start] in _BOTH_BOUNDS:
            value, low, high = bounded(RANGE, least, most)
            found[-1] = replace(
                number, value=value, low=low, high=high, op=RANGE, start=last.start, numeral_start=last.numeral_start
            )
            return
        same_list = (
            last.op in _SHARED and number.op == EQ and number.kind == CARDINAL and number.value >= _FEWEST_SHARED
        )
        if same_list and shares_bound(lower, (last.unit_start, last.unit_end), number.start):
            value, low, high = bounded(last.op, number.value)
            number = replace(number, value=value, low=low, high=high, op=last.op)
    found.append(number)
