"""The whole system in processes of its own, embedded or on servers, driven as users drive it: over HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.local.places import free_port
from tests.keys import AS_ADMIN, KEY_SETTING

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 40.0
SETTLE_SECONDS = 60.0


def eventually(look: Callable[[], T], holds: Callable[[T], bool], what: str, within_s: float = SETTLE_SECONDS) -> T:
    """What `look` sees once it holds. Fails with the last look when the deadline passes."""
    deadline = time.monotonic() + within_s
    while not holds(seen := look()):
        assert time.monotonic() < deadline, f"{what}: not within {within_s:g} s; last seen: {seen}"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True)
class Command:
    """Arguments of `tocsin`, and the port of the process's API."""

    arguments: tuple[str, ...]
    port: int

    @property
    def url(self) -> str:
        """Base URL of its API."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class System:
    """Processes by name, the same settings at every start. `ingest` and `alert` name those with these APIs."""

    commands: Mapping[str, Command]
    env: Mapping[str, str]
    folder: Path
    setup: bool = False
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start every process that does not run, and wait until all are ready."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("TOCSIN_")} | dict(self.env)
        if self.setup:
            subprocess.run([sys.executable, "-m", "services", "setup"], env=env, cwd=ROOT, check=True, timeout=60)
        for name, command in self.commands.items():
            if name not in self.running:
                own = env | {"TOCSIN_HTTP_PORT": str(command.port)}
                with (self.folder / f"{name}.log").open("ab") as log:
                    self.running[name] = subprocess.Popen(
                        [sys.executable, "-m", "services", *command.arguments],
                        env=own,
                        cwd=ROOT,
                        stdout=log,
                        stderr=log,
                    )
        for name in self.commands:
            eventually(partial(self._ready, name), bool, f"{name} is ready", START_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Signal every process and wait for its end."""
        for process in self.running.values():
            process.send_signal(number)
        for process in self.running.values():
            process.wait(STOP_SECONDS)
        self.running.clear()

    def post(self, article: Mapping[str, Any]) -> dict[str, Any]:
        """Send an article; the reply of a 202."""
        reply = httpx.post(f"{self.url_of('ingest')}/v1/articles", json=article, headers=AS_ADMIN, timeout=30)
        assert reply.status_code == 202, reply.text
        return dict(reply.json())

    def subscribe(self, name: str, query: str) -> None:
        """Subscribe to each story that the query matches."""
        draft = {"id": name, "name": name, "query": query, "trigger": "each"}
        reply = httpx.post(f"{self.url_of('alert')}/v1/subscriptions", json=draft, headers=AS_ADMIN, timeout=30)
        assert reply.status_code == 201, reply.text

    def alerts(self) -> dict[str, list[dict[str, Any]]]:
        """All alerts, by the name of their rule."""
        found: dict[str, list[dict[str, Any]]] = {}
        url = f"{self.url_of('alert')}/v1/alerts"
        for alert in httpx.get(url, params={"limit": 100}, headers=AS_ADMIN, timeout=30).json()["items"]:
            found.setdefault(alert["rule"], []).append(alert)
        return found

    def article(self, article_id: str) -> dict[str, Any] | None:
        """The newest revision in the index."""
        reply = httpx.get(f"{self.url_of('alert')}/v1/articles/{article_id}", headers=AS_ADMIN, timeout=30)
        return dict(reply.json()) if reply.status_code == 200 else None

    def search(self, query: str) -> list[dict[str, Any]]:
        """The first page of a search."""
        reply = httpx.get(f"{self.url_of('alert')}/v1/articles", params={"q": query}, headers=AS_ADMIN, timeout=30)
        assert reply.status_code == 200, reply.text
        return list(reply.json()["items"])

    def settled(self, stage: str) -> float:
        """Messages that left a stage since its process started, whatever their outcome."""
        return self.metric("tocsin_messages_total", f'stage="{stage}"', stage)

    def metric(self, name: str, label: str, service: str) -> float:
        """The sum of a metric's series with this label, as the process of a service tells it."""
        lines = httpx.get(f"{self.url_of(service)}/metrics", timeout=30).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name + "{") and label in line)

    def url_of(self, service: str) -> str:
        """Base URL of the process that runs this service: its own, or the one that runs all."""
        return self.commands.get(service, next(iter(self.commands.values()))).url

    def _ready(self, name: str) -> bool:
        process = self.running[name]
        log = self.folder / f"{name}.log"
        assert process.poll() is None, f"{name} ended with {process.returncode}:\n{log.read_text()[-3000:]}"
        try:
            return httpx.get(f"{self.commands[name].url}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def embedded(folder: Path) -> System:
    """One process on files below `folder`, without articles, and with one rule that nothing matches."""
    (folder / "articles").mkdir()
    rules = folder / "rules.yaml"
    rules.write_text("rules:\n  - { name: silent, query: 'id:none', trigger: each }\n")
    port = free_port()
    arguments = ["run", "--articles", str(folder / "articles"), "--rules", str(rules)]
    arguments += ["--data", str(folder / "data"), "--port", str(port)]
    return System({"tocsin": Command(tuple(arguments), port)}, {}, folder)


def on_servers(folder: Path, bus_url: str, index_url: str, store_url: str) -> System:
    """Three processes on real servers."""
    env = {"TOCSIN_BUS_URL": bus_url, "TOCSIN_INDEX_URL": index_url, "TOCSIN_STORE_URL": store_url} | KEY_SETTING
    commands = {name: Command((name,), free_port()) for name in ("ingest", "enrich", "alert")}
    return System(commands, env, folder, setup=True)
