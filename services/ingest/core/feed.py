"""RSS and Atom bytes to items. Reads what a feed says, fetches nothing, and forgives what feeds get wrong."""

from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import feedparser

from services.ingest.core.html import all_text
from services.ingest.core.raw_item import RawItem, RawSource

MAX_ITEMS = 1_000
"""Most entries of one document that are looked at, newest (as the feed has them) first."""
# What a parser of untrusted markup may raise on it.
_SOUP = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a feed; `key` changes whenever the entry does."""

    key: str
    raw: RawItem


class NotAFeed(ValueError):
    """The bytes are neither RSS nor Atom."""


def parse_feed(raw: bytes, url: str, content_type: str = "") -> tuple[FeedItem, ...]:
    """Entries in the order of arrival: oldest (last in the document) first. Raises `NotAFeed`."""
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        parsed = feedparser.parse(raw, response_headers=headers)
    except _SOUP as error:
        raise NotAFeed(f"it cannot be parsed: {error}") from error
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeed("neither RSS nor Atom")
    name = _plain(parsed.feed, "title")
    items = {item.key: item for item in (_item(dict(entry), name) for entry in reversed(parsed.entries[:MAX_ITEMS]))}
    return tuple(items.values())


def _item(entry: Mapping[str, Any], source_name: str) -> FeedItem:
    # A plain dict: feedparser's own answers for a missing date with another one, and a warning.
    title = _plain(entry, "title")
    html, text = _body(entry)
    if not html.strip() and not text.strip():
        title, text = "", title  # a headline alone is news too
    raw = RawItem(
        url=_link(entry),
        title=title,
        html=html,
        text=text,
        source=RawSource(name=source_name),
        published=_moment(entry),
    )
    identity = str(entry.get("id") or raw.url)
    seen = "\x00".join((identity, raw.url, title, html, text, raw.published or ""))
    return FeedItem(sha256(seen.encode("utf-8", "replace")).hexdigest()[:32], raw)


def _body(entry: Mapping[str, Any]) -> tuple[str, str]:
    """HTML and plain text; one of them is empty. The longest of the entry's contents, else its summary."""
    contents = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    full = [c for c in contents[:-1] if str(c.get("value", "")).strip()]
    body = max(full, key=lambda c: len(c["value"])) if full else contents[-1]
    value = str(body.get("value") or "")
    return ("", value) if body.get("type") == "text/plain" else (value, "")


def _plain(holder: Mapping[str, Any], field: str) -> str:
    """A field on one line, its markup gone."""
    value = str(holder.get(field) or "")
    kind = (holder.get(f"{field}_detail") or {}).get("type")
    return " ".join((value if kind == "text/plain" or "<" not in value else all_text(value)).split())


def _link(entry: Mapping[str, Any]) -> str:
    for candidate in (entry.get("link"), entry.get("id")):
        if str(candidate or "").lower().startswith(("http://", "https://")):
            return str(candidate)
    return ""


def _moment(entry: Mapping[str, Any]) -> str | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is not None:
        try:
            return datetime.fromtimestamp(timegm(parsed), UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return None
    return entry.get("published") or entry.get("updated")
