"""Puts alert together from its settings: which bus, which index, which store, which channels."""

import asyncio
import logging
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_urlsafe
from typing import TextIO
from uuid import uuid4

from fastapi import APIRouter, FastAPI

from services.alert.adapters.apprise_chat import understood
from services.alert.adapters.notifiers import open_notifiers
from services.alert.adapters.replay_memory import ReplayMemory
from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_attention import SqlAttention
from services.alert.adapters.sql_consents import SqlConsents
from services.alert.adapters.sql_deliveries import SqlDeliveries
from services.alert.adapters.sql_digests import SqlDigests
from services.alert.adapters.sql_dyads import SqlDyads
from services.alert.adapters.sql_endpoints import SqlEndpoints
from services.alert.adapters.sql_feed_tokens import SqlFeedTokens
from services.alert.adapters.sql_journal import SqlJournal
from services.alert.adapters.sql_leases import SqlLeases
from services.alert.adapters.sql_memory import SqlMemory
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_signing import signing_key
from services.alert.adapters.sql_silences import SqlSilences
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.api import Doors, Reach, build_router
from services.alert.catching_up import caught_up
from services.alert.clock import Clock
from services.alert.core.channels import SECRET_PREFIX
from services.alert.core.composing import Composer
from services.alert.core.deciding import Decider
from services.alert.core.following import Following
from services.alert.core.judging import Judge
from services.alert.core.links import NOWHERE, Links
from services.alert.core.matching import Matcher
from services.alert.core.rules import compile_rule
from services.alert.core.subscriptions import Subscription
from services.alert.core.tokens import Tokens
from services.alert.digesting import DigestTicks
from services.alert.flow import Alerting
from services.alert.live_rules import LiveRules
from services.alert.outcomes import count_outcome
from services.alert.ports import TickHandler
from services.alert.previewing import Limits, Previewing
from services.alert.replay import Replay
from services.alert.sender import Sender
from services.alert.settings import AlertSettings
from services.alert.silences import Silences, SilenceTicks
from services.alert.tail import Tail
from services.alert.upkeep import keep_up
from services.contracts.alert import Trigger
from services.contracts.document import Document
from services.contracts.topics import ARTICLES, ENRICHED
from services.runtime.access import Access
from services.runtime.adapters.migrate import migrated
from services.runtime.adapters.sql import Database, open_database
from services.runtime.adapters.sql_audit import SqlAudit
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.admission import access_of, require_admin
from services.runtime.api_app import api_app
from services.runtime.connect import open_bus, open_index, opened
from services.runtime.consume import consume
from services.runtime.health import Health
from services.runtime.log import configure_logging
from services.runtime.operations import operations_router
from services.runtime.patience import Patience
from services.runtime.ports import Bus, Index
from services.runtime.serve import Background, serve

log = logging.getLogger(__name__)

GROUP = "alert"
"""Consumer group and stage."""
DEFAULT_LATENESS = timedelta(seconds=AlertSettings.model_fields["allowed_lateness_s"].default)


@dataclass(frozen=True, slots=True)
class Parts:
    """Alert, for whoever runs it: alone, or in one process with the other services."""

    subscriptions: SqlSubscriptions
    alerts: SqlAlerts
    rules: LiveRules
    alerting: Alerting
    sender: Sender
    router: APIRouter
    access: Access
    doors: Doors
    background: Mapping[str, Background]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def build_alerting(
    database: Database,
    *,
    now: Callable[[], datetime] = utc_now,
    rule_time: Callable[[Document], datetime] = lambda document: document.fetched_at,
    links: Links = NOWHERE,
    own_channels: tuple[str, ...] = (),
    queued: Callable[[], None] = lambda: None,
    lateness: timedelta = DEFAULT_LATENESS,
) -> Alerting:
    """The flow alone, on a migrated store: whoever calls `raise_alerts` gets the new alerts back.

    `alerting.rules.refresh()` takes over the subscriptions that the store holds.
    """
    rules = LiveRules(SqlSubscriptions(database, now))
    decider = Decider(Composer(links), Judge(lateness), own_channels)
    following = Following(decider.composer, own_channels, rule_time)
    return Alerting(SqlMemory(database), rules, decider, following, now, rule_time, queued)


def build_replay(
    subscriptions: Iterable[Subscription],
    *,
    clock: Callable[[Document], datetime] = lambda document: document.arrived,
    links: Links = NOWHERE,
    lateness: timedelta = DEFAULT_LATENESS,
) -> Replay:
    """Rules, which are taken to be as old as they say, and the past through them. Raises `InvalidRule`."""
    rules = {subscription.id: subscription for subscription in subscriptions}
    matcher = Matcher(map(compile_rule, rules.values()))
    memory, decider = ReplayMemory(), Decider(Composer(links), Judge(lateness))
    silent = {name: rule for name, rule in rules.items() if rule.kind is Trigger.SILENCE}
    tension = any(rule.kind is Trigger.CHANGES for rule in rules.values())
    return Replay(memory, matcher, decider, Silences(lambda: silent, memory, decider), clock, tension)


