"""A value that satisfied a clause, and where it stands. Decides nothing."""

from typing import NamedTuple


class Hit(NamedTuple):
    """A value that satisfied a clause. Clauses under `not` report none."""

    clause: str
    """The clause in KQL."""
    field: str
    path: str | None = None
    """The nested path around it, if any, and `object`, the number of the object there."""
    object: int | None = None
    entry: int = 0
    """Number of the value in the field's array, 0 for a single value."""
    start: int | None = None
    """Start and end of the words in that value, in code points; None for fields that are no text."""
    end: int | None = None
