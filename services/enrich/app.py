"""Composition root of enrich: settings in, running service out. Two ways to consume, one flow."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial

from services.contracts.errors import Unavailable
from services.contracts.topics import ARTICLES, ENRICHED
from services.enrich.adapters.article_stories import ArticleStories
from services.enrich.adapters.extraction import InProcesses, InThread, load_extract
from services.enrich.core.enrich import enrich
from services.enrich.flow import Enrich
from services.enrich.ports import Extract, Extraction
from services.enrich.settings import EnrichSettings
from services.runtime import metrics
from services.runtime.connect import open_bus, open_index, opened
from services.runtime.consume import LAG_SECONDS, consume
from services.runtime.deliver import Delivery
from services.runtime.health import Health, State
from services.runtime.log import configure_logging
from services.runtime.operations import operations_app
from services.runtime.patience import Patience, Patient
from services.runtime.ports import Bus, Index, Stories
from services.runtime.serve import Background, serve

TOPICS = (ARTICLES.name, ARTICLES.dead_letters, ENRICHED.name)
"""What must exist before the worker starts."""


def build_enrich(
    bus: Bus,
    index: Index,
    stories: Stories | None = None,
    *,
    extraction: Extraction | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Enrich:
    """The flow on the given ports; without `stories` every article is a story of its own."""
    return Enrich(extraction or InThread(enrich), stories or ArticleStories(), index, bus, now)


def open_extraction(settings: EnrichSettings, processes: int = 0) -> Extraction:
    """The extractor as the settings extend and place it; `processes` is for where they do not say how many.

    Raises `SettingsError`.
    """
    count = processes if settings.extract_processes is None else settings.extract_processes
    if count == 0:
        return InThread(load_extract(settings))
    if settings.roster or settings.watch_list:
        load_extract(settings)  # only to say what is wrong with the user's files: the processes load it themselves
    return InProcesses(settings, count)


def embedded_consumer(flow: Enrich, health: Health, settings: EnrichSettings) -> Background:
    """Enrich as a background task of a process without Faust: what the embedded mode runs."""

    async def run(stop: asyncio.Event) -> None:
        patience = Patience(settings.unavailable_s)
        await flow.prepare()
        await consume(
            ARTICLES,
            settings.enrich_group,
            flow.enrich_batch,
            flow.bus,
            health,
            stop,
            patience=patience,
            foresee=flow.foresee,
        )

    return run


def faust_consumer(flow: Enrich, health: Health, settings: EnrichSettings) -> Background:
    """Enrich as a Faust worker in a background task, the broker watched beside it."""
    from services.enrich.worker import Source, build_worker, run_worker
    from services.runtime.adapters.kafka_address import KafkaAddress

    stage = settings.enrich_group
    patience = Patience(settings.unavailable_s)
    address = KafkaAddress.parse(settings.bus_url)
    source = Source(address.servers, address.name(ARTICLES.name), address.name(stage))

    async def run(stop: asyncio.Event) -> None:
        patient = Patient(stage, health, patience, stop)
        with health.supervise(stage):
            await flow.prepare()
            await patient.call(partial(require_topics, settings.bus_url))
            delivery = Delivery(
                ARTICLES,
                stage,
                flow.enrich_batch,
                flow.bus,
                health,
                patience=patience,
                stop=stop,
                foresee=flow.foresee,
            )
            worker = build_worker(source, delivery, partial(health.report, stage, State.OK))
            await first_of(
                run_worker(worker, stop), watch_broker(flow.bus, stage, Patient("broker", health, patience, stop))
            )

    return run


async def require_topics(bus_url: str) -> None:
    """Raises `Unavailable` while a topic is missing: Faust would wait for it in silence, for ever."""
    from services.runtime.adapters.kafka_admin import missing_topics

    missing = await asyncio.to_thread(missing_topics, bus_url, TOPICS)
    if missing:
        raise Unavailable("kafka", f"topics do not exist: {', '.join(missing)}; create them with `tocsin setup`")


async def watch_broker(bus: Bus, group: str, patient: Patient) -> None:
    """Measure the lag, for ever. Faust waits for a lost broker without end; here `Unavailable` is raised in time."""
    while True:
        lag = await patient.call(lambda: bus.lag(ARTICLES, group))
        metrics.CONSUMER_LAG.labels(ARTICLES.name, group).set(lag)  # not before: an unmeasured lag is not 0
        await asyncio.sleep(LAG_SECONDS)


async def first_of(*works: Coroutine[None, None, None]) -> None:
    """Run all until one ends; then cancel the others, wait for them, and raise what the one raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        await task


async def run(env: Mapping[str, str], *, extract: Extract | None = None) -> None:
    """Run one worker until it is told to stop. Raises `SettingsError`, and `Unavailable` when the patience ended.

    Without `extract` it is ours, as the settings extend it.
    """
    settings = EnrichSettings.from_env(env)
    extraction = InThread(extract) if extract else open_extraction(settings)
    configure_logging(settings.log_level)
    health, stop = Health(), asyncio.Event()
    bus = opened(open_bus, "bus_url", settings.bus_url)
    index = opened(open_index, "index_url", settings.index_url)
    health.watch("bus", bus.ping)
    health.watch("index", index.ping)
    flow = build_enrich(bus, index, extraction=extraction)
    consumer = faust_consumer if settings.bus_url.startswith("kafka://") else embedded_consumer
    background = {settings.enrich_group: consumer(flow, health, settings)}
    try:
        await serve(operations_app(health), settings.http_host, settings.http_port, background, health, stop)
    finally:
        await index.aclose()
        await bus.aclose()
        await extraction.aclose()
