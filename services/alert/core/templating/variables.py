"""The variables that a template sees: plain strings, numbers and short lists, the same names for every notification.

Lets no control character of an article through, and no link but http and https.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.alert.core.payload import webhook_body
from services.alert.core.plain_text import visible
from services.contracts.alert import Alert, AlertEvidence
from services.contracts.message import iso
from services.contracts.notification import Digest, Notice, Notification

MAX_LISTED = 60
"""Longest list; what is left out is counted."""

_NOTIFICATION: TypeAdapter[Notification] = TypeAdapter(Notification)

VARIABLES: Mapping[str, Any] = {
    "kind": "",
    "rule": "",
    "severity": "",
    "title": "",
    "reason": "",
    "trigger": "",
    "quotes": [],
    "quotes_omitted": 0,
    "level": None,
    "escalation": 0.0,
    "source": "",
    "url": "",
    "published": "",
    "raised_at": "",
    "items": [],
    "items_omitted": 0,
    "since": "",
    "until": "",
    "paragraphs": [],
    "links": [],
    "subscription": "",
    "id": "",
}
"""Every name, with what it is where a notification has no such thing."""


def variables_of(message: Notification) -> dict[str, Any]:
    """The values of `VARIABLES` for a notification, bounded as the body of a webhook is."""
    bounded = _NOTIFICATION.validate_json(webhook_body(message))
    common = {
        "kind": bounded.kind.value,
        "rule": visible(bounded.rule),
        "subscription": bounded.subscription_id,
        "id": bounded.id,
        "raised_at": _time(bounded.raised_at),
    }
    return {**VARIABLES, **_own(bounded), **common}


def _own(message: Notification) -> dict[str, Any]:
    match message:
        case Alert():
            return _alert(message)
        case Digest():
            return _digest(message)
        case Notice():
            return _notice(message)


def _alert(alert: Alert) -> dict[str, Any]:
    article, quotes = alert.article, alert.evidence[:MAX_LISTED]
    url = article.url if article else ""
    return {
        "severity": visible(alert.severity),
        "title": visible(alert.title),
        "reason": visible(alert.reason),
        "trigger": alert.trigger.value,
        "quotes": [_quote(quote) for quote in quotes],
        "quotes_omitted": alert.evidence_omitted + len(alert.evidence) - len(quotes),
        "level": alert.level.model_dump() if alert.level else None,
        "escalation": alert.escalation,
        "source": visible(article.source.name or article.source.domain) if article else "",
        "url": _link(url),
        "published": _time(article.published) if article else "",
        "links": _links({name: link for name, link in alert.links.items() if link != url}),
    }


def _quote(quote: AlertEvidence) -> dict[str, Any]:
    return {
        "text": visible(quote.quote),
        "stance": quote.stance.value.replace("_", " ") if quote.stance else "",
        "speaker": visible(quote.speaker or ""),
        "denial": quote.denial,
    }


def _digest(digest: Digest) -> dict[str, Any]:
    items = [
        {
            "rule": visible(item.rule),
            "severity": visible(item.severity),
            "title": visible(item.title),
            "reason": visible(item.reason),
            "url": _link(item.url),
            "published": _time(item.published),
        }
        for item in digest.items[:MAX_LISTED]
    ]
    omitted = digest.omitted + len(digest.items) - len(items)
    title = f"{len(items) + omitted} alerts"
    since, until = _time(digest.since), _time(digest.until)
    return {"title": title, "items": items, "items_omitted": omitted, "since": since, "until": until}


def _notice(notice: Notice) -> dict[str, Any]:
    paragraphs = [visible(part) for part in notice.text.split("\n\n") if part.strip()][:MAX_LISTED]
    return {"title": visible(notice.subject), "paragraphs": paragraphs, "links": _links(notice.links)}


def _links(links: Mapping[str, str]) -> list[dict[str, str]]:
    found = [{"name": visible(name), "url": _link(url)} for name, url in links.items()]
    return [link for link in found if link["url"]][:MAX_LISTED]


def _link(url: str) -> str:
    shown = visible(url).strip()
    return shown if shown.lower().startswith(("http://", "https://")) else ""


def _time(moment: datetime) -> str:
    return iso(moment)[:16].replace("T", " ") + " UTC"
