"""A query without what depends on the clock: what satisfies a query at some moment satisfies this at any."""

from services.query.dates import bound
from services.query.tree import And, Everything, Is, Nested, Node, Not, Or, Range


def at_any_time(node: Node) -> Node:
    """A weaker query for choosing documents by a wall clock that is not theirs: `now` and its kin ask for nothing."""
    match node:
        case And(queries):
            return And(tuple(map(at_any_time, queries)))
        case Or(queries):
            return Or(tuple(map(at_any_time, queries)))
        case Nested(path, query):
            return Nested(path, at_any_time(query))
        case Not(query):
            # What is weaker inside is stronger outside.
            return node if at_any_time(query) == query else Everything()
        case Is(_, value) | Range(_, _, value) if value.text.startswith("now") and bound(value.text) is not None:
            return Everything()
    return node
