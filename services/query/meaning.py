"""A value in a query -> the test it asks for, by the kind of its field. Knows no document."""

import re
from collections.abc import Iterator
from typing import Final

from services.contracts.document import FieldKind
from services.query.analysis import lower, tokens
from services.query.dates import bound
from services.query.leaves import (
    AnyOf,
    Either,
    Exactly,
    Nothing,
    Phrase,
    Present,
    SomeKeyword,
    SomeNumber,
    SomeTime,
    SomeToken,
    SomeTruth,
    Test,
    beside,
)
from services.query.tree import Value
from services.query.values import double, ordered, truth, whole

_NAMES: Final = {
    FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "truth value",
    FieldKind.INTEGER: "number",
    FieldKind.DOUBLE: "number",
}
_BLANKS: Final = re.compile("[ \t\n\r\u3000]")


def meaning(kind: FieldKind, value: Value, compare: str = "is") -> Test:
    """What `field: value`, or `field > value`, asks of a field of this kind. `compare` is is, gt, gte, lt or lte."""
    if value.is_null:
        return _null(kind, compare)
    match kind:
        case FieldKind.TEXT:
            return _text(value) if compare == "is" else SomeToken("", beside(compare, value.text))
        case FieldKind.KEYWORD:
            return _keyword(value, compare)
        case FieldKind.GEO_POINT:
            return Nothing("a place on the map cannot be searched by value")
    if value.wildcard and compare == "is":
        return Nothing(f"a {_NAMES[kind]} takes no pattern")
    return _scalar(kind, value.text, compare)


def words(value: Value) -> Iterator[tuple[str, ...]]:
    """The words of a pattern on text, each as its pieces between asterisks."""
    pieces = [""]
    for number, part in enumerate(value.parts):
        if number:
            pieces.append("")
        head, *rest = _BLANKS.split(part)
        pieces[-1] += head
        for word in rest:
            if pieces != [""]:
                yield tuple(pieces)
            pieces = [word]
    if pieces != [""]:
        yield tuple(pieces)


def follows(parts: tuple[str, ...], text: str) -> bool:
    """Does `text` consist of these pieces in order, anything between? Linear time, unlike a regular expression."""
    first, *middle, last = parts
    end = len(text) - len(last)
    if end < len(first) or not text.startswith(first) or not text.endswith(last):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _null(kind: FieldKind, compare: str) -> Test:
    # To the index a range with a null end is open there, and a date is always asked for as a range.
    if compare != "is" or kind is FieldKind.DATE:
        return Present(kind)
    return Nothing("null is no value; to ask for a missing field write not FIELD:*")


def _keyword(value: Value, compare: str) -> Test:
    if compare != "is":
        return SomeKeyword(beside(compare, value.text))
    return SomeKeyword(lambda text: follows(value.parts, text)) if value.wildcard else Exactly(value.text)


def _scalar(kind: FieldKind, text: str, compare: str) -> Test:
    if kind is FieldKind.DATE:
        period = bound(text)
        return Nothing(f"{text!r} is no date") if period is None else SomeTime(compare, period)
    if kind is FieldKind.BOOLEAN:
        value = truth(text)
        return Nothing(f"{text!r} is neither true nor false") if value is None else SomeTruth(beside(compare, value))
    number = double(text)
    if number is None:
        return Nothing(f"{text!r} is no number")
    if kind is FieldKind.DOUBLE:
        return SomeNumber(compare, ordered(number))
    if compare != "is" and not whole(number):
        return Nothing(f"{text!r} is beyond the whole numbers of 32 bits")
    return SomeNumber(compare, number)


def _text(value: Value) -> Test:
    if value.wildcard:
        return Either(tuple(_word(word) for word in words(value)))
    found = list(tokens(value.text))
    if not found:
        return Nothing(f"{value.text!r} holds no letter and no digit")
    if value.quoted and len(found) > 1:
        first = found[0].position
        return Phrase(tuple((t.term, t.position - first) for t in found))
    return AnyOf(tuple(dict.fromkeys(t.term for t in found)))


def _word(pieces: tuple[str, ...]) -> Test:
    if len(pieces) == 1:
        return AnyOf(tuple(dict.fromkeys(t.term for t in tokens(pieces[0]))))
    if pieces == ("", ""):
        return Present(FieldKind.TEXT)
    lowered = tuple(map(lower, pieces))
    return SomeToken(lowered[0], lambda term: follows(lowered, term))
