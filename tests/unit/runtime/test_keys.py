"""API keys: how they are made, verified and remembered, and who has to have one."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.contracts.teams import KEY_PATTERN
from services.ingest.settings import IngestSettings
from services.runtime.access import OPEN, Scope
from services.runtime.admission import access_of, asks_for_keys, require_admin
from services.runtime.api_keys import Added, ApiKey, described, key_hash, new_key
from services.runtime.audit import AuditEntry
from services.runtime.env import SettingsError
from services.runtime.key_verifier import MAX_REMEMBERED, KeyVerifier
from services.runtime.ports import Listing
from tests.articles import NOON
from tests.keys import ADMIN_KEY


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


class MemoryKeys:
    """Implements `Keys`, and counts what it is asked."""

    def __init__(self) -> None:
        self.kept: dict[str, ApiKey] = {}
        self.entries: list[AuditEntry] = []
        self.finds = 0
        self.uses: list[datetime] = []

    async def add(self, key: ApiKey, hashed: str, audit: AuditEntry) -> Added:
        if hashed in self.kept:
            return Added.TAKEN
        self.kept[hashed] = key
        self.entries.append(audit)
        return Added.ADDED

    async def find(self, hashed: str) -> ApiKey | None:
        self.finds += 1
        return self.kept.get(hashed)

    async def list(self, *, team: str | None, cursor: str | None, limit: int) -> Listing:
        return Listing(tuple(self.kept.values()), None)

    async def revoke(self, key_id: str, *, team: str, audit: AuditEntry) -> bool:
        raise NotImplementedError

    async def used(self, key_id: str, at: datetime) -> None:
        self.uses.append(at)

    async def has_admin(self, now: datetime) -> bool:
        return any(key.good(now) and Scope.ADMIN in key.scopes for key in self.kept.values())

    def hold(self, text: str, **changes: Any) -> None:
        values: dict[str, Any] = {"team": "desk", "name": "a", "scopes": [Scope.READ], "created_at": NOON} | changes
        self.kept[key_hash(text)] = described(text, **values)


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(keys: MemoryKeys, clock: Clock) -> KeyVerifier:
    return KeyVerifier(keys, clock)


def test_no_two_keys_are_the_same_and_only_their_beginning_is_kept() -> None:
    one, two = new_key(), new_key()
    assert one != two
    assert re.fullmatch(KEY_PATTERN, one)
    kept = described(one, "desk", "a", [Scope.READ], NOON)
    assert one.startswith(kept.prefix)
    assert one not in str(kept)
    assert len(one) - len(kept.prefix) >= 32


class TestVerifying:
    async def test_a_good_key_is_its_team_and_scopes(self, keys: MemoryKeys, verifier: KeyVerifier) -> None:
        keys.hold(ADMIN_KEY)
        found = await verifier.verify(ADMIN_KEY)
        assert found is not None
        assert (found.team, found.scopes) == ("desk", frozenset({Scope.READ}))

    @pytest.mark.parametrize("token", ["", "tcs_short", "x" * 47, "tcs_" + "a" * 300, "tcs_" + "é" * 43])
    async def test_what_does_not_look_like_a_key_never_reaches_the_store(
        self, keys: MemoryKeys, verifier: KeyVerifier, token: str
    ) -> None:
        assert await verifier.verify(token) is None
        assert keys.finds == 0

    async def test_a_key_ends_at_its_time_even_while_it_is_remembered(
        self, keys: MemoryKeys, verifier: KeyVerifier, clock: Clock
    ) -> None:
        keys.hold(ADMIN_KEY, expires_at=NOON + timedelta(seconds=1))
        assert await verifier.verify(ADMIN_KEY) is not None
        clock.advance(seconds=1)
        assert await verifier.verify(ADMIN_KEY) is None

    async def test_a_revoked_key_is_refused_within_seconds(
        self, keys: MemoryKeys, verifier: KeyVerifier, clock: Clock
    ) -> None:
        keys.hold(ADMIN_KEY)
        assert await verifier.verify(ADMIN_KEY) is not None
        keys.kept.clear()
        clock.advance(seconds=3)
        assert await verifier.verify(ADMIN_KEY) is None

    async def test_the_store_is_asked_once_in_a_while_for_good_and_wrong_keys(
        self, keys: MemoryKeys, verifier: KeyVerifier, clock: Clock
    ) -> None:
        keys.hold(ADMIN_KEY)
        for _ in range(50):
            await verifier.verify(ADMIN_KEY)
            await verifier.verify("tcs_" + "w" * 43)
        assert keys.finds == 2
        clock.advance(seconds=3)
        await verifier.verify(ADMIN_KEY)
        assert keys.finds == 3

    async def test_a_use_is_noted_once_a_minute(self, keys: MemoryKeys, verifier: KeyVerifier, clock: Clock) -> None:
        keys.hold(ADMIN_KEY)
        for _ in range(13):
            await verifier.verify(ADMIN_KEY)
            clock.advance(seconds=10)
        assert keys.uses == [NOON, NOON + timedelta(seconds=60), NOON + timedelta(seconds=120)]

    async def test_a_good_key_stays_familiar_for_a_while(
        self, keys: MemoryKeys, verifier: KeyVerifier, clock: Clock
    ) -> None:
        keys.hold(ADMIN_KEY)
        await verifier.verify("tcs_" + "w" * 43)
        assert (verifier.knows(ADMIN_KEY), verifier.knows("tcs_" + "w" * 43)) == (False, False)
        await verifier.verify(ADMIN_KEY)
        clock.advance(seconds=599)
        assert verifier.knows(ADMIN_KEY)
        clock.advance(seconds=1)
        assert not verifier.knows(ADMIN_KEY)

    async def test_what_is_remembered_is_bounded(self, verifier: KeyVerifier) -> None:
        for number in range(MAX_REMEMBERED + 10):
            await verifier.verify(f"tcs_{number:043}")
        assert len(verifier._answers) == MAX_REMEMBERED


class TestWhoIsAsked:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
    def test_nobody_on_a_loopback_address_with_everything_embedded(self, host: str, keys: MemoryKeys) -> None:
        settings = IngestSettings(http_host=host)
        assert not asks_for_keys(settings)
        assert access_of(settings, keys, Clock()) is OPEN

    @pytest.mark.parametrize(
        "changes",
        [
            {"http_host": "0.0.0.0"},  # noqa: S104  the very thing that is refused
            {"http_host": "::"},
            {"http_host": "192.0.2.7"},
            {"http_host": "tocsin.example"},
            {"bus_url": "kafka://kafka:9092"},
            {"index_url": "http://elasticsearch:9200"},
            {"store_url": "postgresql+psycopg://postgres/tocsin"},
            {"require_keys": True},
        ],
    )
    async def test_everybody_anywhere_else_and_without_any_admin_key_it_does_not_start(
        self, changes: dict[str, Any], keys: MemoryKeys
    ) -> None:
        settings = IngestSettings(**changes)
        assert access_of(settings, keys, Clock()).unasked is None
        with pytest.raises(SettingsError, match=r"TOCSIN_BOOTSTRAP_KEY.*tocsin keys create --scopes admin"):
            await require_admin(settings, keys, NOON)


class TestTheFirstKey:
    @pytest.fixture
    def settings(self) -> IngestSettings:
        return IngestSettings(require_keys=True, bootstrap_key=ADMIN_KEY)

    async def test_it_is_made_once_and_noted(self, settings: IngestSettings, keys: MemoryKeys) -> None:
        await require_admin(settings, keys, NOON)
        await require_admin(settings, keys, NOON)
        (key,) = keys.kept.values()
        assert (key.team, key.name, key.scopes) == ("default", "bootstrap", frozenset({Scope.ADMIN}))
        (entry,) = keys.entries
        assert (entry.target, entry.key_id) == (key.id, "bootstrap")
        assert ADMIN_KEY not in str(entry)

    async def test_it_is_not_made_where_another_admin_key_is_good(
        self, settings: IngestSettings, keys: MemoryKeys
    ) -> None:
        keys.hold(new_key(), scopes=[Scope.ADMIN])
        await require_admin(settings, keys, NOON)
        assert key_hash(ADMIN_KEY) not in keys.kept

    async def test_once_revoked_it_never_comes_back(self, settings: IngestSettings, keys: MemoryKeys) -> None:
        keys.hold(ADMIN_KEY, scopes=[Scope.ADMIN], expires_at=NOON)
        with pytest.raises(SettingsError, match="this key was revoked or has ended"):
            await require_admin(settings, keys, NOON)

    async def test_a_replica_that_was_second_finds_the_key_of_the_first(self, settings: IngestSettings) -> None:
        class Racing(MemoryKeys):
            async def add(self, key: ApiKey, hashed: str, audit: AuditEntry) -> Added:
                await super().add(key, hashed, audit)  # the other replica's
                return await super().add(key, hashed, audit)

        await require_admin(settings, Racing(), NOON)

    def test_one_that_is_too_short_is_refused_without_being_shown(self) -> None:
        with pytest.raises(SettingsError, match=r"TOCSIN_BOOTSTRAP_KEY: .*at least 32") as refusal:
            IngestSettings.from_env({"TOCSIN_BOOTSTRAP_KEY": "tcs_hunter2"})
        assert "hunter2" not in str(refusal.value)
        assert ADMIN_KEY not in repr(IngestSettings(bootstrap_key=ADMIN_KEY))
