"""Topics and positions in one SQLite file: the synchronous half of the embedded bus. For one thread of one process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from services.contracts.errors import Unavailable
from services.contracts.message import Message
from services.runtime.ports import Received

KEPT_CONSUMED = 1_000
"""Messages of a topic that stay readable although every group is past them."""

_schema = MetaData()
_messages = Table(
    "messages",
    _schema,
    Column("id", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("appended", Float, nullable=False, comment="seconds since 1970"),
    Column("key", LargeBinary),
    Column("headers", LargeBinary, nullable=False, comment="JSON [[name, hex of the value], ...]"),
    Column("raw", LargeBinary, nullable=False),
    Index("messages_of_topic", "topic", "id"),
    sqlite_autoincrement=True,  # an id is an offset: it never comes again, also after the newest row expired
)
_positions = Table(
    "positions",
    _schema,
    Column("topic", String, primary_key=True),
    Column("group", String, primary_key=True),
    Column("position", Integer, nullable=False, comment="id of the last message that was committed"),
)


@dataclass(frozen=True, slots=True)
class Append:
    """A message on its way into the log."""

    topic: str
    raw: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    message: Message | None = None
    """What `raw` says; not stored."""


class EmbeddedLog:
    """An append-only log per topic and a position per group. Every method is one transaction, durable on return."""

    def __init__(self, path: str) -> None:
        """Open or create the file; `:memory:` keeps nothing. Raises `Unavailable` when another process holds it."""
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._engine = _open(path)
        try:
            with self._transaction() as connection:
                _schema.create_all(connection)
        except Unavailable:
            self._engine.dispose()
            raise

    def append(self, rows: Sequence[Append], now: float) -> range:
        """Store all rows in order, or none; their ids."""
        values = [
            {
                "topic": row.topic,
                "appended": now,
                "key": row.key,
                "headers": orjson.dumps([(name, value.hex()) for name, value in row.headers]),
                "raw": row.raw,
            }
            for row in rows
        ]
        with self._transaction() as connection:
            connection.execute(_messages.insert(), values)
            last: int = connection.exec_driver_sql("SELECT last_insert_rowid()").scalar_one()
        # One writer and AUTOINCREMENT: the ids of a transaction follow each other.
        return range(last - len(rows) + 1, last + 1)

    def position(self, topic: str, group: str) -> int:
        """Id of the last message that the group committed, 0 before the first."""
        query = select(_positions.c.position).where(_positions.c.topic == topic, _positions.c.group == group)
        with self._transaction() as connection:
            return connection.scalar(query) or 0

    def read(self, topic: str, after: int, max_messages: int, max_bytes: int) -> tuple[Received, ...]:
        """Messages after that id, in order, up to both limits; at least one when there is one."""
        columns = (_messages.c.id, _messages.c.key, _messages.c.headers, _messages.c.raw)
        query = select(*columns).where(_messages.c.topic == topic, _messages.c.id > after).order_by(_messages.c.id)
        found: list[Received] = []
        size = 0
        with self._transaction() as connection:
            for row in connection.execution_options(yield_per=50).execute(query.limit(max_messages)):
                size += len(row.raw)
                if found and size > max_bytes:
                    break
                headers = tuple((name, bytes.fromhex(value)) for name, value in orjson.loads(row.headers))
                found.append(Received(row.raw, row.key, headers, partition=0, offset=row.id))
        return tuple(found)

    def commit(self, topic: str, group: str, position: int) -> None:
        """Move the group forward to `position`; it never moves back."""
        row = insert(_positions).values(topic=topic, group=group, position=position)
        forward = row.on_conflict_do_update(
            index_elements=(_positions.c.topic, _positions.c.group),
            set_={"position": func.max(_positions.c.position, row.excluded.position)},
        )
        with self._transaction() as connection:
            connection.execute(forward)

    def lag(self, topic: str, group: str) -> int:
        """Messages behind the group's position."""
        position = (
            select(_positions.c.position)
            .where(_positions.c.topic == topic, _positions.c.group == group)
            .scalar_subquery()
        )
        query = select(func.count()).where(_messages.c.topic == topic, _messages.c.id > func.coalesce(position, 0))
        with self._transaction() as connection:
            return connection.scalar(query) or 0

    def end(self, topic: str) -> int:
        """Id of the newest message, 0 before the first; what is removed as consumed counts as settled."""
        newest = select(func.max(_messages.c.id)).where(_messages.c.topic == topic)
        reached = select(func.max(_positions.c.position)).where(_positions.c.topic == topic)
        with self._transaction() as connection:
            return max(connection.scalar(newest) or 0, connection.scalar(reached) or 0)

    def expire(self, older_than: float) -> int:
        """Remove what every group is past but for `KEPT_CONSUMED`, and what is old and read by none; say how many."""
        with self._transaction() as connection:
            slowest = select(_positions.c.topic, func.min(_positions.c.position)).group_by(_positions.c.topic)
            consumed = connection.execute(slowest).all()
            removed = 0
            for topic, position in consumed:
                oldest_kept = (
                    select(_messages.c.id)
                    .where(_messages.c.topic == topic, _messages.c.id <= position)
                    .order_by(_messages.c.id.desc())
                    .offset(KEPT_CONSUMED)
                    .limit(1)
                )
                cut = connection.scalar(oldest_kept)
                if cut is not None:
                    gone = delete(_messages).where(_messages.c.topic == topic, _messages.c.id <= cut)
                    removed += connection.execute(gone).rowcount
            unread = _messages.c.topic.not_in([topic for topic, _ in consumed])
            old = delete(_messages).where(unread, _messages.c.appended < older_than)
            return removed + connection.execute(old).rowcount

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            hint = " (another process holds it)" if "locked" in str(error.orig) else ""
            raise Unavailable("bus", f"{self._path}: {error.orig}{hint}") from error


def _open(path: str) -> Engine:
    # One connection for the life of the log: it holds the file's lock, and `:memory:` lives only as long as it does.
    engine = create_engine(
        f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 2.0}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN, not the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA locking_mode = EXCLUSIVE")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
