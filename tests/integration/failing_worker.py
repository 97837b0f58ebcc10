"""The enrich worker with an extractor that has a bug: it raises on any text that says boom."""

import asyncio
import os

from services.contracts.article import Article
from services.contracts.document import Document
from services.enrich.app import run
from services.enrich.core.enrich import enrich


def fails_on_boom(article: Article) -> Document:
    """Everything that enrich finds. Raises `ZeroDivisionError` on boom."""
    if "boom" in article.text:
        raise ZeroDivisionError("boom")
    return enrich(article)


if __name__ == "__main__":
    asyncio.run(run(os.environ, extract=fails_on_boom))
