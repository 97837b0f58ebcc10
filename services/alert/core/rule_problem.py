"""What is wrong with a rule, in words for its author. Finds nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `field` is a dotted path; `position` counts code points in the query."""

    field: str
    reason: str
    position: int | None = None
    expected: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        at = f" at position {self.position}" if self.position is not None else ""
        return f"{self.field}{at}: {self.reason}{f' ({self.hint})' if self.hint else ''}"


class InvalidRule(Exception):
    """A draft that cannot be a subscription; `problems` names everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def one_of(names: Iterable[str]) -> str:
    """A hint that lists what may be written."""
    return "one of " + ", ".join(names)
