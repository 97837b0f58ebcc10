"""Whether a query leaves hardly any article out. Judges the tree alone; counts no articles."""

from services.query.tree import And, Everything, Exists, Is, Node, Not, Or, Value

_ALWAYS_THERE = frozenset(
    {"id", "revision", "@timestamp", "fetched_at", "url", "title", "text", "language", "historic"}
)


def matches_everything(tree: Node) -> bool:
    """True for `*`, for what every article has, for a bare negation, and for what these leave after `and` and `or`.

    A negation is satisfied by all that does not speak of its subject, which is nearly everything.
    """
    match tree:
        case Not(Not(query)):
            return matches_everything(query)
        case Everything() | Not():
            return True
        case Exists(field):
            return _is_star(field) or field.text in _ALWAYS_THERE
        case Is(field, value):
            return _is_star(value) and (field is None or _is_star(field) or field.text in _ALWAYS_THERE)
        case And(parts):
            return all(map(matches_everything, parts))
        case Or(parts):
            return any(map(matches_everything, parts))
    return False


def _is_star(value: Value) -> bool:
    return value.wildcard and not any(value.parts)