def assemble(
    settings: AlertSettings,
    bus: Bus,
    index: Index,
    database: Database,
    health: Health,
    console: TextIO = sys.stdout,
    now: Callable[[], datetime] = utc_now,
) -> Parts:
    """Alert on an open bus and index and a migrated store, which stay the caller's to close."""
    tokens, consents = Tokens(signing_key(database, token_urlsafe)), SqlConsents(database)
    journal = SqlJournal(database)
    tail = Tail(journal)
    notifiers = open_notifiers(settings, bus, index, console, tokens, consents, journal, now)
    sender = Sender(
        SqlOutbox(database, count_outcome),
        notifiers.by_kind,
        now,
        every_s=settings.send_every_s,
        lease_s=settings.send_lease_s,
        patience_s=settings.unavailable_s,
    )
    links = Links(settings.public_url, settings.kibana_url, settings.kibana_data_view)
    lateness = timedelta(seconds=settings.allowed_lateness_s)
    alerting = build_alerting(
        database, now=now, links=links, own_channels=notifiers.own, queued=sender.wake, lateness=lateness
    )
    subscriptions, alerts, keys = SqlSubscriptions(database), SqlAlerts(database), SqlKeys(database)
    reach = Reach(
        notifiers.by_kind,
        notifiers.missing,
        tokens,
        consents,
        SqlEndpoints(database),
        SqlDeliveries(database),
        sender.wake,
        journal,
        SqlFeedTokens(database),
        tail,
        understood,
    )
    doors = Doors(
        subscriptions,
        alerts,
        SqlDyads(database),
        keys,
        SqlAudit(database),
        SqlSilences(database),
        SqlAttention(database),
        index,
        alerting.rules.refresh,
        now,
        _new_id,
        _new_secret,
        token_urlsafe,
        settings.public_url,
        reach,
        Previewing(index, lambda rule: build_replay([rule], links=links, lateness=lateness)),
        Limits(settings.preview_s, settings.preview_articles),
    )

    async def match(stop: asyncio.Event) -> None:
        patience = Patience(total_s=settings.unavailable_s)
        await alerting.rules.refresh()
        await consume(ENRICHED, GROUP, alerting.alert_batch, bus, health, stop, patience=patience)

    async def send(stop: asyncio.Event) -> None:
        try:
            await sender.run(stop)
        finally:
            await notifiers.aclose()

    async def upkeep(stop: asyncio.Event) -> None:
        await keep_up(SqlUpkeep(database), index, SqlOutbox(database), now, timedelta(days=settings.retain_days), stop)

    ticking: list[TickHandler] = [
        _silence_ticks(alerting, bus, settings),
        DigestTicks(SqlDigests(database), sender.wake),
    ]
    background = {
        "alert": match,
        "sender": send,
        "rules": alerting.rules.follow,
        "clock": Clock(SqlLeases(database), ticking, now).run,
        "upkeep": upkeep,
        "streams": tail.follow,
    }
    access = access_of(settings, keys, now)
    router = build_router(doors)
    return Parts(subscriptions, alerts, alerting.rules, alerting, sender, router, access, doors, background)


def _silence_ticks(alerting: Alerting, bus: Bus, settings: AlertSettings) -> SilenceTicks:
    rules, stages = alerting.rules, ((ARTICLES, settings.enrich_group), (ENRICHED, GROUP))
    silences = Silences(lambda: rules.silences, alerting.memory, alerting.decider)
    return SilenceTicks(silences, lambda: bool(rules.silences), lambda: caught_up(bus, stages), alerting.queued)


def build_app(parts: Parts, health: Health) -> FastAPI:
    """The HTTP app of alert alone."""
    app = api_app("Tocsin alert", "Subscriptions, alerts and search.", parts.access)
    app.include_router(parts.router)
    app.include_router(operations_router(health))
    return app


async def run(env: Mapping[str, str]) -> None:
    """Serve until a signal. Raises `SettingsError`, `Unavailable`."""
    settings = AlertSettings.from_env(env)
    configure_logging(settings.log_level)
    bus = opened(open_bus, "bus_url", settings.bus_url)
    index = opened(open_index, "index_url", settings.index_url)
    database = opened(open_database, "store_url", settings.store_url)
    try:
        await migrated(settings.store_url, settings.unavailable_s)
        await require_admin(settings, SqlKeys(database), utc_now())
        health = Health()
        for name, probe in (("bus", bus.ping), ("index", index.ping), ("store", database.ping)):
            health.watch(name, probe)
        parts = assemble(settings, bus, index, database, health)
        app = build_app(parts, health)
        await serve(app, settings.http_host, settings.http_port, parts.background, health, asyncio.Event())
    finally:
        await bus.aclose()
        await index.aclose()
        await database.aclose()


def _new_id() -> str:
    return uuid4().hex


def _new_secret() -> str:
    return SECRET_PREFIX + b64encode(token_bytes(32)).decode()
