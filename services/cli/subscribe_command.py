"""The command `tocsin subscribe`: reads arguments, calls one function."""

import sys
from typing import Annotated, Any

import typer


def subscribe(
    word: Annotated[
        list[str] | None, typer.Option(help="a word or phrase that is asserted; repeat for any of many")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="a danger in any of its words, such as invasion or blockade")
    ] = None,
    troops_near: Annotated[str | None, typer.Option(help="soldiers reported near a country: a name or a code")] = None,
    deployment_to: Annotated[str | None, typer.Option(help="soldiers or weapons sent to a country")] = None,
    casualties_in: Annotated[str | None, typer.Option(help="people reported killed in a country")] = None,
    kql: Annotated[str | None, typer.Option(help="a query as in Kibana's search bar")] = None,
    at_least: Annotated[list[str] | None, typer.Option(help="from which number on; repeat for a ladder")] = None,
    force: Annotated[str | None, typer.Option(help="whose soldiers: a country, NATO, UN, EU or AU")] = None,
    country: Annotated[str | None, typer.Option(help="with --topic: only where this country is named")] = None,
    webhook: Annotated[list[str] | None, typer.Option(metavar="URL", help="POST alerts to it, signed")] = None,
    email: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="mail them, once confirmed")] = None,
    console: Annotated[bool, typer.Option("--console", help="print them where Tocsin runs")] = False,
    name: Annotated[str | None, typer.Option(help="its name; without it, one is made")] = None,
    severity: Annotated[str | None, typer.Option(help="low, medium, high or critical")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="to find it by")] = None,
    quiet_hours: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM", help="when alerts wait")] = None,
    time_zone: Annotated[str | None, typer.Option(help="of quiet hours and digests, such as Europe/Vilnius")] = None,
    cooldown: Annotated[str | None, typer.Option(help="at least so long between two alerts, such as 6h")] = None,
    digest: Annotated[str | None, typer.Option(help="hourly, daily or weekly: gathered instead of one by one")] = None,
    daily_budget: Annotated[int | None, typer.Option(help="most alerts of a day; the others come in a digest")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show and check it, make nothing")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of words")] = False,
) -> None:
    """Subscribe at a running Tocsin (TOCSIN_API_URL, TOCSIN_API_KEY) to one of the common wishes, or to a query."""
    from services.cli import subscribing

    wish = subscribing.Wish(
        words=word or (),
        topic=topic,
        troops_near=troops_near,
        deployment_to=deployment_to,
        casualties_in=casualties_in,
        kql=kql,
        force=force,
        country=country,
        at_least=at_least or (),
    )
    try:
        hours = None if quiet_hours is None else subscribing.quiet_hours(quiet_hours)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    settings: dict[str, Any] = {
        "name": name,
        "channels": subscribing.channels(webhook or (), email or (), console),
        "severity": severity,
        "tags": tag,
        "quiet_hours": hours,
        "time_zone": time_zone,
        "cooldown": cooldown,
        "digest": None if digest is None else {"every": digest},
        "daily_budget": daily_budget,
    }
    sys.exit(subscribing.subscribe(wish, settings, dry_run=dry_run, as_json=json))
