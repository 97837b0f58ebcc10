"""Documents off a topic: checked whole when they are read, their fields made when somebody asks for them.

Rules are evaluated on plain values, and most documents prove little: to make the hundreds of findings of each would
cost more than all that alert does with it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from msgspec import MsgspecError
from pydantic import SerializerFunctionWrapHandler, TypeAdapter, model_serializer

from services.contracts.document import Document
from services.contracts.plain_values import Plain, plain_reader

_PLAIN: Final = "plain"
"""Beside the fields in `__dict__`, as `encoded` is."""
_JSON_NAMES: Final = {name: info.alias or name for name, info in Document.model_fields.items()}
_MAKE: Final = {
    name: TypeAdapter(info.rebuild_annotation()).validate_python for name, info in Document.model_fields.items()
}
"""Each field from its plain value, as the document itself would."""
_MOMENTS: Final = ("published", "fetched_at", "indexed_at", "revised_at")
"""Their form was checked, but not that there is such a day."""
_read_plain: Final = plain_reader(Document)


class LateDocument(Document):
    """Equal to the document that it was read from, in all that anybody can ask of it."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Make a field at its first use."""
            plain = self.__dict__.get(_PLAIN)
            if plain is None or name not in _MAKE:
                return super().__getattr__(name)
            made = self.__dict__[name] = _MAKE[name](plain[_JSON_NAMES[name]])
            return made

    @property
    def values(self) -> Plain:
        """As they came: members of enumerations and moments are strings."""
        plain: Plain | None = self.__dict__.get(_PLAIN)
        return super().values if plain is None else plain

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with these values, which are not checked."""
        self._make_all()
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop(_PLAIN, None)
        return copy

    def __eq__(self, other: object) -> bool:
        """All fields are equal."""
        return isinstance(other, Document) and all(getattr(self, name) == getattr(other, name) for name in _MAKE)

    __hash__ = None  # type: ignore[assignment]  # to be equal to a document it would have to be made

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> Any:
        self._make_all()
        return write(self)

    def _make_all(self) -> None:
        for name in _MAKE:
            getattr(self, name)


def read_document(raw: bytes) -> Document:
    """What `Document` makes of this JSON. Raises `ValidationError`."""
    try:
        document = _late(_read_plain(raw), raw)
        for name in _MOMENTS:
            getattr(document, name)
    except (MsgspecError, ValueError, RecursionError):
        # Perhaps written by another version: the document itself decides, and says why when it refuses.
        return Document.model_validate_json(raw)
    return document


def _late(plain: Plain, raw: bytes) -> LateDocument:
    """What pydantic keeps of a message, but without its fields."""
    document = LateDocument.__new__(LateDocument)
    object.__setattr__(document, "__dict__", {_PLAIN: plain, "encoded": raw})
    object.__setattr__(document, "__pydantic_fields_set__", set(_MAKE))
    object.__setattr__(document, "__pydantic_extra__", None)
    object.__setattr__(document, "__pydantic_private__", None)
    return document
