"""What an author should know about a query that parses: what can find nothing (errors), what looks wrong (warnings).

The evaluation needs none of this: a query with errors still has its exact meaning.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.contracts.document import NESTED, SCHEMA, FieldKind
from services.query.evaluation import tests
from services.query.fields import LEAVES, full_name, nested_path, parent, within
from services.query.leaves import Nothing
from services.query.printing import to_kql
from services.query.tree import And, Exists, Is, Leaf, Nested, Node, Not, Or, Range, Value
from services.query.values import double
from services.query.vocabulary import VOCABULARIES

_ALIKE: Final = 0.65
"""How much of a name must be right, 0 to 1: `lwo` is low (0.67), `region` is no misspelt revision (0.62)."""


class Severity(StrEnum):
    """Errors are refused by subscriptions; warnings are shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to know. `position` counts code points from 0; `suggestion` is KQL that works, or empty."""

    severity: Severity
    position: int
    message: str
    suggestion: str = ""


def check(tree: Node) -> list[Problem]:
    """The problems of a query, in the order of the text."""
    return sorted(_problems(tree, None), key=lambda p: p.position)


def _problems(node: Node, inside: str | None) -> Iterator[Problem]:
    match node:
        case And(queries) | Or(queries):
            for query in queries:
                yield from _problems(query, inside)
        case Not(query):
            yield from _problems(query, inside)
        case Nested(name, query):
            path = nested_path(name, inside)
            if path is None:
                yield _no_objects(name, inside)
            else:
                yield from _problems(query, path)
        case Is() | Exists() | Range():
            yield from _of_name(node, inside)
            yield from _of_value(node, inside)


def _no_objects(name: Value, inside: str | None) -> Problem:
    near = _nearest(name.text, NESTED) if inside is None else ""
    braces = f"{near}:{{ ... }}" if near else ""
    where = f" inside {inside}" if inside else ""
    return _error(name, f"{name.text} holds no objects{where}; braces stand after {', '.join(sorted(NESTED))}", braces)


def _of_name(node: Leaf, inside: str | None) -> Iterator[Problem]:
    name = node.field
    if name is None:
        if inside and isinstance(node, Is):
            yield _error(node.value, f"inside {inside}:{{ }} every value needs a field", f"FIELD:{to_kql(node)}")
    elif not tests(node, inside):
        full = full_name(name, inside)
        if SCHEMA.get(full) is FieldKind.STORED or SCHEMA.get(full.split(".")[0]) is FieldKind.STORED:
            yield _error(name, f"{name.text} is kept in the document and cannot be searched")
        elif full in NESTED or (not inside and parent(full)):
            yield _outside(node, name, full)
        elif inside:
            yield _foreign(node, name, inside)
        else:
            yield _unknown(node, name)


def _outside(node: Leaf, name: Value, full: str) -> Problem:
    """A nested path or field without its braces finds nothing, in Kibana too."""
    if full in NESTED:
        works = f"{full}:{{ *:* }}" if isinstance(node, Exists) else f"{full}:{{ FIELD:VALUE }}"
        return _error(name, f"{full} holds objects: say in braces what one of them must be", works)
    path = parent(full)
    if full not in LEAVES:
        own = [leaf for leaf in LEAVES if parent(leaf) == path]
        last = full.removeprefix(f"{path}.")
        return _error(name, f"{path} has no field {last}", _spelled(node, _nearest(last, own)))
    message = f"{full} belongs to the objects of {path} and finds nothing outside its braces"
    return _error(name, message, _spelled(node, full))


def _foreign(node: Leaf, name: Value, inside: str) -> Problem:
    own = [path.removeprefix(f"{inside}.") for path in LEAVES if parent(path) == inside]
    if name.text.startswith(f"{inside}."):
        inner = name.text.removeprefix(f"{inside}.")
        return _error(name, f"inside {inside}:{{ }} write the name without {inside}.", to_kql(_renamed(node, inner)))
    near = _nearest(name.text, own)
    suggestion = to_kql(_renamed(node, near)) if near else ""
    if name.text in LEAVES:
        return _error(
            name, f"{name.text} is a field of the document, not of {inside}; put it outside the braces", suggestion
        )
    return _error(name, f"{inside} has no field {name.text}; it has {', '.join(own)}", suggestion)


def _unknown(node: Leaf, name: Value) -> Problem:
    below = [field.path for field in within(name, None)]
    if below:
        return _warning(name, f"{name.text} is no field; it has {', '.join(below)}", _spelled(node, below[0]))
    if name.text in ("http", "https") and isinstance(node, Is):
        address = Value(f"{name.text}:{node.value.text}", quoted=True)
        return _warning(name, "an address needs quotation marks", to_kql(Is(Value("url"), address)))
    near = "" if name.wildcard else _nearest(name.text, LEAVES)
    return _warning(name, f"no field is called {name.text}", _spelled(node, near))


def _of_value(node: Leaf, inside: str | None) -> Iterator[Problem]:
    if isinstance(node, Exists):
        return
    found = tests(node, inside)
    reasons = [test.why for _, test in found if isinstance(test, Nothing)]
    if found and len(reasons) == len(found):
        yield _error(node.value, reasons[0], _corrected(node, inside))
    elif found and all(field.kind is FieldKind.DATE for field, _ in found):
        yield from _of_date(node)
    elif isinstance(node, Is) and not node.value.wildcard and len(found) == 1:
        path = found[0][0].path
        words = VOCABULARIES.get(path, ())
        if words and node.value.text not in words:
            near = _nearest(node.value.text, words)
            works = f"{node.field.text if node.field else path}:{near}" if near else ""
            yield _warning(node.value, f"{path} is never {node.value.text!r}; it is one of {', '.join(words)}", works)


def _of_date(node: Is | Range) -> Iterator[Problem]:
    bare = re.fullmatch(r"\d{4}(-\d\d)?", node.value.text)
    if bare and (isinstance(node, Is) or node.op in ("gt", "lte")):
        unit = "M" if bare[1] else "y"
        whole = to_kql(replace(node, value=Value(f"{bare[0]}||/{unit}")))
        yield _warning(node.value, f"{bare[0]} means its first day here, as in Kibana", whole)


def _corrected(node: Is | Range, inside: str | None) -> str:
    """The same clause with the number as the index reads it, or asking for the missing field."""
    if isinstance(node, Is) and node.value.is_null and node.field:
        return f"not {to_kql(Exists(node.field))}"
    path = full_name(node.field, inside) if node.field else ""
    repaired = _plain_number(node, path)
    return to_kql(repaired) if repaired != node else ""


def _plain_number(node: Leaf, path: str) -> Leaf:
    """The clause without the commas and blanks of its number, when the field takes numbers."""
    if isinstance(node, Exists) or LEAVES.get(path) not in (FieldKind.DOUBLE, FieldKind.INTEGER):
        return node
    plain = re.sub("[,_ ]", "", node.value.text)
    return replace(node, value=Value(plain)) if double(plain) is not None else node


def _spelled(node: Leaf, path: str) -> str:
    """The same clause on another field, in braces where it needs them; empty without a field."""
    if not path:
        return ""
    outer, node = parent(path), _plain_number(node, path)
    if outer is None:
        return to_kql(_renamed(node, path))
    return to_kql(Nested(Value(outer), _renamed(node, path.removeprefix(f"{outer}."))))


def _renamed(node: Leaf, name: str) -> Leaf:
    return replace(node, field=Value(name))


def _nearest(text: str, names: Iterable[str]) -> str:
    """The name most like `text`, by the whole of it or by its last part; empty when none is alike."""
    known = [(form, name) for name in names for form in (name, name.rpartition(".")[2])]
    forms = [form for form, _ in known]
    found = process.extractOne(text, forms, scorer=OSA.normalized_similarity, processor=str.lower, score_cutoff=_ALIKE)
    return known[found[2]][1] if found else ""


def _error(where: Value, message: str, suggestion: str = "") -> Problem:
    return Problem(Severity.ERROR, where.start, message, suggestion)


def _warning(where: Value, message: str, suggestion: str = "") -> Problem:
    return Problem(Severity.WARNING, where.start, message, suggestion)
