"""API keys: how they look, what is kept of them, and when one is good. Keeps none itself."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from services.contracts.teams import KEY_PREFIX
from services.runtime.access import Principal, Scope
from services.runtime.audit import AuditEntry
from services.runtime.ports import Listing

MAX_OF_TEAM = 1_000
"""Most keys of a team that are not revoked."""
SHOWN = 12
"""So many characters of a key stay readable, for people to recognise it."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key without knowing the key."""

    id: str
    team: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def good(self, now: datetime) -> bool:
        """Neither revoked nor past its end."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def principal(self) -> Principal:
        """Who asks with it."""
        return Principal(self.team, self.id, self.scopes)


class Added(StrEnum):
    """What became of a new key."""

    ADDED = "added"
    TAKEN = "taken"
    """This key was ever there."""
    TOO_MANY = "too_many"
    """The team has as many keys as it may have."""


class Keys(Protocol):
    """The keys of all teams, found by their hash."""

    async def add(self, key: ApiKey, hashed: str, audit: AuditEntry) -> Added:
        """Keep a key, and its entry in the same transaction, unless there is a reason not to. Raises `Unavailable`."""

    async def find(self, hashed: str) -> ApiKey | None:
        """The key of this hash, good or not."""

    async def list(self, *, team: str | None, cursor: str | None, limit: int) -> Listing:
        """A team's keys, or all, in order of creation. Raises `ValueError` for a cursor that is none of ours."""

    async def revoke(self, key_id: str, *, team: str, audit: AuditEntry) -> bool:
        """End a key at the entry's time; one that had ended stays as it is. False when the team has none of this id."""

    async def used(self, key_id: str, at: datetime) -> None:
        """Note that it was used."""

    async def has_admin(self, now: datetime) -> bool:
        """Whether any team has a good key with the scope `admin`."""


def new_key() -> str:
    """A key that nobody guesses: 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """SHA-256, hex. A fast hash is right here: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def described(
    key: str, team: str, name: str, scopes: Iterable[Scope], created_at: datetime, expires_at: datetime | None = None
) -> ApiKey:
    """What is kept of a new key."""
    return ApiKey(f"key_{uuid4().hex[:16]}", team, name, key[:SHOWN], frozenset(scopes), created_at, expires_at)
