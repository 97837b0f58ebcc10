"""The command `tocsin`: reads arguments, calls one function. Imports what a command needs when it is called."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli.keys_app import keys_app
from services.cli.rules_app import rules_app
from services.cli.subscribe_command import subscribe

app = typer.Typer(
    name="tocsin",
    help="Early warning from the news: who does what to whom, and how many.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(rules_app)
app.add_typer(keys_app, name="keys")

Json = Annotated[bool, typer.Option("--json", help="JSON instead of words")]


def _readable(date: str | None) -> str | None:
    """`date` as it is. Raises `BadParameter` when nothing could be dated by it."""
    from services.ingest.core.dates import read_moment

    if date is not None and read_moment(date) is None:
        raise typer.BadParameter(f"{date!r} is no date such as 2022-02-07 or 2022-02-07T14:00:00+02:00")
    return date


Date = Annotated[
    str | None, typer.Option(help="date of texts that say none, for example 2022-02-07", callback=_readable)
]


@app.command()
def run(
    articles: Annotated[
        Path | None, typer.Option(help="file or folder to load; without it, the sample articles")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="subscriptions as YAML; without it, the sample rules")] = None,
    data: Annotated[Path, typer.Option(help="folder that everything is kept in")] = Path("data"),
    host: Annotated[str, typer.Option(help="address of the API", envvar="TOCSIN_HTTP_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port of the API; 0 takes a free one", envvar="TOCSIN_HTTP_PORT")] = 8000,
    feeds: Annotated[str, typer.Option(help="RSS or Atom URLs to follow, separated by commas")] = "",
    date: Date = None,
) -> None:
    """Run the whole pipeline in this process, on files in a folder: no server, no Docker."""
    from services.cli.embedded import run_embedded

    sys.exit(run_embedded(articles, rules, data, host, port, feeds, date))


@app.command("try")
def try_(
    articles: Annotated[list[Path], typer.Argument(help=".txt .html .json .ndjson files, or folders of them")],
    rules: Annotated[Path, typer.Option(help="subscriptions as YAML")],
    json: Json = False,
    date: Date = None,
) -> None:
    """Print the alerts that rules would have raised on articles, oldest first. Nothing is kept or sent."""
    from services.cli.trying import try_rules

    sys.exit(try_rules(articles, rules, as_json=json, date=date))


@app.command()
def backtest(
    rule: Annotated[str, typer.Argument(metavar="RULE|FILE", help="a subscription's name or id, or a file of rules")],
    since: Annotated[str, typer.Option(help="a time, a date, or so long ago as in 30d")] = "30d",
    until: Annotated[str | None, typer.Option(help="a time or a date; without it, now")] = None,
    warm_up: Annotated[
        str | None, typer.Option(help="so much more before teaches the trigger what is usual, for example 90d")
    ] = None,
    alerts: Annotated[int, typer.Option(min=0, max=100, help="how many alerts to show with their evidence")] = 5,
    json: Json = False,
) -> None:
    """Show what rules would have told over the stored articles of a running Tocsin. Nothing is kept or sent."""
    from services.cli.backtesting import backtest as run_backtest

    query = {"since": since, "until": until, "warm_up": warm_up, "alerts": alerts}
    sys.exit(run_backtest(rule, {k: v for k, v in query.items() if v is not None}, as_json=json))


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="a file, - for standard input, or a URL")],
    json: Json = False,
    html: Annotated[Path | None, typer.Option(help="write a page with the findings marked")] = None,
    date: Date = None,
) -> None:
    """Show what is found in an article: actors, places, quantities, events, and the stance of each clause."""
    from services.cli.explaining import explain_article

    sys.exit(explain_article(source, as_json=json, html=html, date=date))


app.command()(subscribe)


@app.command()
def setup() -> None:
    """Create topics, index templates and tables where the TOCSIN_ settings point; safe to repeat."""
    from services.cli.setting_up import set_up

    sys.exit(set_up())


@app.command()
def ingest() -> None:
    """Run the process that takes articles in."""
    from services.ingest.__main__ import main as serve

    sys.exit(serve())


@app.command()
def enrich() -> None:
    """Run the process that reads articles and extracts what they say."""
    from services.enrich.__main__ import main as serve

    sys.exit(serve())


@app.command()
def alert() -> None:
    """Run the process that matches subscriptions and notifies."""
    from services.alert.__main__ import main as serve

    sys.exit(serve())


def main() -> None:
    """Entry point of the console script."""
    app()
