"""`tocsin keys …`: reads arguments, calls one function."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

keys_app = typer.Typer(
    help="API keys, made and ended on the store itself (TOCSIN_STORE_URL); for the first key, and for new teams.",
    no_args_is_help=True,
)


class ScopeName(StrEnum):
    """The scopes of `services.runtime.access`, which a command imports only when it is called; a test compares them."""

    INGEST = "ingest"
    READ = "read"
    SUBSCRIBE = "subscribe"
    ADMIN = "admin"


@keys_app.command("create")
def create(
    scopes: Annotated[list[ScopeName], typer.Option("--scopes", help="what it is good for; repeat for several")],
    team: Annotated[str, typer.Option(help="the team that the key acts for")] = "default",
    name: Annotated[str, typer.Option(help="what it is for, in words")] = "made on the command line",
    expires: Annotated[str | None, typer.Option(help="when it ends: 90d, or a date; without it, never")] = None,
) -> None:
    """Make a key and print it, this once, on standard output."""
    from services.cli.keys import create_key

    sys.exit(create_key(team, name, [str(scope) for scope in scopes], expires))


@keys_app.command("list")
def list_(team: Annotated[str | None, typer.Option(help="only those of this team")] = None) -> None:
    """List keys: what is known of them, not the keys."""
    from services.cli.keys import list_keys

    sys.exit(list_keys(team))


@keys_app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="id of the key, as `tocsin keys list` shows it")]) -> None:
    """End a key: within seconds no process takes it."""
    from services.cli.keys import revoke_key

    sys.exit(revoke_key(key_id))
