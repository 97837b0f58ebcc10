"""`tocsin setup`: topics, index templates and tables, each made where the settings point. Safe to repeat."""

import asyncio
import os
import sys
from collections.abc import Callable

from services.contracts.errors import Unavailable
from services.runtime.adapters.migrate import migrate
from services.runtime.connect import open_index
from services.runtime.env import SettingsError
from services.runtime.settings import CommonSettings


def set_up() -> int:
    """0 when everything is there, 1 when a server did not answer, 2 for settings that cannot be used."""
    try:
        settings = CommonSettings.from_env(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for step in STEPS:
        try:
            sys.stdout.write(step(settings) + "\n")
        except (Unavailable, ValueError) as error:
            sys.stderr.write(f"tocsin setup: {error}\n")
            return 1
    return 0


def _tables(settings: CommonSettings) -> str:
    migrate(settings.store_url)
    return "store: tables are up to date"


def _topics(settings: CommonSettings) -> str:
    if not settings.bus_url.startswith("kafka://"):
        return "bus: embedded, makes its topics itself"
    from services.runtime.adapters.kafka_admin import create_topics

    topics = create_topics(settings.bus_url, settings.topic_partitions, retain_days=settings.retain_days)
    return "\n".join(f"bus: {t.name}, {t.partitions} partitions{' (new)' if t.created else ''}" for t in topics)


def _indices(settings: CommonSettings) -> str:
    if not settings.index_url.startswith(("http://", "https://")):
        return "index: embedded, makes its tables itself"
    asyncio.run(_make_templates(settings.index_url))
    return "index: templates are up to date"


async def _make_templates(url: str) -> None:
    index = open_index(url)
    try:
        await index.set_up()
    finally:
        await index.aclose()


STEPS: tuple[Callable[[CommonSettings], str], ...] = (_tables, _topics, _indices)
