"""`tocsin rules diff`, `apply` and `export`: files against the subscriptions of a running Tocsin, through its API."""

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
import yaml

from services.alert.core.rule_changes import Change, Step, described, plan
from services.alert.core.rules import InvalidRule
from services.alert.core.subscriptions import Draft, Subscription
from services.cli.client import ApiClient, ApiError, open_client
from services.cli.rule_checking import usable_drafts
from services.runtime.env import SettingsError

SAME, FAILED, DIFFERENT = 0, 1, 2
"""Exit codes."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a change; `secrets` are those that the server made, by the channel's URL."""

    change: Change
    step: Step
    secrets: Mapping[str, str]


def diff_rules(paths: Sequence[Path], *, prune: bool, as_json: bool) -> int:
    """Print what `apply` would do."""
    changes = _planned(paths, prune=prune)
    if changes is None:
        return FAILED
    _show([(change, change.step) for change in changes], as_json)
    return DIFFERENT if any(change.step is not Step.UNCHANGED for change in changes) else SAME


def apply_files(paths: Sequence[Path], *, prune: bool, agreed: bool, as_json: bool) -> int:
    """Do it, once somebody agreed to it. One subscription that cannot be changed keeps no other from it."""
    changes = _planned(paths, prune=prune)
    if changes is None:
        return FAILED
    differing = [change for change in changes if change.step is not Step.UNCHANGED]
    if differing and not agreed and not _agreed(differing):
        return FAILED
    settled: list[Settled] = []
    failed = False
    with open_client(os.environ) as api:
        for change in changes:
            try:
                settled.append(_settle(api, change))
            except ApiError as error:
                failed = True
                sys.stderr.write(f"{change.name}: {error}\n")
    _show([(done.change, done.step) for done in settled], as_json)
    for done in settled:
        for url, secret in done.secrets.items():
            # The server shows it once and never again.
            sys.stderr.write(f"{done.change.name}: the secret of {url} is {secret}\n")
    return FAILED if failed else SAME


def export_rules(output: Path | None) -> int:
    """Every subscription of the team, as a file of rules."""
    try:
        with open_client(os.environ) as api:
            text = as_yaml(_stored(api))
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
    except (ApiError, SettingsError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return SAME


def as_yaml(stored: Sequence[Subscription]) -> str:
    """A file of rules; an id is written where two share a name, for a name alone would not tell them apart."""
    shared = Counter(subscription.name for subscription in stored)
    rules = [
        {
            key: value
            for key, value in subscription.draft.as_written().items()
            if key != "id" or shared[subscription.name] > 1
        }
        for subscription in stored
    ]
    return yaml.safe_dump({"rules": rules}, sort_keys=False, allow_unicode=True, width=1_000_000)


def _planned(paths: Sequence[Path], *, prune: bool) -> list[Change] | None:
    """None, and the reasons on standard error, when files or Tocsin cannot be read."""
    drafts = usable_drafts(paths)
    if drafts is None:
        return None
    try:
        with open_client(os.environ) as api:
            return plan(_stored(api), drafts, prune=prune)
    except InvalidRule as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
    except (ApiError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
    return None


def _stored(api: ApiClient) -> list[Subscription]:
    return [read_subscription(values) for values in api.pages("/v1/subscriptions", {"limit": 100})]


def read_subscription(values: Mapping[str, Any]) -> Subscription:
    """Of what the API says, what a subscription is made of: it may say more."""
    return Subscription.model_validate({k: v for k, v in values.items() if k in Subscription.model_fields})


def _settle(api: ApiClient, change: Change) -> Settled:
    """Raises `ApiError`, also when somebody changed the subscription since it was read."""
    before, draft = change.stored, change.draft
    if before is None and draft is not None:
        reply = api.call("POST", "/v1/subscriptions", body=_body(draft))
        return Settled(change, Step.CREATED, _made_secrets(reply, draft))
    if before is None or (change.step is Step.UNCHANGED and not change.sets_secrets):
        return Settled(change, change.step, {})
    path, tag = f"/v1/subscriptions/{before.id}", {"If-Match": f'"{before.version}"'}
    if draft is None:
        api.call("DELETE", path, headers=tag)
        return Settled(change, Step.REMOVED, {})
    reply = api.call("PUT", path, body=_body(draft) | {"id": before.id}, headers=tag)
    step = Step.UNCHANGED if reply["version"] == before.version else Step.CHANGED
    return Settled(change, step, _made_secrets(reply, draft))


def _body(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(mode="json", exclude_none=True)


def _made_secrets(reply: Mapping[str, Any], draft: Draft) -> dict[str, str]:
    written = {getattr(channel, "secret", None) for channel in draft.channels}
    shown = [channel for channel in reply["channels"] if channel.get("secret")]
    return {channel["url"]: channel["secret"] for channel in shown if channel["secret"] not in written}


def _agreed(differing: Sequence[Change]) -> bool:
    """Show the changes and ask; without a terminal nobody can agree."""
    if not sys.stdin.isatty():
        sys.stderr.write("nobody is there to agree: say --yes, or --dry-run to only see it\n")
        return False
    _show([(change, change.step) for change in differing], as_json=False)
    return typer.confirm("Apply this?")


def _show(steps: Sequence[tuple[Change, Step]], as_json: bool) -> None:
    counts = {step.value: sum(taken is step for _, taken in steps) for step in Step}
    if as_json:
        changes = [
            {
                "step": step,
                "name": change.name,
                "id": change.stored.id if change.stored else None,
                "version": change.stored.version if change.stored else None,
                "differences": [asdict(difference) for difference in change.differences],
            }
            for change, step in steps
        ]
        print(json.dumps({"changes": changes, **counts}, ensure_ascii=False))
        return
    for change, step in steps:
        if step is not Step.UNCHANGED:
            print("\n".join(described(change)))
    print(", ".join(f"{number} {step}" for step, number in counts.items()))
