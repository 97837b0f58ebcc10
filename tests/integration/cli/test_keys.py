"""`tocsin keys` on a store of its own."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.app import app
from services.cli.keys_app import ScopeName
from services.runtime.access import Principal, Scope
from services.runtime.adapters.sql import open_database
from services.runtime.adapters.sql_audit import SqlAudit
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.api_keys import ApiKey, key_hash
from services.runtime.audit import AuditEntry


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("TOCSIN_STORE_URL", url)
    return url


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments])


def kept(url: str, text: str) -> tuple[ApiKey | None, list[AuditEntry]]:
    async def look() -> tuple[ApiKey | None, list[AuditEntry]]:
        database = open_database(url)
        try:
            key = await SqlKeys(database).find(key_hash(text))
            return key, list((await SqlAudit(database).list(team="desk", cursor=None, limit=10)).items)
        finally:
            await database.aclose()

    return asyncio.run(look())


def test_a_key_is_printed_alone_and_is_good_for_its_team_and_scopes(url: str) -> None:
    made = keys("create", "--team", "desk", "--scopes", "read", "--scopes", "subscribe", "--expires", "90d")
    assert made.exit_code == 0, made.output
    key, entries = kept(url, made.stdout.strip())
    assert key is not None
    assert key.principal == Principal("desk", key.id, frozenset({Scope.READ, Scope.SUBSCRIBE}))
    assert key.expires_at is not None
    assert (key.expires_at - key.created_at).days == 90
    assert [(entry.action, entry.key_id, entry.target) for entry in entries] == [("key_created", "command", key.id)]


def test_the_list_shows_what_is_known_of_a_key_and_never_the_key(url: str) -> None:
    text = keys("create", "--team", "desk", "--scopes", "admin", "--name", "the desk").stdout.strip()
    keys("create", "--scopes", "read")
    listed = keys("list", "--team", "desk").stdout
    assert len(listed.splitlines()) == 1
    assert "admin  without end  used never  the desk" in listed
    assert text[:12] in listed
    assert text not in listed
    assert len(keys("list").stdout.splitlines()) == 2


def test_a_revoked_key_is_good_for_nothing(url: str) -> None:
    text = keys("create", "--team", "desk", "--scopes", "admin").stdout.strip()
    key, _ = kept(url, text)
    assert key is not None
    assert keys("revoke", key.id).exit_code == 0
    after, entries = kept(url, text)
    assert after is not None
    assert after.revoked_at is not None
    assert entries[0].action == "key_revoked"
    assert "revoked" in keys("list").stdout
    assert keys("revoke", "key_0").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--scopes", "root"), "root"),
        (("--scopes", "read", "--team", "no spaces"), "pattern"),
        (("--scopes", "read", "--expires", "soon"), "14d"),
        (("--scopes", "read", "--expires", "2001-01-01"), "past"),
        (("--scopes", "read", "--name", " "), "at least 1 character"),
        ((), "--scopes"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: tuple[str, ...], says: str) -> None:
    ended = keys("create", *arguments)
    assert ended.exit_code == 2
    assert says in ended.output


def test_the_command_knows_every_scope() -> None:
    assert {str(name) for name in ScopeName} == {str(scope) for scope in Scope}
