"""`tocsin try`: the whole pipeline in memory, over files, on event time. Keeps and sends nothing."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.alert.app import build_replay
from services.alert.core.plain_text import render
from services.alert.core.rule_files import id_of_name
from services.alert.core.subscriptions import Draft, Subscription
from services.cli.reading import read_files
from services.cli.rule_checking import usable_drafts
from services.contracts.alert import Alert
from services.contracts.article import Article
from services.contracts.errors import Rejected
from services.enrich.adapters.extraction import load_extract
from services.enrich.ports import Extract
from services.enrich.settings import EnrichSettings
from services.ingest.adapters.sql_revisions import SqlRevisions
from services.ingest.core.normalise import content_hash
from services.ingest.ports import Candidate, Verdict
from services.runtime.adapters.migrate import upgrade
from services.runtime.adapters.sql import Database, open_database
from services.runtime.env import SettingsError
from services.runtime.log import configure_logging

IN_MEMORY = "sqlite://"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def try_rules(paths: Sequence[Path], rules: Path, *, as_json: bool, date: str | None) -> int:
    """Print each alert; 0 when every file and rule could be read, else 1, with the reasons on standard error."""
    configure_logging("warning")
    try:
        extract = load_extract(EnrichSettings.from_env(os.environ))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    drafts = usable_drafts([rules])
    if drafts is None:
        return 1
    articles: list[Article] = []
    refused = 0
    for place, found in read_files(paths, date):
        if isinstance(found, Rejected):
            refused += 1
            sys.stderr.write(f"{place}: {found.detail} ({found.reason})\n")
        else:
            articles.append(found)
    asyncio.run(replay(articles, drafts, extract, lambda alert: _show(alert, as_json)))
    return 1 if refused else 0


async def replay(
    articles: Sequence[Article], drafts: Sequence[Draft], extract: Extract, show: Callable[[Alert], None]
) -> None:
    """Let `articles` arrive in the order of their publication, each at that time, and show every alert."""
    database = open_database(IN_MEMORY)
    try:
        await database.write(upgrade)
        ordered = sorted(articles, key=lambda a: (a.published, a.id))
        made = ordered[0].published if ordered else _EPOCH
        replayed = build_replay([_since(draft, made) for draft in drafts], clock=lambda document: document.published)
        for article in ordered:
            arrived = await _arrived(article, database)
            if arrived is None:
                continue
            for alert in await replayed.feed([extract(arrived)]):
                show(alert)
    finally:
        await database.aclose()


def _since(draft: Draft, made: datetime) -> Subscription:
    """A rule that was there before the first article."""
    values = {"id": draft.id or id_of_name(draft.name), "created_at": made, "updated_at": made}
    return Subscription.model_validate(draft.model_dump() | values)


async def _arrived(article: Article, database: Database) -> Article | None:
    """The article as ingest would publish it at the time of its publication; None when it came before."""
    revisions = SqlRevisions(database)
    (revision,) = await revisions.assign([Candidate(article.id, content_hash(article), article.published)])
    if revision.verdict is Verdict.DUPLICATE:
        return None
    await revisions.mark_published([revision])
    changes = {
        "revision": revision.number,
        "fetched_at": revision.fetched_at,
        "revised_at": revision.revised_at,
    }
    return article.model_copy(update=changes)


def _show(alert: Alert, as_json: bool) -> None:
    sys.stdout.write(alert.model_dump_json() + "\n" if as_json else render(alert) + "\n")
    sys.stdout.flush()
