"""quantities and negatives: the numbers of force and harm that enrich finds."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.document import Quantity


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One list of quantities a text; sizes derived from the name of a unit are no numbers of the text."""
    for case in cases:
        yield {"quantities": [_quantity(q) for q in document_of(case["text"]).quantities if not q.derived]}


def _quantity(q: Quantity) -> Prediction:
    return {
        "value": q.value,
        "low": q.low if q.value is None else None,
        "high": q.high if q.value is None else None,
        "op": q.op,
        "unit": q.unit,
        "status": q.status,
        "movement": q.movement,
        "is_deployment": q.is_deployment,
    }
