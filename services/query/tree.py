"""The tree that `parse` makes of a KQL text. Immutable values; nothing is decided here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A literal, a phrase or a pattern, with its position in the query (code points)."""

    text: str
    quoted: bool = False
    wildcard: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Is:
    """`field: value`; `field` None means the default fields. Unquoted words mean any, a quoted value a phrase."""

    field: Value | None
    value: Value


@dataclass(frozen=True, slots=True)
class Exists:
    """`field: *`."""

    field: Value


@dataclass(frozen=True, slots=True)
class Range:
    """`field >= value`; `op` is one of gt, gte, lt, lte."""

    field: Value
    op: str
    value: Value


@dataclass(frozen=True, slots=True)
class Nested:
    """`path: { query }`: one object of the array satisfies the whole query."""

    path: Value
    query: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    query: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of them; binary in Kibana, flat here."""

    queries: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    queries: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query: matches every document."""


Node = Is | Exists | Range | Nested | Not | And | Or | Everything
