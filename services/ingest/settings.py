"""Ingest's settings: the shared ones, and which feeds it follows."""

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from services.runtime.settings import ApiSettings

MAX_FEED_URL = 2_048


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class IngestSettings(ApiSettings):
    """Settings of the process that takes articles in."""

    feeds: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(
        (), description="http(s) URLs of RSS or Atom feeds, separated by commas"
    )
    allow_private_feeds: bool = Field(
        False, description="true lets feeds lead to loopback and private networks; link-local is refused always"
    )
    poll_every_s: float = Field(300.0, ge=1, description="seconds between two looks at a feed")

    @field_validator("feeds")
    @classmethod
    def _feeds_are_web_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not url.lower().startswith(("http://", "https://")):
                raise ValueError(f"{url!r} is not an http or https URL")
            if len(url) > MAX_FEED_URL:
                raise ValueError(f"{url[:80]!r}… has more than {MAX_FEED_URL} characters")
        return urls
