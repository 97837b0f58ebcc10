"""Writes docs/fields.md, settings.md and rules.schema.json from the code, so that they cannot disagree with it."""

from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from services.alert.settings import AlertSettings
from services.cli.client import ClientSettings
from services.cli.rule_checking import schema_text
from services.contracts import vocabulary
from services.contracts.document import DEFAULT_FIELDS, FIELDS, FieldKind
from services.enrich.settings import EnrichSettings
from services.ingest.settings import IngestSettings
from services.runtime.env import Settings, variable_of
from services.runtime.settings import ApiSettings, CommonSettings

_SETTINGS: dict[str, type[Settings]] = {
    "Every process": CommonSettings,
    "Access to ingest and alert": ApiSettings,
    "Ingest": IngestSettings,
    "Enrich": EnrichSettings,
    "Alert": AlertSettings,
    "Commands that ask a running Tocsin": ClientSettings,
}
_HOW = {
    FieldKind.TEXT: "words and phrases",
    FieldKind.KEYWORD: "the exact value, wildcards",
    FieldKind.DATE: "dates and ranges (`2022-02-07`, `now-1d`)",
    FieldKind.DOUBLE: "numbers and ranges",
    FieldKind.INTEGER: "whole numbers and ranges",
    FieldKind.BOOLEAN: "`true`, `false`",
    FieldKind.GEO_POINT: "on maps; not in KQL",
    FieldKind.NESTED: "in braces, as `quantities:{ low >= 1000 }`",
    FieldKind.STORED: "kept, not searchable",
}


def fields_page() -> str:
    """The text of docs/fields.md."""
    lines = [
        "# Fields of a document",
        "",
        "Made from the code by `make docs`; do not edit. One document per article: the same fields in the API,",
        "in the topic `articles.enriched`, in Elasticsearch, in Kibana and in the queries of subscriptions.",
        f"A word without a field looks in {' and '.join(f'`{f}`' for f in DEFAULT_FIELDS)}.",
        "",
        "| field | searched as | values | meaning |",
        "|---|---|---|---|",
    ]
    for path, (kind, info) in FIELDS.items():
        values = ", ".join(f"`{v}`" for v in _values(info.annotation))
        lines.append(f"| `{path}` | {_HOW[kind]} | {values} | {info.description or ''} |")
    lines += ["", "## Words with a fixed meaning", ""]
    for name in ("Stance", "Event", "Op", "Unit", "Category", "Movement", "ActorType", "Found", "Use"):
        words: type[StrEnum] = getattr(vocabulary, name)
        lines += [f"**{name}**: {words.__doc__}", "", ", ".join(f"`{w}`" for w in words), ""]
    return "\n".join(lines)


def _values(annotation: Any) -> list[str]:
    """The words of the closed set inside `X` or `X | None`, if there are few enough to list."""
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, StrEnum) and len(candidate) <= 6:
            return [str(word) for word in candidate]
    return []


def settings_page() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Made from the code by `make docs`; do not edit. Every process reads variables that begin with `TOCSIN_`;",
        "`TOCSIN_NAME_FILE` names a file that holds the value of `TOCSIN_NAME`. A name that no process knows stops the",
        "start, as does a value that cannot be used: all are listed at once. `tocsin run` sets the URLs itself.",
        "",
    ]
    for title, settings in _SETTINGS.items():
        lines += [f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        base = settings.__base__
        inherited = base.model_fields if base is not None and issubclass(base, Settings) else {}
        for name, info in settings.model_fields.items():
            shared = inherited.get(name)
            if shared is None or shared.default != info.default:
                lines.append(f"| `{variable_of(name)}` | {_default(info.default)} | {info.description or ''} |")
        lines.append("")
    return "\n".join(lines)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value not in ("", (), None) else ""


def main() -> None:
    """Write the pages below the current folder."""
    Path("docs").mkdir(exist_ok=True)
    Path("docs/fields.md").write_text(fields_page(), encoding="utf-8")
    Path("docs/settings.md").write_text(settings_page(), encoding="utf-8")
    Path("docs/rules.schema.json").write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
