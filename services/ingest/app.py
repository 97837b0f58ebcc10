"""Puts ingest together from its settings: which bus, which store, which feeds."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from fastapi import APIRouter, FastAPI

from services.ingest.adapters.feed_client import HttpFeedClient
from services.ingest.adapters.sql_feeds import SqlFeeds
from services.ingest.adapters.sql_revisions import SqlRevisions
from services.ingest.api import STREAMED, build_router
from services.ingest.flow import Ingest
from services.ingest.poller import Poller
from services.ingest.settings import IngestSettings
from services.runtime.access import Access
from services.runtime.adapters.migrate import migrated
from services.runtime.adapters.sql import Database, open_database
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.admission import access_of, require_admin
from services.runtime.api_app import api_app
from services.runtime.connect import open_bus, opened
from services.runtime.health import Health
from services.runtime.log import configure_logging
from services.runtime.operations import operations_router
from services.runtime.ports import Bus
from services.runtime.serve import Background, serve

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """Ingest, for whoever runs it: alone, or in one process with the other services."""

    ingest: Ingest
    router: APIRouter
    access: Access
    background: Mapping[str, Background]


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def assemble(settings: IngestSettings, bus: Bus, database: Database) -> Parts:
    """Ingest on an open bus and a migrated store, which stay the caller's to close."""
    ingest = Ingest(bus, SqlRevisions(database), now)
    background: dict[str, Background] = {}
    if settings.feeds:

        async def follow_feeds(stop: asyncio.Event) -> None:
            client = HttpFeedClient(allow_private=settings.allow_private_feeds)
            try:
                poller = Poller(ingest, SqlFeeds(database), client, now, settings.poll_every_s)
                await poller.run(settings.feeds, stop)
            finally:
                await client.aclose()

        background["feeds"] = follow_feeds
    return Parts(ingest, build_router(ingest), access_of(settings, SqlKeys(database), now), background)


def build_app(parts: Parts, health: Health) -> FastAPI:
    """The HTTP app of ingest alone."""
    app = api_app("Tocsin ingest", "Takes articles in.", parts.access, streamed=STREAMED)
    app.include_router(parts.router)
    app.include_router(operations_router(health))
    return app


async def run(env: Mapping[str, str]) -> None:
    """Serve until a signal; a request that has begun is answered first. Raises `SettingsError`, `Unavailable`."""
    settings = IngestSettings.from_env(env)
    configure_logging(settings.log_level)
    bus = opened(open_bus, "bus_url", settings.bus_url)
    database = opened(open_database, "store_url", settings.store_url)
    try:
        await migrated(settings.store_url, settings.unavailable_s)
        await require_admin(settings, SqlKeys(database), now())
        health = Health()
        health.watch("bus", bus.ping)
        health.watch("store", database.ping)
        parts = assemble(settings, bus, database)
        app = build_app(parts, health)
        await serve(app, settings.http_host, settings.http_port, parts.background, health, asyncio.Event())
    finally:
        await bus.aclose()
        await database.aclose()
