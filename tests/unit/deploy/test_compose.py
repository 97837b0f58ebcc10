"""What must hold of docker-compose.yml, .env.example and the rules of Prometheus without starting anything."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from services.runtime import metrics
from services.runtime.setting_names import KNOWN_NAMES

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = ("setup", "ingest", "enrich", "alert")
ONE_SHOTS = [name for name, service in SERVICES.items() if service.get("restart") == "no"]
FIXED_BY_COMPOSE = {"bus_url", "index_url", "store_url", "http_host", "http_port"}
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)


def named_by(text: str) -> set[str]:
    """Variables that a compose file takes from .env."""
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def waited_for(name: str) -> bool:
    return any(
        service.get("depends_on", {}).get(name) == {"condition": "service_completed_successfully"}
        for service in SERVICES.values()
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_can_be_told_every_setting(process: str) -> None:
    told = {name.removeprefix("TOCSIN_").lower() for name in SERVICES[process]["environment"]}

    assert told | {"http_port"} == set(KNOWN_NAMES)


def test_the_example_names_every_setting_that_is_not_fixed() -> None:
    named = {name.removeprefix("TOCSIN_").lower() for name in EXAMPLE if name.startswith("TOCSIN_")}

    assert named == set(KNOWN_NAMES) - FIXED_BY_COMPOSE


def test_the_example_names_every_variable_of_the_compose_file() -> None:
    assert named_by((ROOT / "docker-compose.yml").read_text("utf-8")) <= set(EXAMPLE)


def test_the_example_holds_no_secret() -> None:
    secrets = {name: value for name, value in EXAMPLE.items() if name.endswith(("_PASSWORD", "_KEY"))}

    assert len(secrets) == 5
    assert set(secrets.values()) == {""}


def test_secrets_come_from_the_environment_alone() -> None:
    for line in (ROOT / "docker-compose.yml").read_text("utf-8").splitlines():
        if re.match(r"\s+\w*(PASSWORD|KEY): ", line):
            assert re.search(r": \$\{\w+:\?[^}]+\}$", line), line


@pytest.mark.parametrize("name", ONE_SHOTS)
def test_somebody_waits_for_every_one_shot(name: str) -> None:
    assert waited_for(name)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(ONE_SHOTS)))
def test_every_server_has_a_health_check_a_memory_limit_and_a_restart_policy(name: str) -> None:
    service = SERVICES[name]

    assert service["healthcheck"]["test"]
    assert service["mem_limit"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_is_pinned(name: str) -> None:
    assert re.search(r":v?\d+(\.\d+)*(-\w+)?$", SERVICES[name]["image"])


def test_enrich_can_be_scaled() -> None:
    assert "container_name" not in SERVICES["enrich"]
    assert "ports" not in SERVICES["enrich"]
    assert int(EXAMPLE["TOCSIN_TOPIC_PARTITIONS"]) >= 12


def test_kibana_is_a_profile_that_the_example_switches_on() -> None:
    with_kibana = {name for name, service in SERVICES.items() if service.get("profiles") == ["kibana"]}

    assert with_kibana == {"kibana", "kibana-user", "kibana-setup", "kibana-ready"}
    assert EXAMPLE["COMPOSE_PROFILES"] == "kibana"


def test_rules_and_their_tests_use_only_metrics_that_exist() -> None:
    assert metrics.MESSAGES is not None  # declares them
    series = {sample for family in REGISTRY.collect() for sample in (family.name, f"{family.name}_total")}
    series |= {f"{name}_bucket" for name in series}
    used = set()
    for file in ("rules.yml", "rules.test.yml"):
        used |= set(re.findall(r"\btocsin_\w+", (ROOT / "deploy" / "prometheus" / file).read_text("utf-8")))

    assert used
    assert used <= series


def test_every_alert_has_a_rule_test() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yml").read_text("utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    tests = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.test.yml").read_text("utf-8"))
    fired = {case["alertname"] for test in tests["tests"] for case in test["alert_rule_test"] if case["exp_alerts"]}

    assert fired == alerts
