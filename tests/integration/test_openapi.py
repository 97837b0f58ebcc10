"""Both APIs do what their OpenAPI documents say, whatever they are sent: schemathesis, with every check it has."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from services.alert.app import assemble as assemble_alert
from services.alert.app import build_app as build_alert
from services.alert.app import utc_now
from services.alert.settings import AlertSettings
from services.ingest.api import NDJSON
from services.ingest.app import assemble as assemble_ingest
from services.ingest.app import build_app as build_ingest
from services.ingest.settings import IngestSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.admission import require_admin
from services.runtime.health import Health
from tests.keys import ADMIN_KEY, AS_ADMIN
from tests.memory_index import MemoryIndex
from tests.subscriptions import news

ACCESS: dict[str, Any] = {
    "require_keys": True,
    "bootstrap_key": ADMIN_KEY,
    "rate_limit_per_minute": 1_000_000,
    "failed_keys_per_minute": 1_000_000,
}
# No schema says which text is KQL, which cursor is ours, or which moment is to come: 422 is right for such.
ACCEPTED = ["2xx", 401, 403, 404, 409, 412, 422]
CONFIG: dict[str, Any] = {
    "headers": AS_ADMIN,
    "seed": 20260207,
    "generation": {"max-examples": 12, "deterministic": True},
    "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
}
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "use_after_free",
    "ensure_resource_availability", "missing_required_header", "ignored_auth", "unsupported_method",
    "allow_header_conformance",
)  # fmt: skip


@schemathesis.serializer(NDJSON)
def _lines(_: Any, value: Any) -> bytes:
    return str(value).encode(errors="surrogatepass")


@contextmanager
def served(name: str, folder: Path) -> Iterator[FastAPI]:
    """The app of a service on a store of its own, with keys."""
    url = f"sqlite:///{folder / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    settings = AlertSettings(store_url=url, **ACCESS)
    asyncio.run(require_admin(settings, SqlKeys(database), utc_now()))
    try:
        if name == "alert":
            parts = assemble_alert(settings, bus, MemoryIndex(news("a")), database, Health(), StringIO())
            parts.doors.reach.tail.closing = True  # a stream ends once it has begun
            yield build_alert(parts, Health())
        else:
            yield build_ingest(assemble_ingest(IngestSettings(store_url=url, **ACCESS), bus, database), Health())
    finally:
        asyncio.run(bus.aclose())
        database.close()


@pytest.mark.parametrize("name", ["ingest", "alert"])
def test_an_api_does_what_its_document_says_whatever_it_is_sent(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # what the library keeps between runs
    problems: list[str] = []
    passed: Counter[str] = Counter()
    called: set[str | None] = set()
    with served(name, tmp_path) as app:
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                problems.append(f"{event.label}: {event.value}")
            elif isinstance(event, events.FatalError):
                problems.append(str(event.exception))
            elif isinstance(event, events.ScenarioFinished):
                called.add(event.label)
                for check in (check for checks in event.recorder.checks.values() for check in checks):
                    if check.failure_info is None:
                        passed[check.name] += 1
                    else:
                        failure = check.failure_info.failure
                        problems.append(
                            f"{failure.operation}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                        )
        routes = {f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item}
    assert problems == []
    assert routes <= called
    assert [check for check in CHECKS if not passed[check]] == []
