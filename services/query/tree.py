"""The tree that `parse` makes of a KQL text. Immutable values; nothing is decided here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Value:
    """A literal, a phrase or a pattern, with its position in the query (code points).

    `text` has its escapes undone. A pattern (`wildcard`) also has `parts`, the literal pieces between its asterisks,
    so that an escaped asterisk stays a character.
    """

    text: str
    quoted: bool = False
    wildcard: bool = False
    parts: tuple[str, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def is_null(self) -> bool:
        """The constant `null`, which is no word."""
        return self.text == "null" and not self.quoted

    @property
    def json(self) -> str | bool | None:
        """The value as Kibana sends it: the constants null, true and false are no strings."""
        if self.quoted or self.wildcard:
            return self.text
        constants: dict[str, bool | None] = {"null": None, "true": True, "false": False}
        return constants.get(self.text, self.text)


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
    """All of them; a group in brackets stays a tree of its own."""

    queries: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them; a group in brackets stays a tree of its own."""

    queries: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query, or `*:*`: matches every document."""


Leaf = Is | Exists | Range
Node = Is | Exists | Range | Nested | Not | And | Or | Everything
