"""The base of every message: immutable, strict about known fields, lenient about unknown ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer


def milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, cut (not rounded) to whole milliseconds, as the index stores it."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with three decimals: text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


Moment = Annotated[
    AwareDatetime, AfterValidator(milliseconds), PlainSerializer(iso, return_type=str, when_used="json-unless-none")
]
"""A moment in UTC, cut to milliseconds; JSON `2022-02-07T12:00:00.000Z`."""


class Message(BaseModel):
    """A value that may cross a topic.

    Unknown fields are ignored, so a newer producer can run beside an older consumer; known fields are
    validated, so a consumer never sees a half-valid message.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True)

    @cached_property
    def encoded(self) -> bytes:
        """Its JSON in UTF-8, made once: a document is measured, indexed and published in the same bytes."""
        return self.model_dump_json().encode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with these values, which are not checked."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("encoded", None)
        return copy
