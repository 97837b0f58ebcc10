"""Verifies API keys against the store, and remembers the answers for seconds. A key that is revoked dies with them."""

import re
from collections.abc import Callable
from datetime import datetime

from cachetools import TTLCache

from services.contracts.teams import KEY_PATTERN
from services.runtime.access import Principal
from services.runtime.api_keys import ApiKey, Keys, key_hash

REMEMBERED_S = 3.0
"""A revoked key is refused after at most so long, in every replica."""
FAMILIAR_S = 600.0
USE_NOTED_EVERY_S = 60.0
MAX_REMEMBERED = 10_000
"""Most keys, good and bad, that are remembered; the least used are forgotten first."""


class KeyVerifier:
    """Implements `Verifier` for API keys."""

    def __init__(self, keys: Keys, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._now = now
        self._answers: TTLCache[str, ApiKey | None] = TTLCache(MAX_REMEMBERED, REMEMBERED_S, timer=self._seconds)
        self._familiar: TTLCache[str, bool] = TTLCache(MAX_REMEMBERED, FAMILIAR_S, timer=self._seconds)
        self._noted: TTLCache[str, bool] = TTLCache(MAX_REMEMBERED, USE_NOTED_EVERY_S, timer=self._seconds)

    async def verify(self, token: str) -> Principal | None:
        """The principal of a good key."""
        if re.fullmatch(KEY_PATTERN, token) is None:
            return None
        hashed = key_hash(token)
        if hashed in self._answers:
            key = self._answers[hashed]
        else:
            key = self._answers[hashed] = await self._keys.find(hashed)
        now = self._now()
        if key is None or not key.good(now):
            return None
        self._familiar[hashed] = True
        if key.id not in self._noted:
            self._noted[key.id] = True
            await self._keys.used(key.id, now)
        return key.principal

    def knows(self, token: str) -> bool:
        """Whether this key was good a while ago, so that it is worth asking for while its address sends wrong ones."""
        return key_hash(token) in self._familiar

    def _seconds(self) -> float:
        return self._now().timestamp()
