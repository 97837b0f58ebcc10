"""newsquant: numbers that count or measure something, as the labellers chose them; the grammar alone.

A word that a hyphen joins to its unit describes and counts nothing there: a five-year plan.
"""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from services.contracts.vocabulary import Op
from services.enrich.core.numbers import MEASURING, Number, find_numbers


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One list of quantities a text."""
    for case in cases:
        counting = (n for n in find_numbers(case["text"]) if n.kind in MEASURING and not n.compound)
        yield {"quantities": [_quantity(n) for n in counting]}


def _quantity(number: Number) -> Prediction:
    if number.op == Op.RANGE:
        return {"op": number.op, "low": number.low, "high": number.high}
    return {"op": number.op, "value": number.value}
