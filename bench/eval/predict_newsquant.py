"""newsquant: numbers that count or measure something, as the labellers chose them; the grammar alone.

A word that a hyphen joins to its unit describes and counts nothing there: a five-year plan.
"""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from services.contracts.vocabulary import Op
from services.enrich.core.numbers import MEASURING, Kind, Number, find_numbers
from services.enrich.core.text import read


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One list of quantities a text."""
    for case in cases:
        yield {"quantities": [_quantity(n) for n in find_numbers(read(case["text"])) if _counts(n)]}


def _counts(number: Number) -> bool:
    describes = number.compound and number.op == Op.EQ and number.kind != Kind.AGE
    return number.kind in MEASURING and not describes


def _quantity(number: Number) -> Prediction:
    if number.op == Op.RANGE:
        return {"op": number.op, "low": number.low, "high": number.high}
    return {"op": number.op, "value": number.value}
