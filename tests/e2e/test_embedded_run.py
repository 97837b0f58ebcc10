"""What a new user sees: the samples' alerts, soon, without any server's library."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.places import free_port
from tests.e2e.system import ROOT, eventually
from tests.keys import ADMIN_KEY, AS_ADMIN, KEY_SETTING

ENV = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  what asks for keys
WITHOUT_SERVERS = """
import runpy, sys
for name in ("kafka", "faust", "aiokafka", "elasticsearch", "psycopg"):
    sys.modules[name] = None  # to import it is an ImportError
sys.argv = ["tocsin", *sys.argv[1:]]
runpy.run_module("services", run_name="__main__")
"""


@dataclass
class Run:
    """A `tocsin run` and the file that it prints to."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def shown(self) -> str:
        """All it printed by now."""
        return self.output.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


Launch = Callable[..., Run]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start `tocsin run` on the test's folder; whatever still runs at the end is killed."""
    started: list[Run] = []

    def start(port: int, *arguments: str, data: str = "data", env: dict[str, str] = ENV) -> Run:
        output = tmp_path / f"shown-{len(started)}.txt"
        command = [sys.executable, "-c", WITHOUT_SERVERS, "run", "--data", str(tmp_path / data), "--port", str(port)]
        with output.open("wb") as out:
            process = subprocess.Popen([*command, *arguments], cwd=ROOT, env=env, stdout=out, stderr=out)
        started.append(Run(process, output))
        return started[-1]

    yield start
    for run in started:
        run.process.kill()
        run.process.wait()


def test_the_samples_raise_three_kinds_of_alerts_and_a_second_start_repeats_none(launch: Launch) -> None:
    port = free_port()
    first = launch(port)
    eventually(first.shown, lambda text: text.count("(alert ") >= 3 and "/docs" in text, "three alerts", within_s=10)
    assert httpx.get(f"http://127.0.0.1:{port}/docs").status_code == 200
    listed = httpx.get(f"http://127.0.0.1:{port}/v1/alerts").json()["items"]
    assert {alert["rule"] for alert in listed} == {"deployment-to-lithuania", "keyword-invasion", "troops-near-ukraine"}
    assert first.stop() == 0
    assert first.shown().count("(alert ") == len(listed)
    assert "locusts" not in first.shown()
    assert "Normandy" not in first.shown()

    second = launch(port)
    eventually(second.shown, lambda text: "/docs" in text, "up again")
    assert "0 new articles, 6 known before" in second.shown()
    assert httpx.get(f"http://127.0.0.1:{port}/v1/alerts").json()["items"] == listed
    assert second.stop() == 0
    assert "(alert " not in second.shown()


def test_a_second_process_on_the_same_folder_is_refused_with_the_reason(launch: Launch) -> None:
    first = launch(free_port())
    eventually(first.shown, lambda text: "/docs" in text, "up")
    second = launch(free_port())
    assert second.process.wait(60) == 1
    assert f"in use by process {first.process.pid}" in second.shown()


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("{ name: a, query: 'quantities.unit:troops', trigger: each }", "quantities:{ unit:troops }"),
        ("{ name: a, query: '(x and y', trigger: each }", "rules.yaml:2: "),
        ("{ name: a, query: x, trigger: sometimes }", "write `each`, or one of crosses"),
    ],
)
def test_a_rule_that_cannot_work_stops_the_start_with_its_line_and_the_way_out(
    launch: Launch, tmp_path: Path, rule: str, complaint: str
) -> None:
    (tmp_path / "rules.yaml").write_text(f"rules:\n  - {rule}\n")
    run = launch(free_port(), "--rules", str(tmp_path / "rules.yaml"))
    assert run.process.wait(60) == 2
    assert complaint in run.shown()


def test_rules_in_another_encoding_stop_the_start_with_the_file_named(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes("# café\nrules: []\n".encode("latin-1"))
    run = launch(free_port(), "--rules", str(tmp_path / "rules.yaml"))
    assert run.process.wait(60) == 2
    assert f"{tmp_path / 'rules.yaml'}:1: file: cannot be read: not UTF-8" in run.shown()
    assert "Traceback" not in run.shown()


def test_articles_that_are_not_there_stop_the_start(launch: Launch, tmp_path: Path) -> None:
    run = launch(free_port(), "--articles", str(tmp_path / "nowhere"))
    assert run.process.wait(60) == 2
    assert f"{tmp_path / 'nowhere'}: no such file or folder" in run.shown()


def test_the_port_of_the_environment_holds_unless_the_command_names_one(tmp_path: Path) -> None:
    env = ENV | {"TOCSIN_HTTP_PORT": "many"}
    command = [sys.executable, "-m", "services", "run", "--data", str(tmp_path / "data")]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "TOCSIN_HTTP_PORT" in ended.stderr


def test_settings_that_cannot_be_used_stop_the_start_and_are_all_listed(launch: Launch) -> None:
    run = launch(free_port(), env=ENV | {"TOCSIN_POL_EVERY_S": "5", "TOCSIN_RETAIN_DAYS": "soon"})
    assert run.process.wait(60) == 2
    assert "TOCSIN_POL_EVERY_S: unknown; did you mean TOCSIN_POLL_EVERY_S?" in run.shown()
    assert "TOCSIN_RETAIN_DAYS" in run.shown()


def test_an_address_that_others_reach_needs_a_key_to_start_and_then_to_ask(launch: Launch) -> None:
    refused = launch(free_port(), "--host", EVERY_ADDRESS)
    assert refused.process.wait(60) == 2
    assert "TOCSIN_BOOTSTRAP_KEY: this API asks for keys" in refused.shown()
    assert "tocsin keys create --scopes admin" in refused.shown()

    port = free_port()
    run = launch(port, "--host", EVERY_ADDRESS, env=ENV | KEY_SETTING)
    eventually(run.shown, lambda text: "/docs" in text, "up")
    url = f"http://127.0.0.1:{port}/v1/alerts"
    assert [httpx.get(url, headers=headers).status_code for headers in ({}, AS_ADMIN)] == [401, 200]
    assert ADMIN_KEY not in run.shown()


def test_a_port_in_use_is_named(launch: Launch) -> None:
    port = free_port()
    first = launch(port)
    eventually(first.shown, lambda text: "/docs" in text, "up")
    second = launch(port, data="other")
    assert second.process.wait(60) == 1
    assert f"port {port}" in second.shown()
