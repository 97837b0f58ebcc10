"""Brings the store's schema up to date: at each start, and from the command line. Decides no schema itself."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from services.runtime.adapters.sql import open_database

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x746F6373696E  # any number that all replicas agree on: "tocsin" in ASCII


def migrate(url: str) -> None:
    """Apply every migration that the store has not seen, in one transaction; safe in many replicas at once.

    Raises `Unavailable`, `ValueError` (URL).
    """
    database = open_database(url)
    try:
        database.write_now(upgrade)
    finally:
        database.close()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Apply migrations up to `to` inside the caller's transaction."""
    # SQLite's writers already hold the whole database.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
