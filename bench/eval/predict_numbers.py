"""numbers: values and bounds of the number grammar alone, each number in all the readings that the suite scores."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from services.contracts.vocabulary import Op
from services.enrich.core.numbers import Number, find_numbers


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One list of values and ranges a text."""
    for case in cases:
        yield {"numbers": [p for number in find_numbers(case["text"]) for p in _readings(number)]}


def _readings(number: Number) -> Iterator[dict[str, float | None]]:
    if number.value is not None:
        yield {"value": number.value}
    if number.op in (Op.RANGE, Op.GE, Op.LE):
        yield {"low": number.low if number.op != Op.LE else None, "high": number.high}
