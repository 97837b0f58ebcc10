"""What a person writes into a template -> what stands in its query, in its trigger and in its name. Pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from services.alert.core.durations import format_duration, parse_duration
from services.alert.core.templates.countries import country_code, display_name, force_code
from services.alert.core.triggers.settings import MAX_RUNGS
from services.query import to_kql
from services.query.tree import Is, Value

MAX_WORDS = 100


class Kind(StrEnum):
    """What may be written for a parameter."""

    WORDS = "words"
    COUNTRY = "country"
    FORCE = "force"
    NUMBER = "number"
    LADDER = "ladder"
    DURATION = "duration"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Filled:
    """One parameter filled in: as KQL, as a value of a trigger's settings, and as words for the name."""

    kql: str
    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """`clause` is what it adds to the query, `$value` replaced; an optional one without a value adds nothing."""

    name: str
    kind: Kind
    description: str
    example: Any
    default: Any = None
    optional: bool = False
    clause: str = "$value"
    options: Mapping[str, str] = field(default_factory=dict)
    """For a choice: what each option puts into the query."""

    @property
    def required(self) -> bool:
        """Whether it must be written."""
        return self.default is None and not self.optional

    def fill(self, written: Any) -> Filled:
        """Read what was written. Raises `ValueError` with what would work."""
        return _READ[self.kind](self, written)


def _words(_: Parameter, written: Any) -> Filled:
    listed = written if isinstance(written, list) else [written]
    found = [" ".join(str(word).split()) for word in listed if isinstance(word, str | int | float)]
    usable = [word for word in found if any(map(str.isalnum, word))]
    if not found or len(usable) < len(listed) or len(found) > MAX_WORDS:
        raise ValueError(f"write a word, a phrase, or a list of up to {MAX_WORDS} of them: [invasion, martial law]")
    return Filled(f"({' or '.join(map(_phrase, found))})", found, ", ".join(found))


def _phrase(text: str) -> str:
    return to_kql(Is(None, Value(text, quoted=True)))


def _country(_: Parameter, written: Any) -> Filled:
    return _named(country_code(_text(written, "a country's name or code, such as Lithuania or LTU")))


def _force(_: Parameter, written: Any) -> Filled:
    return _named(force_code(_text(written, "a country's name or code, or NATO, UN, EU or AU")))


def _named(code: str) -> Filled:
    return Filled(code, code, display_name(code))


def _number(_: Parameter, written: Any) -> Filled:
    number = _plain_number(written)
    return Filled(f"{number:.15g}", number, f"{number:,.15g}")


def _ladder(_: Parameter, written: Any) -> Filled:
    rungs = [_plain_number(rung) for rung in written] if isinstance(written, list) else [_plain_number(written)]
    if not 0 < len(rungs) <= MAX_RUNGS or any(low >= high for low, high in pairwise(rungs)):
        raise ValueError(f"write up to {MAX_RUNGS} rising numbers: [100000, 150000, 200000]")
    return Filled("", rungs, ", ".join(f"{rung:,.15g}" for rung in rungs))


def _plain_number(written: Any) -> float:
    try:
        # YAML reads 100_000 as a number; people also write 100,000.
        number = float(written.replace(",", "")) if isinstance(written, str) else float(written)
    except (TypeError, ValueError) as error:
        raise ValueError(f"write a number such as 100000, not {written!r}") from error
    if isinstance(written, bool) or not 0 < number < math.inf:
        raise ValueError(f"write a number above 0, not {written!r}")
    return number


def _duration(_: Parameter, written: Any) -> Filled:
    text = format_duration(parse_duration(written))
    return Filled(text, text, text)


def _choice(parameter: Parameter, written: Any) -> Filled:
    option = str(written)
    if option not in parameter.options:
        raise ValueError(f"write one of {', '.join(parameter.options)}")
    return Filled(parameter.options[option], option, option)


def _text(written: Any, wanted: str) -> str:
    # YAML 1.1 reads the code of Norway, NO, as false.
    written = {False: "NO"}.get(written, written) if isinstance(written, bool) else written
    if not isinstance(written, str) or not written.strip():
        raise ValueError(f"write {wanted}")
    return written


_READ: dict[Kind, Callable[[Parameter, Any], Filled]] = {
    Kind.WORDS: _words,
    Kind.COUNTRY: _country,
    Kind.FORCE: _force,
    Kind.NUMBER: _number,
    Kind.LADDER: _ladder,
    Kind.DURATION: _duration,
    Kind.CHOICE: _choice,
}
