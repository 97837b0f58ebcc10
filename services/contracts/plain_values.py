"""The JSON of a message as plain values, checked like the message. Makes none; what it refuses may still be one."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Literal, TypedDict, Union, get_args, get_origin

import msgspec
from annotated_types import Ge, Le, MaxLen
from pydantic import AfterValidator, AwareDatetime, BaseModel, PlainSerializer

Plain = dict[str, Any]
"""Field -> value, by the names that JSON has."""

_MOMENT = msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
"""As `contracts.message.iso` writes it."""
_ATOMS = (bool, int, float, str, type(None))


def plain_reader(model: type[BaseModel]) -> Callable[[bytes], Plain]:
    """Reads what `model` writes, every field of it; raises `msgspec.DecodeError` for all else.

    Stricter than the model, which may still read JSON without some fields, or with a moment in another form. Members of
    enumerations stay strings, moments too. Raises `TypeError` for a model with rules that it does not know.
    """
    read: Callable[[bytes], Plain] = msgspec.json.Decoder(_object(model)).decode
    return read


def _object(model: type[BaseModel]) -> Any:
    fields = {info.alias or name: _checked(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return TypedDict(model.__name__, fields)  # type: ignore[operator]  # mypy knows literal ones alone


def _checked(annotation: Any, metadata: Iterable[Any]) -> Any:
    rules = {name: value for rule in metadata for name, value in _rules(rule).items()}
    plain = _plain(annotation)
    return Annotated[plain, msgspec.Meta(**rules)] if rules else plain


def _plain(annotation: Any) -> Any:
    """The type of the plain values that stand for a model's values of this type."""
    if annotation is AwareDatetime:
        return Annotated[str, _MOMENT]
    if annotation in _ATOMS:
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Literal[tuple(member.value for member in annotation)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation)
    inner = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _checked(inner[0], inner[1:])
        case origin if origin in (Union, UnionType):
            return Union[tuple(map(_plain, inner))]  # noqa: UP007  of types that only a model knows
        case origin if origin is tuple and inner[1:] == (...,):
            return list[_plain(inner[0])]  # type: ignore[misc]  # as above
    raise TypeError(f"cannot check values of type {annotation!r}")


def _rules(rule: Any) -> dict[str, Any]:
    """A rule of the model in the words of the checker."""
    match rule:
        case Ge():
            return {"ge": rule.ge}
        case Le():
            return {"le": rule.le}
        case MaxLen():
            return {"max_length": rule.max_length}
        case StrEnum() | AfterValidator() | PlainSerializer():
            return {}  # the kind of a field; what a moment is made of, whose form is checked
    pattern = getattr(rule, "pattern", None)
    if pattern is None or getattr(rule, "__dict__", None) != {"pattern": pattern}:
        raise TypeError(f"cannot check {rule!r}")
    return {"pattern": pattern.removesuffix("$") + r"\Z"}  # Python's `$` would pass a line feed at the end
