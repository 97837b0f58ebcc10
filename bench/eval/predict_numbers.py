"""numbers: values and bounds of the number grammar alone."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from services.contracts.vocabulary import Op
from services.enrich.core.numbers import Number, find_numbers
from services.enrich.core.text import read


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One list of values and ranges a text."""
    for case in cases:
        yield {"numbers": [_bounds(number) for number in find_numbers(read(case["text"]))]}


def _bounds(number: Number) -> dict[str, float | None]:
    """The suite leaves the lower bound of "up to" open, where ours is 0."""
    low = None if number.op == Op.LE else number.low
    return {"value": number.value, "low": low, "high": number.high}
