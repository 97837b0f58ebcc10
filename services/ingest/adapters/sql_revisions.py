"""`Revisions` in the shared store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from services.ingest.adapters.sql_tables import article_revisions
from services.ingest.ports import Candidate, Revision, Verdict
from services.runtime.adapters.sql import Database, insert


@dataclass(slots=True)
class _Row:
    """The latest revision of an article, as it is kept."""

    revision: int
    content_hash: str
    fetched_at: datetime
    revised_at: datetime | None
    published: bool
    is_new: bool = False
    is_changed: bool = False


class SqlRevisions:
    """One row an article: its latest revision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def assign(self, candidates: Sequence[Candidate]) -> Sequence[Revision]:
        """See `Revisions`."""
        return await self._database.write(lambda connection: _assign(connection, candidates)) if candidates else []

    async def mark_published(self, revisions: Sequence[Revision]) -> None:
        """See `Revisions`."""
        if not revisions:
            return
        keys = sorted({(r.article_id, r.number) for r in revisions})
        rows = [{"of_article": article_id, "of_revision": number} for article_id, number in keys]
        statement = (
            article_revisions.update()
            .where(article_revisions.c.article_id == bindparam("of_article"))
            .where(article_revisions.c.revision == bindparam("of_revision"))
            .values(published=True)
        )
        await self._database.write(lambda connection: connection.execute(statement, rows))


def _assign(connection: Connection, candidates: Sequence[Candidate]) -> list[Revision]:
    rows = _locked_rows(connection, candidates)
    revisions = [_number(rows[candidate.article_id], candidate) for candidate in candidates]
    changed = [
        {
            "of_article": article_id,
            "revision": row.revision,
            "content_hash": row.content_hash,
            "revised_at": row.revised_at,
            "published": row.published,
        }
        for article_id, row in rows.items()
        if row.is_changed
    ]
    if changed:
        update = article_revisions.update().where(article_revisions.c.article_id == bindparam("of_article"))
        connection.execute(update, changed)
    return revisions


def _locked_rows(connection: Connection, candidates: Sequence[Candidate]) -> dict[str, _Row]:
    """Rows of all candidates, made where there was none, held by this transaction.

    Insertion first: two replicas with one new article meet at its key, and the second reads what the first wrote.
    Both steps go in the order of the keys, so that no two transactions wait for each other.
    """
    first = {candidate.article_id: candidate for candidate in reversed(candidates)}
    columns = article_revisions.c
    found = select(article_revisions).where(columns.article_id.in_(first)).order_by(columns.article_id)
    known = {row.article_id for row in connection.execute(found.with_only_columns(columns.article_id))}
    made: set[str] = set()
    fresh = [_first_revision(first[article_id]) for article_id in sorted(first.keys() - known)]
    if fresh:
        statement = insert(connection, article_revisions).on_conflict_do_nothing().returning(columns.article_id)
        made = set(connection.execute(statement.values(fresh)).scalars())
    rows = connection.execute(found.with_for_update()).all()
    return {
        row.article_id: _Row(
            row.revision,
            row.content_hash,
            row.fetched_at,
            row.revised_at,
            row.published,
            is_new=row.article_id in made,
        )
        for row in rows
    }


def _first_revision(candidate: Candidate) -> dict[str, object]:
    return {
        "article_id": candidate.article_id,
        "revision": 1,
        "content_hash": candidate.content_hash,
        "fetched_at": candidate.arrived,
        "revised_at": None,
        "published": False,
    }


def _number(row: _Row, candidate: Candidate) -> Revision:
    if row.content_hash != candidate.content_hash:
        row.revision += 1
        row.content_hash = candidate.content_hash
        row.revised_at = candidate.arrived
        row.published = False
        row.is_changed = True
        verdict = Verdict.REVISED
    elif row.is_new:
        row.is_new = False
        verdict = Verdict.NEW
    else:
        verdict = Verdict.DUPLICATE if row.published else Verdict.REPUBLISHED
    return Revision(candidate.article_id, row.revision, verdict, row.fetched_at, row.revised_at)
