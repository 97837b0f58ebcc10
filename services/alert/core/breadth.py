"""Whether a query leaves hardly any article out. Judges the tree alone; counts no articles."""

from services.query.tree import And, Everything, Exists, Is, Node, Not, Or, Range, Value

_ALWAYS_THERE = frozenset(
    {"id", "revision", "@timestamp", "fetched_at", "url", "title", "text", "language", "historic"}
)
_TIMES = frozenset({"@timestamp", "fetched_at"})


def matches_everything(tree: Node) -> bool:
    """True for `*`, for what every article has, for a bare negation, and for what these leave after `and` and `or`.

    Articles that notify are new and not historic: `@timestamp >= now-7d` and `historic:false` leave none of them out.
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
            everywhere = field is None or _is_star(field) or field.text in _ALWAYS_THERE
            return everywhere and (_is_star(value) or _is_live(field, value))
        case Range(field, op):
            return field.text in _TIMES and op in ("gt", "gte")
        case And(parts):
            return all(map(matches_everything, parts))
        case Or(parts):
            return any(map(matches_everything, parts))
    return False


def _is_live(field: Value | None, value: Value) -> bool:
    return field is not None and field.text == "historic" and value.text == "false"


def _is_star(value: Value) -> bool:
    return value.wildcard and not any(value.parts)
