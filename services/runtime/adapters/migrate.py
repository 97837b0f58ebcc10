"""Brings the store's schema up to date: at each start, and from the command line. Decides no schema itself."""

import asyncio
import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_exponential

from services.contracts.errors import Unavailable
from services.runtime.adapters.sql import open_database

log = logging.getLogger(__name__)

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


async def migrated(store_url: str, patience_s: float) -> None:
    """Bring the store up to date, waiting for it as long as for any dependency. Raises `Unavailable`."""
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        stop=stop_after_delay(patience_s),
        wait=wait_exponential(multiplier=0.5, max=10),
        before_sleep=_report_wait,
        reraise=True,
    )
    await retrying(asyncio.to_thread, migrate, store_url)


def _report_wait(attempt: RetryCallState) -> None:
    error = attempt.outcome.exception() if attempt.outcome else None
    log.warning("will try again", extra={"attempt": attempt.attempt_number, "error": str(error)})
