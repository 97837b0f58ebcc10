"""Index templates for articles and alerts, made from the contracts. Plain JSON; talks to no server.

Only field types and settings that every Elasticsearch 9 has, whatever its licence.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, get_args

from pydantic import AwareDatetime, BaseModel

from services.contracts.alert import Alert
from services.contracts.document import DEFAULT_FIELDS, SCHEMA, FieldKind
from services.query.analysis import MAX_TOKEN, POSITION_GAP
from services.query.prepared import MAX_KEYWORD

ARTICLES: Final = "articles"
"""Alias of all article indices, one a month."""
ALERTS: Final = "alerts"
"""The index of alerts, for Kibana."""

_ANALYSIS: Final = {
    "analyzer": {"words": {"type": "custom", "tokenizer": "runs", "filter": ["lowercase", "short"]}},
    "tokenizer": {"runs": {"type": "pattern", "pattern": r"[^\p{L}\p{N}\p{M}]+"}},
    "filter": {"short": {"type": "length", "max": MAX_TOKEN}},
}
"""Tokens are runs of letters, digits and marks. `services.query.analysis` is the same in Python; a test compares."""
_SETTINGS: Final = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "codec": "best_compression",
    # Said although it is the default: said, it also holds for an index that nobody searches.
    "refresh_interval": "1s",
}
_FIELDS: Final[dict[FieldKind, dict[str, Any]]] = {
    FieldKind.TEXT: {"type": "text", "analyzer": "words", "position_increment_gap": POSITION_GAP},
    FieldKind.KEYWORD: {"type": "keyword", "ignore_above": MAX_KEYWORD},
    FieldKind.DATE: {"type": "date"},
    FieldKind.DOUBLE: {"type": "double"},
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.GEO_POINT: {"type": "geo_point"},
    FieldKind.STORED: {"type": "object", "enabled": False},
}
_SELDOM_ASKED: Final = (".start", ".end", ".sentence")
"""Numbers of every finding that hardly anybody asks for: their columns answer, slowly, and an index of them as well
would cost a quarter of the time that a document takes."""
_OF_TYPE: Final[dict[type, FieldKind]] = {
    bool: FieldKind.BOOLEAN,
    int: FieldKind.INTEGER,
    float: FieldKind.DOUBLE,
    AwareDatetime: FieldKind.DATE,
    str: FieldKind.KEYWORD,
}
_ALERT_TEXTS: Final = frozenset({"title", "reason", "evidence.quote", "article.title"})
_ALERT_STORED: Final = frozenset({"links", "evidence.finding"})


def article_index(prefix: str, fetched_at: datetime) -> str:
    """The index of an article: that of the month of its first arrival, which never changes."""
    return f"{prefix}{ARTICLES}-{fetched_at:%Y.%m}"


def index_month(name: str, alias: str) -> datetime | None:
    """Begin of the month that an index holds, None for an index that is not one of these."""
    try:
        return datetime.strptime(name.removeprefix(f"{alias}-"), "%Y.%m").replace(tzinfo=UTC)
    except ValueError:
        return None


def component_templates(prefix: str) -> dict[str, dict[str, Any]]:
    """Name -> body: settings and mapping of articles and of alerts, for other templates to build on."""
    settings = {**_SETTINGS, "analysis": _ANALYSIS}
    articles = {**settings, "index.query.default_field": list(DEFAULT_FIELDS)}
    return {
        f"{prefix}tocsin-articles": {"template": {"settings": articles, "mappings": article_mapping()}},
        f"{prefix}tocsin-alerts": {"template": {"settings": settings, "mappings": alert_mapping()}},
    }


def index_templates(prefix: str) -> dict[str, dict[str, Any]]:
    """Name -> body: what a new index starts with."""
    aliases: dict[str, Any] = {f"{prefix}{ARTICLES}": {}}
    return {
        f"{prefix}tocsin-articles": _template(prefix, ARTICLES, f"{prefix}{ARTICLES}-*", aliases),
        f"{prefix}tocsin-alerts": _template(prefix, ALERTS, f"{prefix}{ALERTS}", {}),
    }


def _template(prefix: str, name: str, pattern: str, aliases: dict[str, Any]) -> dict[str, Any]:
    return {
        "index_patterns": [pattern],
        "composed_of": [f"{prefix}tocsin-{name}"],
        "priority": 500,
        "template": {"aliases": aliases},
    }


def article_mapping() -> dict[str, Any]:
    """The mapping of a document, from the schema that queries are read with."""
    properties: dict[str, Any] = {}
    for path, kind in SCHEMA.items():
        nested = {"type": "nested", "dynamic": False, "properties": {}}
        leaf = nested if kind is FieldKind.NESTED else dict(_FIELDS[kind])
        if path.endswith(_SELDOM_ASKED):
            leaf["index"] = False
        _put(properties, path.split("."), leaf)
    return {"dynamic": False, "properties": properties}


def alert_mapping() -> dict[str, Any]:
    """The mapping of an alert: nothing nested, so that Kibana's charts can use every field."""
    properties: dict[str, Any] = {}
    for path, kind in _alert_fields(Alert).items():
        _put(properties, path.split("."), dict(_FIELDS[kind]))
    # The names in a group are those of the subscription, so they are mapped when they come.
    properties["level"]["properties"]["group"] = {"type": "object", "dynamic": True}
    keywords = {"path_match": "level.group.*", "mapping": dict(_FIELDS[FieldKind.KEYWORD])}
    return {"dynamic": False, "dynamic_templates": [{"groups": keywords}], "properties": properties}


def _put(properties: dict[str, Any], names: list[str], leaf: Mapping[str, Any]) -> None:
    for name in names[:-1]:
        properties = properties.setdefault(name, {"properties": {}})["properties"]
    properties[names[-1]] = leaf


def _alert_fields(model: type[BaseModel], above: str = "") -> dict[str, FieldKind]:
    found: dict[str, FieldKind] = {}
    for name, info in model.model_fields.items():
        path = above + name
        types = _types(info.annotation)
        inner = next((t for t in types if issubclass(t, BaseModel)), None)
        if path in _ALERT_STORED:
            found[path] = FieldKind.STORED
        elif path in _ALERT_TEXTS:
            found[path] = FieldKind.TEXT
        elif inner is not None:
            found |= _alert_fields(inner, f"{path}.")
        elif dict not in types:
            found[path] = next(kind for t, kind in _OF_TYPE.items() if any(issubclass(o, t) for o in types))
    return found


def _types(annotation: Any) -> list[type]:
    """The classes inside `X`, `X | None`, `tuple[X, ...]` or an annotated X; `dict` for any mapping."""
    if isinstance(annotation, type):
        return [annotation]
    if getattr(annotation, "__origin__", None) is dict:
        return [dict]
    return [t for part in get_args(annotation) for t in _types(part) if t is not type(None)]
