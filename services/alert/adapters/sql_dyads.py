"""The series of dyads and their history in SQLite or PostgreSQL. Decides nothing about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from services.alert.adapters.trigger_tables import DYAD_POINTS, DYADS
from services.alert.core.judging import History
from services.alert.core.triggers.dyads import CELL, Point, Series
from services.alert.ports import Listing
from services.runtime.adapters.cursor import row_before, to_cursor
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_rows import among, insert_all

_SERIES, _POINT = msgspec.json.Decoder(Series), msgspec.json.Decoder(Point)


class SqlDyads:
    """Implements `Dyads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def series(self, dyad: str) -> Series | None:
        """By primary key."""
        query = select(DYADS.c.state).where(DYADS.c.dyad == dyad)
        body = await self._database.read(lambda connection: connection.execute(query).scalar())
        return _SERIES.decode(body) if body is not None else None

    async def points(
        self, dyad: str, *, since: datetime | None, until: datetime | None, cursor: str | None, limit: int
    ) -> Listing:
        """Keyset paging over the cells, newest first."""
        at = DYAD_POINTS.c.at
        query = select(DYAD_POINTS.c.body).where(DYAD_POINTS.c.dyad == dyad).order_by(at.desc())
        if since is not None:
            query = query.where(at >= since)
        if until is not None:
            query = query.where(at < until)
        if cursor is not None:
            query = query.where(at < row_before(cursor)[0])
        rows = await self._database.read(lambda connection: connection.execute(query.limit(limit + 1)).scalars().all())
        points = tuple(map(_POINT.decode, rows[:limit]))
        return Listing(points, to_cursor(points[-1].at, dyad) if len(rows) > limit else None)


def lock_dyads(connection: Connection, needed: Mapping[str, datetime | None]) -> dict[str, History]:
    """The series, made when missing so that there is a row to lock, in order of the key; the history asked for."""
    if not needed:
        return {}
    names, empty = sorted(needed), _json(Series())
    make: Any = insert(connection, DYADS)
    insert_all(connection, make.on_conflict_do_nothing(), [{"dyad": name, "state": empty} for name in names])
    found: dict[str, History] = {}
    for chosen in among(connection, DYADS.c.dyad, names):
        query = select(DYADS.c.dyad, DYADS.c.state).where(chosen)
        for name, body in connection.execute(query.order_by(DYADS.c.dyad).with_for_update()):
            since = needed[name]
            points = _history(connection, name, since) if since is not None else ()
            found[name] = History(_SERIES.decode(body), points)
    return found


def write_dyads(connection: Connection, series: Mapping[str, Series], points: Mapping[str, Sequence[Point]]) -> None:
    """The series as they are now, and the cells of their history that changed."""
    if not series:
        return
    new: Any = insert(connection, DYADS)
    upsert = new.on_conflict_do_update(index_elements=["dyad"], set_={"state": new.excluded.state})
    insert_all(connection, upsert, [{"dyad": name, "state": _json(series[name])} for name in sorted(series)])
    cell: Any = insert(connection, DYAD_POINTS)
    upsert = cell.on_conflict_do_update(index_elements=["dyad", "at"], set_={"body": cell.excluded.body})
    rows = [{"dyad": name, "at": point.at, "body": _json(point)} for name in sorted(points) for point in points[name]]
    insert_all(connection, upsert, rows)


def _history(connection: Connection, dyad: str, since: datetime) -> tuple[Point, ...]:
    """The cells from the one on that held at `since`."""
    table = DYAD_POINTS.c
    newest_before = select(func.max(table.at)).where(table.dyad == dyad, table.at <= since - CELL).scalar_subquery()
    query = select(table.body).where(table.dyad == dyad, table.at >= func.coalesce(newest_before, since - CELL))
    bodies = connection.execute(query.order_by(table.at)).scalars()
    return tuple(map(_POINT.decode, bodies))


def _json(state: Series | Point) -> str:
    return msgspec.json.encode(state).decode()
