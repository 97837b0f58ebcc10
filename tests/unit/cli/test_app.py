"""What the command says about arguments that it cannot use."""

import pytest
from typer.testing import CliRunner

from services.cli.app import app


@pytest.mark.parametrize(
    "command",
    [["explain", "news.txt"], ["try", "news.txt", "--rules", "rules.yaml"], ["run"]],
    ids=lambda command: str(command[0]),
)
def test_a_date_that_cannot_be_read_is_an_error_and_not_today(command: list[str]) -> None:
    ended = CliRunner().invoke(app, [*command, "--date", "yesterday-ish"])
    assert ended.exit_code == 2
    assert "yesterday-ish" in ended.output
    assert "--date" in ended.output
