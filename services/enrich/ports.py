"""What enrich's flow needs beside the bus and the index."""

from collections.abc import Callable, Sequence
from typing import Protocol

from services.contracts.article import Article
from services.contracts.document import Document
from services.runtime.ports import Stories

__all__ = ["Extract", "Extraction", "Stories"]

Extract = Callable[[Article], Document]
"""Finds everything in one article; pure, so the same article always gives the same document."""


class Extraction(Protocol):
    """Where the extractor runs."""

    async def documents(self, articles: Sequence[Article]) -> list[Document]:
        """One document an article, in order. What the extractor raises is raised; `Unavailable` when it cannot run.

        Each says `indexed_at` where it was encoded on the way, so that nobody has to encode it again.
        """

    def begin(self, articles: Sequence[Article]) -> None:
        """Start on articles that will be asked for soon. What comes of others that were begun is thrown away."""

    async def aclose(self) -> None:
        """End what it runs in."""
