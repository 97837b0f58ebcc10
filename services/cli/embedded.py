"""`tocsin run`: ingest, enrich and alert in one process, on embedded adapters in one folder. Wires; decides nothing."""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import assemble as assemble_alert
from services.alert.core.channels import ConsoleChannel
from services.alert.core.rules import InvalidRule
from services.alert.core.subscriptions import Draft
from services.alert.settings import AlertSettings
from services.cli.rule_book import SAMPLE_ARTICLES, SAMPLE_RULES, apply_rules
from services.cli.rule_checking import usable_drafts
from services.contracts.errors import Rejected, Unavailable
from services.enrich.app import build_enrich, embedded_consumer, open_extraction
from services.enrich.settings import EnrichSettings
from services.ingest.adapters.text_file import TextFiles
from services.ingest.api import STREAMED
from services.ingest.app import assemble as assemble_ingest
from services.ingest.flow import Ingest
from services.ingest.ports import Verdict
from services.ingest.settings import IngestSettings
from services.runtime.access import Access
from services.runtime.adapters.data_folder import FolderInUse, claim_folder
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.admission import require_admin
from services.runtime.api_app import api_app
from services.runtime.connect import open_bus, open_index
from services.runtime.env import PREFIX, SettingsError
from services.runtime.health import Health
from services.runtime.log import configure_logging
from services.runtime.operations import operations_router
from services.runtime.serve import Background, serve

LOAD_BATCH = 100


def run_embedded(
    articles: Path | None, rules: Path | None, data: Path, host: str, port: int, feeds: str, date: str | None
) -> int:
    """Run until a signal. 0 then; 1 when something did not work, 2 for settings or rules that cannot be used."""
    env = dict(os.environ) | {
        f"{PREFIX}BUS_URL": f"embedded:{data / 'bus.db'}",
        f"{PREFIX}INDEX_URL": f"embedded:{data / 'index.db'}",
        f"{PREFIX}STORE_URL": f"sqlite:///{data / 'store.db'}",
        f"{PREFIX}HTTP_HOST": host,
        f"{PREFIX}HTTP_PORT": str(port or _free_port(host)),
        f"{PREFIX}LOG_LEVEL": os.environ.get(f"{PREFIX}LOG_LEVEL", "warning"),
    }
    if feeds:
        env[f"{PREFIX}FEEDS"] = feeds
    if articles is not None and not articles.exists():
        sys.stderr.write(f"tocsin run: {articles}: no such file or folder\n")
        return 2
    drafts = usable_drafts([rules or SAMPLE_RULES])
    if drafts is None:
        return 2
    try:
        with claim_folder(data):
            asyncio.run(_run(env, articles or SAMPLE_ARTICLES, drafts, date, replace=rules is not None))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except InvalidRule as error:
        sys.stderr.writelines(f"{rules or SAMPLE_RULES}: {problem}\n" for problem in error.problems)
        return 2
    except (FolderInUse, Unavailable, OSError) as error:
        sys.stderr.write(f"tocsin run: {error}\n")
        return 1
    return 0


async def _run(
    env: dict[str, str], articles: Path, drafts: Sequence[Draft], date: str | None, *, replace: bool
) -> None:
    settings, enriching = AlertSettings.from_env(env), EnrichSettings.from_env(env)
    extraction = open_extraction(enriching, _spare_cores())
    configure_logging(settings.log_level)
    _require_free(settings.http_host, settings.http_port)
    migrate(settings.store_url)
    async with AsyncExitStack() as stack:
        bus, index = open_bus(settings.bus_url), open_index(settings.index_url)
        database = open_database(settings.store_url)
        for opened in (extraction, database, index, bus):
            stack.push_async_callback(opened.aclose)
        health = Health()
        for name, probe in (("bus", bus.ping), ("index", index.ping), ("store", database.ping)):
            health.watch(name, probe)
        await require_admin(settings, SqlKeys(database), datetime.now(UTC))
        await apply_rules(_on_console(drafts), SqlSubscriptions(database), datetime.now(UTC), replace=replace)
        ingest = assemble_ingest(IngestSettings.from_env(env), bus, database)
        alert = assemble_alert(settings, bus, index, database, health)
        app = _app(health, alert.access)
        app.include_router(ingest.router)
        app.include_router(alert.router)

        async def load(stop: asyncio.Event) -> None:
            await _load(ingest.ingest, articles, date, stop)
            _say(f"Tocsin listens at http://{settings.http_host}:{settings.http_port}/docs (stop it with Ctrl-C)")
            await stop.wait()

        background: dict[str, Background] = {
            "enrich": embedded_consumer(build_enrich(bus, index, extraction=extraction), health, enriching),
            **ingest.background,
            **alert.background,
            "files": load,
        }
        await serve(app, settings.http_host, settings.http_port, background, health, asyncio.Event())


def _spare_cores() -> int:
    """Processes that extract: what they give, this one can index, match and send from two of them at most."""
    return min(2, (os.cpu_count() or 1) - 1)


def _app(health: Health, access: Access) -> FastAPI:
    app = api_app("Tocsin", "Early warning from the news, in one process.", access, streamed=STREAMED)
    app.include_router(operations_router(health))

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app


def _on_console(drafts: Sequence[Draft]) -> list[Draft]:
    """The same rules, each printing its alerts too."""
    console = ConsoleChannel(type="console")
    return [
        draft
        if any(channel.key == console.key for channel in draft.channels)
        else draft.model_copy(update={"channels": (*draft.channels, console)})
        for draft in drafts
    ]


async def _load(ingest: Ingest, path: Path, date: str | None, stop: asyncio.Event) -> None:
    """Take in every article of a file or folder; say what was new, and name what could not be read.

    Told to stop, it reads no further: what is left comes with the next run, what was taken in is known then.
    """
    new = known = refused = 0
    found_there = TextFiles([path], date=date).read()
    while not stop.is_set() and (batch := list(islice(found_there, LOAD_BATCH))):
        receipts = await ingest.accept([found.item for found in batch], "file")
        for found, receipt in zip(batch, receipts, strict=True):
            if isinstance(receipt, Rejected):
                refused += 1
                sys.stderr.write(f"{found.place}: {receipt.detail} ({receipt.reason})\n")
            elif receipt.verdict is Verdict.DUPLICATE:
                known += 1
            else:
                new += 1
    _say(f"{path}: {new} new articles, {known} known before, {refused} refused")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _require_free(host: str, port: int) -> None:
    """Raises `OSError` with the way out when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(
                f"port {port} of {host} cannot be used ({error.strerror}): choose another with --port"
            ) from error
