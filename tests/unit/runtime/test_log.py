"""Log lines are JSON on standard error, and standard output stays clean."""

import json
import logging
from collections.abc import Iterator

import pytest

from services.runtime.log import configure_logging


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_one_json_object_with_the_message_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    logging.getLogger("tocsin.test").warning("buried", extra={"reason": "unreadable", "offset": 3, "odd": {1}})
    out, err = capsys.readouterr()
    line = json.loads(err)
    assert out == ""
    assert line | {"time": None} == {
        "time": None, "level": "warning", "logger": "tocsin.test", "message": "buried",
        "reason": "unreadable", "offset": 3, "odd": "{1}",
    }  # fmt: skip


def test_an_exception_is_a_field_and_not_another_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    try:
        raise ValueError("multi\nline")
    except ValueError:
        logging.getLogger("tocsin.test").exception("failed")
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "ValueError" in json.loads(err)["traceback"]


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("error")
    logging.getLogger("tocsin.test").warning("buried")
    assert capsys.readouterr().err == ""
