"""`tocsin subscribe`: the common wishes without the query language, through a running Tocsin. Keeps nothing itself."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.alert.core.rules import InvalidRule
from services.alert.core.templates.catalogue import templates
from services.alert.core.templates.expansion import expand
from services.cli.client import REFUSED, ApiError, open_client
from services.runtime.env import SettingsError

Entry = dict[str, Any]
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What to be told of: the words of exactly one of the first six, and what narrows it."""

    words: Sequence[str] = ()
    topic: str | None = None
    troops_near: str | None = None
    deployment_to: str | None = None
    casualties_in: str | None = None
    kql: str | None = None
    force: str | None = None
    country: str | None = None
    at_least: Sequence[str] = ()

    def rule(self) -> Entry:
        """Name, query, trigger and severity. Raises `InvalidRule`; `ValueError` unless it is one wish."""
        numbers = self.at_least[0] if len(self.at_least) == 1 else list(self.at_least)
        narrowing = {"force": self.force, "country": self.country, "at-least": numbers}
        wished = [wish for wish in self._wishes() if wish.wanted]
        if len(wished) != 1:
            raise ValueError(f"say one of {', '.join(f'--{wish.option}' for wish in self._wishes())}")
        (wish,) = wished
        if idle := [f"--{name}" for name, value in narrowing.items() if value and name not in wish.narrowed_by]:
            raise ValueError(f"{' and '.join(idle)} says nothing beside --{wish.option}")
        if self.kql is not None:
            return {"name": " ".join(self.kql.split())[:MAX_NAME], "query": self.kql}
        given = wish.given | {wish.narrowed_by[name]: value for name, value in narrowing.items() if value}
        return expand(templates()[wish.template], given)

    def _wishes(self) -> list["_Wish"]:
        ladder, number = {"at-least": "ladder", "force": "force"}, {"at-least": "at_least"}
        return [
            _Wish("word", "keyword-watch", {"words": list(self.words)} if self.words else {}),
            _Wish("topic", "topic-watch", _given("topic", self.topic), {"country": "country"}),
            _Wish("troops-near", "troop-ladder", _given("country", self.troops_near), ladder),
            _Wish("deployment-to", "deployment-to", _given("country", self.deployment_to), {"force": "force"}),
            _Wish("casualties-in", "casualties", _given("country", self.casualties_in), number),
            _Wish("kql", "", _given("query", self.kql)),
        ]


@dataclass(frozen=True, slots=True)
class _Wish:
    """An option, the template behind it with its parameters, and which of them other options fill."""

    option: str
    template: str
    given: Entry
    narrowed_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> bool:
        return bool(self.given)


def _given(parameter: str, value: str | None) -> Entry:
    return {} if value is None else {parameter: value}


def channels(webhooks: Sequence[str], emails: Sequence[str], console: bool) -> list[Entry]:
    """Where to be told, as the API takes it."""
    return [
        *({"type": "webhook", "url": url} for url in webhooks),
        *({"type": "email", "address": address} for address in emails),
        *([{"type": "console"}] if console else []),
    ]


def quiet_hours(span: str) -> Entry:
    """`22:00-07:00` as the API takes it. Raises `ValueError`."""
    start, dash, end = (part.strip() for part in span.partition("-"))
    if not (start and dash and end):
        raise ValueError(f"--quiet-hours {span}: write when they begin and end, as in 22:00-07:00")
    return {"from": start, "to": end}


def subscribe(wish: Wish, settings: Entry, *, dry_run: bool, as_json: bool) -> int:
    """Make it and say so. 2 when something cannot be used, 1 when Tocsin did not answer.

    `settings` are the other fields of a subscription; None means that nothing was said.
    """
    try:
        body = wish.rule() | {name: value for name, value in settings.items() if value is not None}
        with open_client(os.environ) as api:
            if dry_run:
                return _judge(body, api.call("POST", "/v1/rules/validate", body=body), as_json)
            _show(api.call("POST", "/v1/subscriptions", body=body), as_json)
    except (InvalidRule, ValueError) as error:
        problems = error.problems if isinstance(error, InvalidRule) else [error]
        sys.stderr.writelines(f"tocsin subscribe: {problem}\n" for problem in problems)
        return REFUSED
    except (ApiError, SettingsError) as error:
        sys.stderr.write(f"tocsin subscribe: {error}\n")
        return error.exit_code if isinstance(error, ApiError) else REFUSED
    return 0


def _judge(body: Entry, verdict: Entry, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"subscription": body, "verdict": verdict}, indent=2, ensure_ascii=False))
    else:
        print(json.dumps(body, indent=2, ensure_ascii=False))
        for finding in (*verdict["problems"], *verdict["warnings"]):
            sys.stderr.write(f"{finding['field']}: {finding['reason']}; {finding['hint']}".rstrip("; ") + "\n")
    return 0 if verdict["valid"] else REFUSED


def _show(made: Entry, as_json: bool) -> None:
    """The subscription, and what only this reply shows."""
    if as_json:
        print(json.dumps(made, indent=2, ensure_ascii=False))
        return
    print(f"subscribed: {made['name']} ({made['id']})")
    print(f"  query: {made['query']}")
    for channel in made["channels"]:
        print(f"  told by {channel['type']}: {channel.get('url') or channel.get('address') or 'standard output'}")
        if channel.get("secret"):
            print(f"    its secret, shown this once: {channel['secret']}")
        if channel["type"] == "email":
            print("    whoever reads it has to confirm first: a mail is on its way")
    if not made["channels"]:
        print("  told nobody: the alerts are at /v1/alerts; --webhook, --email or --console sends them")
