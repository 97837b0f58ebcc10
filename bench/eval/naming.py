"""The mentions of a labelled text, as of the day its line names, and their countries."""

import re
from datetime import date
from functools import lru_cache

from bench.eval.case import Case
from services.enrich.core.naming import Mentions, find_mentions
from services.enrich.core.text import read

UNDATED = date(2012, 1, 1)
"""Roles and surnames are resolved as of this day where a line names none."""


def mentions(case: Case, undated: date = UNDATED) -> Mentions:
    """Who and where in the text of a case."""
    return _mentions(case["text"], _day(case.get("published"), undated))


@lru_cache(maxsize=256)
def _mentions(content: str, published: date) -> Mentions:
    return find_mentions(read(content), published)


def countries(found: Mentions) -> set[str]:
    """ISO 3166 alpha-3 of everybody and every place that is named."""
    return {a.country for a in found.actors if a.country} | {p.country for p in found.places if p.country}


def _day(published: str | None, undated: date) -> date:
    """The day, or the middle of the year, that a line's `published` names in whatever form."""
    if found := re.search(r"(\d{4})-(\d\d)-(\d\d)", published or ""):
        return date(*(int(part) for part in found.groups()))
    if found := re.search(r"\b(?:19|20)\d\d\b", published or ""):
        return date(int(found[0]), 7, 1)
    return undated
