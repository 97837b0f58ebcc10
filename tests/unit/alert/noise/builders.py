"""Alerts, listeners and what is remembered of them: a test names only what it is about."""

from typing import Any

from services.alert.core.noise.memory import Memory
from services.alert.core.noise.settings import Listener
from services.contracts.alert import Alert, Level, Trigger
from tests.articles import NOON


def alert(name: str = "a", **changes: Any) -> Alert:
    """A first alert of `each`, of medium severity."""
    values: dict[str, Any] = {
        "id": name, "subscription_id": "s", "rule": "invasion", "rule_version": 1, "query": "invasion",
        "trigger": Trigger.EACH, "episode": name, "title": name, "reason": "because", "evidence": (),
        "story_id": f"story-{name}", "raised_at": NOON,
    }  # fmt: skip
    return Alert.model_validate(values | changes)


def at_level(after: float, name: str = "a", **changes: Any) -> Alert:
    """An alert of a ladder."""
    level = Level(field="quantities.low", group={"who": "RUS"}, before=None, after=after, rung=after)
    return alert(name, trigger=Trigger.CROSSES, level=level, **changes)


def listener(**settings: Any) -> Listener:
    """Subscription `s`, which is told everything at once unless `settings` say else."""
    return Listener.model_validate({"id": "s", "name": "invasion"} | settings)


def memory(**known: Any) -> Memory:
    """Nothing remembered but `known`."""
    return Memory(**known)
