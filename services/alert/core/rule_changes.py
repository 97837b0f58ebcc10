"""What has to change so that the stored subscriptions are what the files say. Plans; changes nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.alert.core.channels import WebhookChannel
from services.alert.core.rules import InvalidRule, Problem
from services.alert.core.subscriptions import Draft, Subscription, revise


class Step(StrEnum):
    """What happens to a subscription."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, before and after, as JSON values; None where it is not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One subscription: as it is stored, as the files want it, and where the two differ."""

    step: Step
    stored: Subscription | None
    draft: Draft | None
    differences: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """What the files call it, or what it is called now."""
        named = self.draft or self.stored
        return named.name if named else ""

    @property
    def sets_secrets(self) -> bool:
        """Whether the files hold a secret, which can be compared by the server alone."""
        channels = self.draft.channels if self.draft else ()
        return any(isinstance(channel, WebhookChannel) and channel.secret for channel in channels)


def plan(stored: Sequence[Subscription], drafts: Sequence[Draft], *, prune: bool = False) -> list[Change]:
    """One change a draft, in order; with `prune` also the end of every subscription that no draft names.

    A draft with an id is that subscription, one without is the one of its name; secrets are not compared.
    Raises `InvalidRule` where a name stands for several subscriptions.
    """
    partners = [_partner(stored, draft) for draft in drafts]
    problems = [_ambiguous(draft, found) for draft, found in zip(drafts, partners, strict=True) if len(found) > 1]
    if problems:
        raise InvalidRule(problems)
    changes = [_change(found[0] if found else None, draft) for draft, found in zip(drafts, partners, strict=True)]
    wanted = {subscription.id for found in partners for subscription in found}
    gone = [Change(Step.REMOVED, subscription, None) for subscription in stored if subscription.id not in wanted]
    return changes + (gone if prune else [])


def _partner(stored: Sequence[Subscription], draft: Draft) -> list[Subscription]:
    if draft.id is not None:
        return [subscription for subscription in stored if subscription.id == draft.id]
    return [subscription for subscription in stored if subscription.name == draft.name]


def _ambiguous(draft: Draft, found: Sequence[Subscription]) -> Problem:
    ids = " or ".join(subscription.id for subscription in found)
    return Problem("name", f"{len(found)} subscriptions are called {draft.name!r}", hint=f"say which: id: {ids}")


def _change(stored: Subscription | None, draft: Draft) -> Change:
    if stored is None:
        return Change(Step.CREATED, None, draft, differences({}, draft.as_written()))
    wanted = revise(stored, draft, stored.updated_at)
    found = differences(stored.draft.as_written(), wanted.draft.as_written())
    return Change(Step.CHANGED if found else Step.UNCHANGED, stored, draft, found)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Field by field, settings within a mapping by their dotted path; a list is one value."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    fields = [*old, *(field for field in new if field not in old)]
    return tuple(Difference(f, old.get(f), new.get(f)) for f in fields if old.get(f) != new.get(f))


def described(change: Change) -> list[str]:
    """The lines that tell a person of a change."""
    sign = {Step.CREATED: "+", Step.CHANGED: "~", Step.UNCHANGED: "=", Step.REMOVED: "-"}[change.step]
    at = f" (version {change.stored.version})" if change.stored else ""
    lines = [f"{sign} {change.name}{at}"]
    for difference in change.differences:
        lines.append(f"    {difference.field}:")
        lines += [f"      - {_value(difference.before)}"] if difference.before is not None else []
        lines += [f"      + {_value(difference.after)}"] if difference.after is not None else []
    return lines


def _leaves(values: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            found += _leaves(value, f"{above}{key}.")
        else:
            found.append((above + key, value))
    return found


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
