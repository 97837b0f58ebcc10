"""Rules from a YAML file into the store, matched by id. Decides nothing about what a rule may say."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.alert.core.rule_files import read_rules
from services.alert.core.subscriptions import Draft, Subscription, revise
from services.alert.ports import Subscriptions
from services.contracts.teams import DEFAULT_TEAM

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_RULES = SAMPLES / "rules.yaml"
SAMPLE_ARTICLES = SAMPLES / "articles"


def read_rule_file(path: Path) -> list[Draft]:
    """The rules of a file. Raises `InvalidRule` with every problem, `OSError`, `UnicodeDecodeError`."""
    return read_rules(path.read_text(encoding="utf-8"))


async def apply_rules(drafts: Sequence[Draft], subscriptions: Subscriptions, now: datetime) -> None:
    """Create what is new and replace what changed; an unchanged rule keeps its version and its memory."""
    for draft in drafts:
        stored = await subscriptions.get(str(draft.id), team=DEFAULT_TEAM)
        if stored is None:
            made = Subscription.model_validate(
                draft.model_dump() | {"team": DEFAULT_TEAM, "created_at": now, "updated_at": now}
            )
            await subscriptions.create(made)
            continue
        revised = revise(stored, draft, now)
        if revised is not stored:
            await subscriptions.replace(revised, stored.version)
