"""Does a query ask for anything, or does it match nearly every article? Judged by its shape, without any article."""

from enum import StrEnum

from services.contracts.document import FIELDS
from services.query.evaluation import tests
from services.query.leaves import Either, Present, Test
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range


class Breadth(StrEnum):
    """How much a query lets through, the least first."""

    NARROW = "narrow"
    """Only what satisfies a condition."""
    ALL_BUT = "all_but"
    """Everything except what satisfies a condition, such as `not text:football`."""
    EVERYTHING = "everything"
    """Every article, such as `*` or `text:*`."""

    @property
    def needs_budget(self) -> bool:
        """Would it alert on nearly every article?"""
        return self is not Breadth.NARROW


_RISING = tuple(Breadth)


def breadth(node: Node, inside: str | None = None) -> Breadth:
    """The breadth of a query. `inside` is the nested path of the braces around it."""
    match node:
        case Everything():
            return Breadth.EVERYTHING
        case And(queries):
            return min((breadth(query, inside) for query in queries), key=_RISING.index)
        case Or(queries):
            return max((breadth(query, inside) for query in queries), key=_RISING.index)
        case Not(query):
            return Breadth.ALL_BUT if breadth(query, inside) is Breadth.NARROW else Breadth.NARROW
        case Is() | Exists():
            always = any(field.path in _ALWAYS and _asks_nothing(test) for field, test in tests(node, inside))
            return Breadth.EVERYTHING if always else Breadth.NARROW
        case Range() | Nested():
            return Breadth.NARROW


def _asks_nothing(test: Test) -> bool:
    return isinstance(test, Present) or (isinstance(test, Either) and any(map(_asks_nothing, test.tests)))


_ALWAYS = frozenset(
    path for path, (_, field) in FIELDS.items() if field.is_required() or field.default not in (None, "", ())
) - {
    path
    for path in FIELDS
    if any(path.startswith(f"{outer}.") for outer, (kind, _) in FIELDS.items() if kind == "nested")
}
"""Fields that no article lacks."""
