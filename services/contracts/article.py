"""The message that ingest publishes."""

from pydantic import Field

from services.contracts.message import Message, Moment

MAX_TEXT_BYTES = 1_000_000
"""Upper bound of a normalised text, in bytes of UTF-8."""


class Source(Message):
    """Who published an article."""

    name: str = Field("", description="name of the publisher")
    domain: str = Field("", description="host of the URL, without www")


class Article(Message):
    """One revision of one news text, normalised.

    `id` is the SHA-256 (hex) of the canonical URL, without one of source, title and text. `revision` starts at 1 and
    grows by one when the content under the same id changes. `fetched_at` is that of revision 1 for ever.
    """

    id: str = Field(pattern=r"^[0-9a-f]{64}$")
    revision: int = Field(1, ge=1)
    url: str = ""
    source: Source = Source()
    title: str = ""
    text: str = Field(min_length=1)
    language: str = Field("und", description="ISO 639-1, or und")
    published: Moment
    fetched_at: Moment
    revised_at: Moment | None = Field(None, description="when this revision arrived; null for the first")
    historic: bool = False
    date_clamped: bool = Field(
        False, description="the published time was missing or in the future: fetched_at stands for it"
    )

    @property
    def content(self) -> str:
        """Title, a line feed and text when there is a title, else the text. Offsets of all findings count in it."""
        return f"{self.title}\n{self.text}" if self.title else self.text
