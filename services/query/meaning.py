"""A value in a query -> the test it asks for, by the kind of its field. Knows no document."""

import re
from collections.abc import Iterator
from typing import Final

from services.contracts.document import FieldKind
from services.query.analysis import lower
from services.query.analysis import words as analysed
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


def meaning(path: str, kind: FieldKind, value: Value, compare: str = "is") -> Test:
    """What `field: value`, or `field > value`, asks of the field of this kind at `path`.

    `compare` is is, gt, gte, lt or lte.
    """
    if value.is_null:
        return _null(path, kind, compare)
    match kind:
        case FieldKind.TEXT:
            return _text(path, value) if compare == "is" else SomeToken("", beside(compare, value.text), path)
        case FieldKind.KEYWORD:
            return _keyword(path, value, compare)
        case FieldKind.GEO_POINT:
            return Nothing("a place on the map cannot be searched by value", path)
    if value.wildcard and compare == "is":
        return Nothing(f"a {_NAMES[kind]} takes no pattern", path)
    return _scalar(path, kind, value.text, compare)


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


def _null(path: str, kind: FieldKind, compare: str) -> Test:
    # To the index a range with a null end is open there, and a date is always asked for as a range.
    if compare != "is" or kind is FieldKind.DATE:
        return Present(kind, path)
    return Nothing("null is no value; to ask for a missing field write not FIELD:*", path)


def _keyword(path: str, value: Value, compare: str) -> Test:
    if compare != "is":
        return SomeKeyword(beside(compare, value.text), path)
    return SomeKeyword(lambda text: follows(value.parts, text), path) if value.wildcard else Exactly(value.text, path)


def _scalar(path: str, kind: FieldKind, text: str, compare: str) -> Test:
    if kind is FieldKind.DATE:
        period = bound(text)
        return Nothing(f"{text!r} is no date", path) if period is None else SomeTime(compare, period, path)
    if kind is FieldKind.BOOLEAN:
        value = truth(text)
        return (
            Nothing(f"{text!r} is neither true nor false", path)
            if value is None
            else SomeTruth(beside(compare, value), path)
        )
    number = double(text)
    if number is None:
        return Nothing(f"{text!r} is no number", path)
    if kind is FieldKind.DOUBLE:
        return SomeNumber(compare, ordered(number), path)
    if compare != "is" and not whole(number):
        return Nothing(f"{text!r} is beyond the whole numbers of 32 bits", path)
    return SomeNumber(compare, number, path)


def _text(path: str, value: Value) -> Test:
    if value.wildcard:
        return Either(tuple(_word(path, word) for word in words(value)), path)
    found = [(term, position) for position, term in enumerate(analysed(value.text)) if term]
    if not found:
        return Nothing(f"{value.text!r} holds no letter and no digit", path)
    if value.quoted and len(found) > 1:
        first = found[0][1]
        return Phrase(tuple((term, position - first) for term, position in found), path)
    return AnyOf(tuple(dict.fromkeys(term for term, _ in found)), path)


def _word(path: str, pieces: tuple[str, ...]) -> Test:
    if len(pieces) == 1:
        return AnyOf(tuple(dict.fromkeys(filter(None, analysed(pieces[0])))), path)
    if pieces == ("", ""):
        return Present(FieldKind.TEXT, path)
    lowered = tuple(map(lower, pieces))
    return SomeToken(lowered[0], lambda term: follows(lowered, term), path)
