"""The closed sets of words that some keyword fields take, from the document's own types."""

from enum import StrEnum
from typing import Any, Final, get_args

from services.contracts.document import FIELDS


def _words(annotation: Any) -> tuple[str, ...]:
    if isinstance(annotation, type):
        return tuple(annotation) if issubclass(annotation, StrEnum) else ()
    return next((words for part in get_args(annotation) if (words := _words(part))), ())


VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    path: words for path, (_, info) in FIELDS.items() if (words := _words(info.annotation))
}
"""Dotted path -> the words that the field can hold."""
