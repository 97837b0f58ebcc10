"""What enrich's flow needs beside the bus and the index."""

from collections.abc import Callable

from services.contracts.article import Article
from services.contracts.document import Document
from services.runtime.ports import Stories

__all__ = ["Extract", "Stories"]

Extract = Callable[[Article], Document]
"""Finds everything in one article; pure, so the same article always gives the same document."""
