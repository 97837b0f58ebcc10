"""Settings complain about everything at once."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from pydantic import Field

import services
from services.runtime.env import Settings, SettingsError
from services.runtime.setting_names import KNOWN_NAMES
from services.runtime.settings import CommonSettings


class Own(CommonSettings):
    """Common settings and one of its own that another service does not know."""

    secret_word: str = Field("none", description="for the test")


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Own.from_env(env)
    return caught.value.problems


def every_settings_class() -> set[type[Settings]]:
    found: set[type[Settings]] = set()
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.endswith(".settings"):
            classes = vars(importlib.import_module(module.name)).values()
            found |= {c for c in classes if isinstance(c, type) and issubclass(c, Settings)}
    return found


def test_without_a_variable_everything_runs_embedded() -> None:
    settings = Own.from_env({})
    assert settings.bus_url == "embedded:data/bus.db"
    assert settings.index_url == "embedded:data/index.db"
    assert settings.store_url == "sqlite:///data/store.db"


def test_reads_variables_with_the_prefix_and_leaves_the_rest_alone() -> None:
    env = {"TOCSIN_HTTP_PORT": "9000", "TOCSIN_SECRET_WORD": "ox", "HTTP_PORT": "1", "PATH": "/bin"}
    assert Own.from_env(env) == Own(http_port=9000, secret_word="ox")


def test_names_every_problem_at_once() -> None:
    env = {"TOCSIN_HTTP_PORT": "soon", "TOCSIN_LOG_LEVEL": "loud", "TOCSIN_BUS_ULR": "x", "TOCSIN_RETAIN_DAYS": "0"}
    found = problems(env)
    assert len(found) == 4
    for variable in env:
        assert any(problem.startswith(variable + ":") for problem in found), found


@pytest.mark.parametrize(
    ("variable", "suggestion"),
    [("TOCSIN_BUS_ULR", "TOCSIN_BUS_URL"), ("TOCSIN_UNAVAILABLE", "TOCSIN_UNAVAILABLE_S"), ("TOCSIN_XYZZY", None)],
)
def test_an_unknown_name_stops_the_start_and_the_nearest_known_one_is_named(
    variable: str, suggestion: str | None
) -> None:
    (problem,) = problems({variable: "x"})
    assert problem == f"{variable}: unknown" + (f"; did you mean {suggestion}?" if suggestion else "")


def test_a_name_that_another_service_knows_is_no_problem() -> None:
    assert "enrich_group" not in Own.model_fields
    assert Own.from_env({"TOCSIN_ENRICH_GROUP": "blue"}) == Own()


def test_an_empty_value_counts_as_not_set() -> None:
    assert Own.from_env({"TOCSIN_HTTP_PORT": ""}) == Own()


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("postgresql+psycopg://u:p@db/tocsin\n")
    settings = Own.from_env({"TOCSIN_STORE_URL_FILE": str(file)})
    assert settings.store_url == "postgresql+psycopg://u:p@db/tocsin"


def test_a_secret_file_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems({"TOCSIN_STORE_URL_FILE": str(tmp_path / "absent")})
    assert problem.startswith("TOCSIN_STORE_URL_FILE: cannot read")


def test_a_secret_that_is_given_twice_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("word")
    (problem,) = problems({"TOCSIN_SECRET_WORD": "word", "TOCSIN_SECRET_WORD_FILE": str(file)})
    assert "TOCSIN_SECRET_WORD is set too" in problem


@pytest.mark.parametrize(
    "url", ["embedded:", "embedded::memory:", "embedded:/var/bus.db", "kafka://a:1", "kafka://a:1,b-c.d:22/ns.x"]
)
def test_takes_the_addresses_of_every_bus(url: str) -> None:
    assert Own.from_env({"TOCSIN_BUS_URL": url}).bus_url == url


@pytest.mark.parametrize("url", ["amqp://a:1", "kafka://a", "kafka://a:x", "kafka://", "kafka://a:1,", "redis:x"])
def test_refuses_any_other_bus(url: str) -> None:
    (problem,) = problems({"TOCSIN_BUS_URL": url})
    assert "kafka://host:port" in problem


def test_a_password_in_a_refused_address_is_not_shown() -> None:
    (problem,) = problems({"TOCSIN_INDEX_URL": "ftp://elastic:hunter2@host"})
    assert "hunter2" not in problem


def test_the_known_names_are_those_of_the_settings_classes() -> None:
    classes = every_settings_class()
    assert CommonSettings in classes
    assert set().union(*(c.model_fields for c in classes)) == KNOWN_NAMES


def test_every_setting_is_described() -> None:
    undescribed = [
        f"{c.__name__}.{n}" for c in every_settings_class() for n, f in c.model_fields.items() if not f.description
    ]
    assert undescribed == []
