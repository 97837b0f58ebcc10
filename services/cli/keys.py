"""`tocsin keys`: API keys on the store itself, for whoever holds its URL. Asks no API."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from services.alert.core.durations import parse_duration
from services.alert.core.subscriptions import Name
from services.contracts.errors import Unavailable
from services.contracts.message import iso
from services.contracts.teams import TeamName
from services.ingest.core.dates import read_moment
from services.runtime.access import Principal, Scope
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.api_keys import MAX_OF_TEAM, Added, ApiKey, described, key_hash, new_key
from services.runtime.audit import Action, audited
from services.runtime.env import SettingsError
from services.runtime.settings import CommonSettings

PAGE = 500
COMMAND = "command"
"""Stands in the audit log where a request has the id of its key."""


def create_key(team: str, name: str, scopes: Sequence[str], expires: str | None) -> int:
    """Print a new key; what is known of it goes to standard error. 2 for arguments that cannot be used."""
    now = datetime.now(UTC)
    try:
        TypeAdapter(TeamName).validate_python(team)
        name = TypeAdapter(Name).validate_python(name)
        ends = _end(expires, now)
    except (ValidationError, ValueError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        sys.stderr.write(f"tocsin keys create: {reason}\n")
        return 2

    async def work(keys: SqlKeys) -> int:
        text = new_key()
        key = described(text, team, name, [Scope(scope) for scope in scopes], now, ends)
        entry = audited(_operator(team), Action.KEY_CREATED, key.id, now, name=name, scopes=sorted(key.scopes))
        if await keys.add(key, key_hash(text), entry) is Added.TOO_MANY:
            sys.stderr.write(f"tocsin keys create: the team {team} has {MAX_OF_TEAM} keys; revoke some first\n")
            return 1
        sys.stderr.write(_line(key, now) + "\n")
        sys.stdout.write(text + "\n")
        return 0

    return _on_the_store(work)


def list_keys(team: str | None) -> int:
    """A line a key, in order of creation."""

    async def work(keys: SqlKeys) -> int:
        now, cursor = datetime.now(UTC), None
        while True:
            page = await keys.list(team=team, cursor=cursor, limit=PAGE)
            for key in page.items:
                sys.stdout.write(_line(key, now) + "\n")
            cursor = page.cursor
            if cursor is None:
                return 0

    return _on_the_store(work)


def revoke_key(key_id: str) -> int:
    """1 when there is no such key."""

    async def work(keys: SqlKeys) -> int:
        owner = await keys.team_of(key_id)
        if owner is None:
            sys.stderr.write(f"tocsin keys revoke: there is no key {key_id}\n")
            return 1
        entry = audited(_operator(owner), Action.KEY_REVOKED, key_id, datetime.now(UTC))
        await keys.revoke(key_id, team=owner, audit=entry)
        return 0

    return _on_the_store(work)


def _on_the_store(work: Callable[[SqlKeys], Awaitable[int]]) -> int:
    async def run(url: str) -> int:
        database = open_database(url)
        try:
            return await work(SqlKeys(database))
        finally:
            await database.aclose()

    try:
        url = CommonSettings.from_env(os.environ).store_url
        migrate(url)
        return asyncio.run(run(url))
    except (SettingsError, ValueError) as error:
        sys.stderr.write(f"tocsin keys: {error}\n")
        return 2
    except Unavailable as error:
        sys.stderr.write(f"tocsin keys: {error}\n")
        return 1


def _operator(team: str) -> Principal:
    return Principal(team, COMMAND, frozenset({Scope.ADMIN}))


def _end(expires: str | None, now: datetime) -> datetime | None:
    """Raises `ValueError` for what is neither a span nor a moment to come."""
    if expires is None:
        return None
    moment = read_moment(expires)
    if moment is None:
        span: timedelta = parse_duration(expires)
        return now + span
    if moment <= now:
        raise ValueError(f"{expires} is past")
    return moment


def _line(key: ApiKey, now: datetime) -> str:
    used = iso(key.last_used_at) if key.last_used_at else "never"
    ends = f"until {iso(key.expires_at)}" if key.expires_at else "without end"
    state = "revoked" if key.revoked_at else ends if key.good(now) else "ended"
    return f"{key.id}  {key.team}  {key.prefix}…  {','.join(sorted(key.scopes))}  {state}  used {used}  {key.name}"
