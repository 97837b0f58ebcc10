"""The commands `tocsin rules ...`: read arguments, call one function. Import what a command needs when it is called."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


class _Group(TyperGroup):
    """A wrong option leaves with 1: 2 says that files and Tocsin differ."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _USAGE_ERROR as error:
            error.exit_code = 1  # type: ignore[attr-defined]
            raise


rules_app = typer.Typer(
    name="rules",
    cls=_Group,
    no_args_is_help=True,
    help="Subscriptions as files: check them, compare them with a running Tocsin, bring it in line with them.",
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of rules")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words")]
Prune = Annotated[bool, typer.Option("--prune", help="also end the subscriptions that no file names")]


@rules_app.command()
def validate(files: Files, json: Json = False) -> None:
    """Name everything that is wrong with files of rules, without a server. Leaves with 1 when something is."""
    from services.cli.rule_checking import validate_files

    sys.exit(validate_files(files, as_json=json))


@rules_app.command()
def diff(files: Files, prune: Prune = False, json: Json = False) -> None:
    """Show what apply would change. Leaves with 0 for nothing, 2 for something, 1 for an error."""
    from services.cli.rule_syncing import diff_rules

    sys.exit(diff_rules(files, prune=prune, as_json=json))


@rules_app.command()
def apply(
    files: Files,
    prune: Prune = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show it: the same as diff")] = False,
    json: Json = False,
) -> None:
    """Bring the subscriptions of a running Tocsin in line with files. Leaves with 0, or with 1 for an error."""
    from services.cli.rule_syncing import apply_files, diff_rules

    if dry_run:
        sys.exit(diff_rules(files, prune=prune, as_json=json))
    sys.exit(apply_files(files, prune=prune, agreed=yes, as_json=json))


@rules_app.command()
def export(
    output: Annotated[Path | None, typer.Option(help="a file; without it, standard output")] = None,
) -> None:
    """Write the subscriptions of a running Tocsin as a file that apply finds unchanged. Secrets stay there."""
    from services.cli.rule_syncing import export_rules

    sys.exit(export_rules(output))


@rules_app.command()
def new(
    template: Annotated[str | None, typer.Argument(help="a template; without it, all are listed")] = None,
    fill: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME=VALUE", help="a parameter, for example country=Lithuania"),
    ] = None,
    expand: Annotated[bool, typer.Option("--expand", help="write the whole rule with its query")] = False,
    output: Annotated[Path | None, typer.Option(help="a new file; without it, standard output")] = None,
) -> None:
    """Write a file of rules from a template; on a terminal, what is missing is asked for."""
    from services.cli.rule_starting import list_templates, start_rule

    if template is None:
        sys.exit(list_templates())
    sys.exit(start_rule(template, fill or [], expanded=expand, output=output))


@rules_app.command()
def schema(
    output: Annotated[Path | None, typer.Option(help="a file; without it, standard output")] = None,
) -> None:
    """Write the JSON Schema of files of rules, for editors."""
    from services.cli.rule_checking import write_schema

    sys.exit(write_schema(output))
