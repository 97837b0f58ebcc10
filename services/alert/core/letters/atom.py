"""The alerts of one subscription as an Atom feed (RFC 4287). Every text is escaped; reads no store."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.alert.core.letters.standard import fragment_of, subject_of
from services.alert.core.plain_text import visible
from services.alert.core.subscriptions import Subscription
from services.alert.core.templating.variables import variables_of
from services.contracts.alert import Alert

MAX_ENTRIES = 50
MEDIA_TYPE = "application/atom+xml"


def atom_feed(subscription: Subscription, alerts: Sequence[Alert], address: str) -> bytes:
    """XML; `alerts` newest first, a later edition being an entry of its own. Ids of entries stay the same for ever."""
    from feedgen.feed import FeedGenerator  # slow to load, and most processes serve no feed

    feed = FeedGenerator()
    feed.id(_urn("subscription", subscription.id))
    feed.title(visible(subscription.name))
    feed.author(name="Tocsin")
    feed.generator("Tocsin")
    feed.updated(alerts[0].raised_at if alerts else subscription.created_at)
    if address:
        feed.link(href=address, rel="self", type=MEDIA_TYPE)
    for alert in alerts[:MAX_ENTRIES]:
        _add(feed, alert)
    xml: bytes = feed.atom_str(pretty=True)
    return xml


def etag_of(subscription: Subscription, alerts: Sequence[Alert]) -> str:
    """Changes when the feed does."""
    seen = ",".join(f"{alert.id}/{alert.edition}" for alert in alerts)
    return f'"{hashlib.sha256(f"{subscription.version},{seen}".encode()).hexdigest()[:32]}"'


def _add(feed: Any, alert: Alert) -> None:
    variables = variables_of(alert)
    entry = feed.add_entry(order="append")
    entry.id(_urn("alert", alert.id, str(alert.edition)))
    entry.title(subject_of(variables))
    entry.published(alert.raised_at)
    entry.updated(alert.raised_at)
    entry.category(term=alert.kind.value)
    if variables["url"]:
        entry.link(href=variables["url"])
    entry.content(fragment_of(variables), type="html")


def _urn(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "tocsin:" + ":".join(parts)).urn
