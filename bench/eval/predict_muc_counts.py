"""muc: how many victims, of any harm done to people, each number once."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.vocabulary import Unit

_HARMED = frozenset(
    {Unit.KILLED, Unit.WOUNDED, Unit.KILLED_OR_WOUNDED, Unit.CAPTURED, Unit.DETAINED, Unit.RELEASED, Unit.EXPELLED}
)


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The distinct counts of victims of each document."""
    for case in cases:
        found = document_of(case["text"]).quantities
        yield {"counts": sorted({int(q.value) for q in found if q.unit in _HARMED and q.value and not q.derived})}
