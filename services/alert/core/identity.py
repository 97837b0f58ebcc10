"""Ids that are hashes of what they name, so that doing a thing twice names it once."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache

from services.contracts.alert import Kind, Trigger
from services.contracts.message import iso

_JSON = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=8_192)  # asked for when a decision is prepared, made and told
def alert_id(subscription_id: str, trigger: Trigger, group_key: str, episode: str) -> str:
    """SHA-256 (hex) of subscription, trigger kind, group key and episode."""
    return _digest(subscription_id, trigger.value, group_key, episode)


def edition_number(kind: Kind, article_id: str, revision: int) -> int:
    """A number for a later edition: its kind and the revision that caused it, hashed to 1..2**53-1.

    Every JSON reader takes an integer of this size as it is (RFC 8259, section 6).
    """
    return 1 + int(_digest(kind.value, article_id, str(revision))[:16], 16) % (2**53 - 1)


def notice_id(subscription_id: str, kind: Kind, *about: str) -> str:
    """SHA-256 (hex) of subscription, kind and what the notice is about."""
    return _digest(subscription_id, kind.value, *about)


def delivery_id(alert: str, edition: int, channel: str) -> str:
    """Names one outbox row; stays the same over retries and is the `webhook-id`."""
    return "dlv_" + _digest(alert, str(edition), channel)[:40]


def digest_id(subscription_id: str, cause: str, until: datetime, part: int) -> str:
    """SHA-256 (hex) of subscription, kind, what was gathered until when, and which part of that it is (from 0)."""
    return _digest(subscription_id, "digest", cause, iso(until), str(part))


def channel_key(kind: str, address: str) -> str:
    """Names a channel of a subscription; its secret may change without changing the key."""
    return f"{kind}:{_digest(address)[:16]}" if address else kind


def _digest(*parts: str) -> str:
    return hashlib.sha256(_JSON(parts).encode()).hexdigest()
