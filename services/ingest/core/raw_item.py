"""What a door hands in: one article as somebody sent it, nothing about it checked but its shape."""

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class RawSource(BaseModel):
    """Who published it, as far as the sender knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    domain: str = Field("", description="left out, it is taken from the URL")


class RawItem(BaseModel):
    """One article as it came in. `text` or `html`; where both are given, `text` is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("", description="http or https; its canonical form makes the article's id")
    title: str = ""
    text: str = Field("", description="plain text, at most 1,000,000 bytes of UTF-8 after normalising")
    html: str = Field("", description="a page or a fragment; the text (and a missing title or date) is read out of it")
    source: RawSource = RawSource()
    published: str | None = Field(
        None, description="ISO 8601 or RFC 5322; missing, unreadable, before 1900 or in the future: the time of arrival"
    )
    language: str = Field("", description="ISO 639-1; left out, it is detected")
    historic: bool = Field(False, description="an import or a back-fill: indexed and searchable, notifies nobody")


def describe(error: dict[str, Any] | Any) -> tuple[tuple[int | str, ...], str]:
    """Place and message of one of pydantic's errors about a `RawItem`; an unknown field gets the nearest known one."""
    place = tuple(error["loc"])
    if error["type"] != "extra_forbidden":
        return place, error["msg"]
    known = RawSource.model_fields if place[:-1] == ("source",) else RawItem.model_fields
    near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return place, f"unknown field {str(place[-1])!r}, {hint}"


def explain(error: ValidationError) -> str:
    """All of pydantic's errors about a `RawItem`, on one line."""
    found = (describe(e) for e in error.errors(include_url=False, include_context=False, include_input=False))
    return "; ".join(f"{'.'.join(map(str, place)) or 'article'}: {message}" for place, message in found)
