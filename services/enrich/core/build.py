"""Builds messages whose values are known to be valid, at a tenth of the price of checking them again."""

from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], values: dict[str, Any]) -> M:
    """A `model` of `values`, which name every field and are of the right types; nothing is checked or filled in.

    Does what `model_construct` does, without its walk over all fields, aliases and defaults.
    """
    message = model.__new__(model)
    object.__setattr__(message, "__dict__", values)
    object.__setattr__(message, "__pydantic_fields_set__", set(values))
    object.__setattr__(message, "__pydantic_extra__", None)
    object.__setattr__(message, "__pydantic_private__", None)
    return message
