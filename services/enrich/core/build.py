"""Builds messages whose values are known to be valid, at a tenth of the price of checking them again."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, Final, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

# The setters of pydantic's slots: `object.__setattr__` finds them anew each time, hundreds of times an article.
_set_values = BaseModel.__dict__["__dict__"].__set__
_set_names = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__
_NAMES: Final[dict[type[BaseModel], set[str]]] = {}
"""Names of the fields of a model: its messages are frozen and share one set."""


def build_all(model: type[M], rows: Sequence[dict[str, Any]]) -> list[M]:
    """As `build`, one message a row: a slot at a time and without a loop, a quarter of the price again."""
    if not rows:
        return []
    messages = list(map(model.__new__, repeat(model, len(rows))))
    _run(map(_set_values, messages, rows))
    _run(map(_set_names, messages, repeat(_names(model, rows[0]))))
    _run(map(_set_extra, messages, repeat(None)))
    _run(map(_set_private, messages, repeat(None)))
    return messages


def _run(calls: Iterator[None]) -> None:
    deque(calls, maxlen=0)


def _names(model: type[BaseModel], values: dict[str, Any]) -> set[str]:
    names = _NAMES.get(model)
    if names is None:
        names = _NAMES[model] = set(values)
    return names


def build(model: type[M], values: dict[str, Any]) -> M:
    """A `model` of `values`, which name every field and are of the right types; nothing is checked or filled in.

    Does what `model_construct` does, without its walk over all fields, aliases and defaults.
    """
    message = model.__new__(model)
    _set_values(message, values)
    _set_names(message, _names(model, values))
    _set_extra(message, None)
    _set_private(message, None)
    return message
