"""Which groups an article's satisfying objects feed, and with which number. Pure; knows no state."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.contracts.vocabulary import Op

_SOFT = frozenset({Op.LE, Op.VAGUE})


@dataclass(frozen=True, slots=True)
class Observed:
    """The number of one group in one article. `firm` is false for an upper bound or a vague word.

    `key` is the group as canonical JSON (fields in order of name), so that it survives a reordering of `by`.
    """

    key: str
    group: tuple[tuple[str, str], ...]
    value: float
    firm: bool
    objects: tuple[int, ...] = ()
    """Numbers of the group's objects in the document."""


def observe(objects: Iterable[tuple[int, Any]], field: str, by: Sequence[str]) -> list[Observed]:
    """The maximum of `field` for each group over numbered `objects`, in order of the group's key.

    `field` and `by` are dotted paths whose last part is an attribute of the objects. A null in `by`, or a null number,
    forms no group. Of two equal numbers the firm one counts.
    """
    number, names = _leaf(field), sorted(by)
    best: dict[str, Observed] = {}
    members: dict[str, list[int]] = {}
    for place, item in objects:
        value = getattr(item, number, None)
        group = tuple((name, getattr(item, _leaf(name), None)) for name in names)
        if value is None or any(part is None for _, part in group):
            continue
        named = tuple((name, str(part)) for name, part in group)
        key = _key(named)
        seen = Observed(key, named, float(value), getattr(item, "op", None) not in _SOFT)
        members.setdefault(key, []).append(place)
        rival = best.get(key)
        if rival is None or (seen.value, seen.firm) > (rival.value, rival.firm):
            best[key] = seen
    return [replace(best[key], objects=tuple(members[key])) for key in sorted(best)]


def groups(objects: Iterable[tuple[int, Any]], by: Sequence[str]) -> list[Observed]:
    """The groups of numbered `objects` without a number, in order of their keys. A null in `by` forms no group."""
    named = sorted(by)
    members: dict[str, tuple[tuple[tuple[str, str], ...], list[int]]] = {}
    for place, item in objects:
        parts = [(name, getattr(item, _leaf(name), None)) for name in named]
        if any(part is None for _, part in parts):
            continue
        group = tuple((name, str(part)) for name, part in parts)
        members.setdefault(_key(group), (group, []))[1].append(place)
    return [Observed(key, group, 0.0, True, tuple(places)) for key, (group, places) in sorted(members.items())]


def _key(group: Sequence[tuple[str, str]]) -> str:
    return json.dumps(dict(group), ensure_ascii=False, separators=(",", ":")) if group else ""


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]
