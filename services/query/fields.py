"""Names in a query -> fields of the document. A nested field is reachable inside the braces of its path alone."""

import re
from dataclasses import dataclass
from typing import Final

from services.contracts.document import DEFAULT_FIELDS, NESTED, SCHEMA, FieldKind
from services.query.tree import Value

DEFAULTS: Final = DEFAULT_FIELDS


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a clause speaks of. `nested` is the path whose objects must be entered first, if any."""

    path: str
    kind: FieldKind
    nested: str | None = None


def parent(path: str) -> str | None:
    """The nested path that holds this field, or None at the top."""
    head = path.rpartition(".")[0]
    while head:
        if head in NESTED:
            return head
        head = head.rpartition(".")[0]
    return None


def full_name(name: Value, inside: str | None) -> str:
    """The field's dotted path; `inside` is the path of the braces around the clause."""
    return f"{inside}.{name.text}" if inside else name.text


def resolve(name: Value | None, inside: str | None) -> tuple[Field, ...]:
    """The fields that a clause looks in: those that exist, can be searched and can be reached from here.

    Outside braces a pattern also reaches nested fields, each in its own objects, as Kibana does it.
    """
    if name is None:
        return () if inside else tuple(Field(path, SCHEMA[path]) for path in DEFAULTS)
    if name.wildcard:
        pattern = glob((f"{inside}." if inside else "") + name.parts[0], *name.parts[1:])
        found = [Field(p, k, parent(p)) for p, k in LEAVES.items() if pattern.fullmatch(p)]
        return tuple(Field(f.path, f.kind) if inside else f for f in found if inside in (None, f.nested))
    path = full_name(name, inside)
    return (Field(path, LEAVES[path]),) if path in LEAVES and parent(path) == inside else ()


def within(name: Value, inside: str | None) -> tuple[Field, ...]:
    """The fields below an object such as `source`: one that exists makes the object exist."""
    prefix = full_name(name, inside) + "."
    return tuple(Field(p, k) for p, k in LEAVES.items() if p.startswith(prefix) and parent(p) == inside)


def nested_path(name: Value, inside: str | None) -> str | None:
    """The nested path that these braces enter, or None when there is none of that name."""
    path = full_name(name, inside)
    return path if path in NESTED else None


def glob(*parts: str) -> re.Pattern[str]:
    """A pattern for field names (short, so that backtracking does not matter)."""
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


LEAVES: Final = {p: k for p, k in SCHEMA.items() if k not in (FieldKind.NESTED, FieldKind.STORED)}
"""The searchable fields. Objects such as `source` and `quantities` hold fields and are none."""
