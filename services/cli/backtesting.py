"""`tocsin backtest`: what rules would have told over the articles that a running Tocsin has stored, through its API."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.alert.core.plain_text import visible
from services.alert.core.subscriptions import Draft
from services.cli.client import ApiClient, ApiError, open_client
from services.cli.rule_checking import usable_drafts
from services.cli.rule_syncing import read_subscription
from services.runtime.env import SettingsError

WIDEST_BAR = 40


def backtest(rule: str, query: Mapping[str, Any], *, as_json: bool) -> int:
    """Print a report for each rule of a file, or for a subscription by name or id; 1 when one could not be had.

    `query` holds since, until, warm_up and alerts as `POST /v1/rules/preview` takes them.
    """
    failed = False
    try:
        with open_client(os.environ) as api:
            drafts = usable_drafts([Path(rule)]) if Path(rule).is_file() else _subscribed(api, rule)
            for draft in drafts or ():
                body = {"rule": draft.model_dump(mode="json", exclude_none=True, exclude={"channels"}), **query}
                try:
                    report = api.call("POST", "/v1/rules/preview", body=body)
                except ApiError as error:
                    failed = True
                    sys.stderr.write(f"{draft.name}: {error}\n")
                    continue
                told = {"rule": draft.name, **report}
                print(json.dumps(told, ensure_ascii=False) if as_json else _page(told))
    except (ApiError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if failed or not drafts else 0


def _subscribed(api: ApiClient, name: str) -> list[Draft]:
    """Those of this name or id; says so when there is none."""
    stored = [read_subscription(values) for values in api.pages("/v1/subscriptions", {"limit": 100})]
    found = [subscription.draft for subscription in stored if name in (subscription.name, subscription.id)]
    if not found:
        sys.stderr.write(f"{name}: no such file, and no subscription of this name or id\n")
    return found


def _page(report: Mapping[str, Any]) -> str:
    noise, covered = report["noise"], report["covered_until"]
    lines = [
        f"{report['rule']}: {_many(report['raised'], 'alert')} from {_many(report['matched'], 'matching article')}, "
        f"{_day(report['since'])} to {_day(covered)}",
        f"  a day: {noise['mean']:.2f} on average, {noise['most']} at most; "
        f"{_many(noise['silent_days'], 'day')} without",
    ]
    if report["truncated"]:
        lines.append(
            f"  NOT WHOLE: the limit of {report['truncated']} was met; "
            f"nothing is known of {covered} to {report['until']}"
        )
    lines += _histogram(report["days"])
    lines += [f"  {count:>6} {verdict.replace('_', ' ')}" for verdict, count in report["verdicts"].items()]
    lines += _remarks(report)
    lines += [line for fired in report["first_alerts"] for line in _alert(fired)]
    left = report["raised"] - len(report["first_alerts"])
    if left > 0:
        lines.append(f"  and {_many(left, 'more alert')}")
    return "\n".join(visible(line) for line in lines) + "\n"


def _histogram(days: list[Mapping[str, Any]]) -> list[str]:
    most = max((day["matched"] for day in days), default=0)
    lines = []
    for day in days:
        raised, matched = _bar(day["raised"], most), _bar(day["matched"], most)
        bar = "█" * raised + "░" * (matched - raised)
        lines.append(f"  {day['day']} {bar} {day['raised']} of {day['matched']}")
    return lines


def _bar(number: int, most: int) -> int:
    return 0 if not number else max(1, round(min(number, most) * WIDEST_BAR / max(most, WIDEST_BAR)))


def _remarks(report: Mapping[str, Any]) -> list[str]:
    said = {
        "revised": "was replayed with its latest text: it has changed since",
        "clamped": "had no usable date and counts as published on arrival",
        "historic": "was imported and counts as arrived when it was published; nobody would have been told",
    }
    lines = [f"  {_many(report[key], 'matching article')}: {text}" for key, text in said.items() if report[key]]
    return [
        *lines,
        f"  {report['articles']:,} stored articles in {report['seconds']:.1f} s "
        f"({report['articles_per_second']:,.0f} a second), {report['loaded']:,} of them read",
    ]


def _alert(fired: Mapping[str, Any]) -> list[str]:
    alert = fired["alert"]
    mark = " (imported)" if fired["historic"] else ""
    quotes = [f"      “{quote['quote']}”" for quote in alert["evidence"][:3]]
    return [f"  {alert['raised_at'][:16]}Z {alert['title']}{mark}", f"      {alert['reason']}", *quotes]


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _day(moment: str) -> str:
    return moment[:10]
