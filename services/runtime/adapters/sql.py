"""The store's engine: SQLite (embedded) or PostgreSQL (server), transactions in threads. Knows no table.

Every failure of the database itself becomes `Unavailable("store")`; a wrong statement stays what it is: a bug.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy import exc as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from services.contracts.errors import Unavailable

T = TypeVar("T")

CONNECTIONS = 5
"""Most transactions at a time in one process."""
WAIT_S = 10
"""How long a writer waits for SQLite's lock, or anyone for a connection."""
SCHEMES = ("sqlite", "postgresql+psycopg")

_READ_ONLY = "tocsin_read_only"
# SQLite's primary result codes BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN speak of the file, the disk or another
# writer. ERROR (1, bad SQL) is not among them.
_SQLITE_DOWN = frozenset({5, 6, 8, 10, 13, 14})
# SQLSTATE classes: wrong object, syntax, privilege. The server answers; the statement is at fault.
_POSTGRES_BUGS = ("42", "0A")


class Database:
    """One engine, and the only bridge from async code to its blocking calls."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        memory = isinstance(engine.pool, StaticPool)
        # SQLite has one writer at a time: queueing here is fair, its busy handler is not.
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else CONNECTIONS, "store-write")
        self._readers = self._writers if memory else ThreadPoolExecutor(CONNECTIONS, "store-read")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: committed when it returns, rolled back when it raises.

        A caller that is cancelled does not stop the thread: the transaction then commits or not, as after a crash.
        Raises `Unavailable`.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, in one transaction. Raises `Unavailable`."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """`write` for callers that may block."""
        with store_errors(), self.engine.begin() as connection:
            return work(connection)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """`read` for callers that may block."""
        with store_errors(), self.engine.connect() as connection:
            return work(connection.execution_options(**{_READ_ONLY: True}))

    async def ping(self) -> None:
        """Raises `Unavailable` unless the store answers."""
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def aclose(self) -> None:
        """Finish what runs, then release every connection."""
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """`aclose` for callers that may block."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open `sqlite:///path`, `sqlite://` (in memory) or `postgresql+psycopg://…`. Connects at the first transaction.

    Raises `ValueError` for any other URL, `Unavailable` when the folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(f"not a store URL: {error}") from error
    if parsed.drivername == "sqlite":
        return Database(_sqlite(parsed))
    if parsed.drivername == "postgresql+psycopg":
        return Database(_postgresql(parsed))
    raise ValueError(f"a store URL starts with one of {', '.join(SCHEMES)}, not {parsed.drivername!r}")


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn a database that does not answer into `Unavailable`; let bugs and violated constraints pass."""
    try:
        yield
    except sa.TimeoutError as error:
        raise Unavailable("store", "no free connection") from error
    except sa.DBAPIError as error:
        if _is_down(error):
            raise Unavailable("store", _first_line(error.orig)) from error
        raise


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The dialect's INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update` on both databases."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _is_down(error: sa.DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if not isinstance(error, sa.OperationalError | sa.InterfaceError | sa.InternalError):
        return False
    if not hasattr(error.orig, "sqlstate"):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_DOWN
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is None or not state.startswith(_POSTGRES_BUGS)


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("store", f"cannot make the folder {folder}: {error.strerror}") from error


@retry(
    retry=retry_if_exception(lambda error: getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")),
    stop=stop_after_delay(WAIT_S),
    wait=wait_random(0, 0.05),
    reraise=True,
)
def _write_ahead(connection: DBAPIConnection) -> None:
    """Whoever opens a new file first changes its journal; SQLite does not let the others wait for that, so we do."""
    connection.execute("PRAGMA journal_mode = WAL")


def _sqlite(url: URL) -> Engine:
    options: Mapping[str, Any] = {"pool_size": CONNECTIONS * 2, "max_overflow": 0, "pool_timeout": WAIT_S}
    if url.database in (None, "", ":memory:"):
        options = {"poolclass": StaticPool}
    else:
        _make_folder(Path(str(url.database)).parent)
    engine = create_engine(url, connect_args={"timeout": WAIT_S, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver would start transactions by itself, too late and without the write lock.
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that starts by reading would lose what another wrote in between: take the lock first.
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=CONNECTIONS * 2,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
        connect_args={"connect_timeout": WAIT_S, "application_name": "tocsin"},
    )
