"""Rules of a file into the store, matched by name. Decides nothing about what a rule may say."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from services.alert.core.rule_changes import plan
from services.alert.core.rule_files import id_of_name
from services.alert.core.subscriptions import Draft, Subscription, revise
from services.alert.ports import Conflict, Subscriptions
from services.contracts.teams import DEFAULT_TEAM

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_RULES = SAMPLES / "rules.yaml"
SAMPLE_ARTICLES = SAMPLES / "articles"
PAGE = 100


async def apply_rules(
    drafts: Sequence[Draft], subscriptions: Subscriptions, now: datetime, *, replace: bool = True
) -> None:
    """Create what is new and replace what changed; an unchanged rule keeps its version and its memory.

    Without `replace` a subscription that is there stays as it is: somebody may have made it their own.
    Raises `InvalidRule` where a name stands for several subscriptions.
    """
    for change in plan(await _stored(subscriptions), drafts):
        if change.stored is None and change.draft is not None:
            await _create(change.draft, subscriptions, now)
        elif replace and change.stored is not None and change.draft is not None:
            revised = revise(change.stored, change.draft, now)
            if revised is not change.stored:
                await subscriptions.replace(revised, change.stored.version)


async def _stored(subscriptions: Subscriptions) -> list[Subscription]:
    found: list[Subscription] = []
    cursor: str | None = None
    while True:
        page = await subscriptions.list(team=DEFAULT_TEAM, cursor=cursor, limit=PAGE)
        found += page.items
        if page.cursor is None:
            return found
        cursor = page.cursor


async def _create(draft: Draft, subscriptions: Subscriptions, now: datetime) -> None:
    """Under an id that its name makes, where that was never given before."""
    made = Subscription.model_validate(
        draft.model_dump()
        | {"id": draft.id or id_of_name(draft.name), "team": DEFAULT_TEAM, "created_at": now, "updated_at": now}
    )
    try:
        await subscriptions.create(made)
    except Conflict:
        if draft.id is not None:
            raise
        await subscriptions.create(made.model_copy(update={"id": uuid4().hex}))
