"""From the matches of a batch, and what is known, to everything that one transaction writes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.alert.core.composing import Composer
from services.alert.core.identity import alert_id
from services.alert.core.outbox import Queued
from services.alert.core.queueing import queued
from services.alert.core.rules import Rule
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers import crosses, each
from services.alert.core.triggers.crosses import Ladder
from services.alert.core.triggers.grouping import Observed, observe
from services.alert.core.triggers.settings import CrossesTrigger
from services.alert.core.triggers.states import GroupId, Remembered
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document
from services.query import Match


@dataclass(frozen=True, slots=True)
class Matched:
    """A live document satisfied a rule; `groups` are what `crosses` observes in it."""

    rule: Rule
    document: Document
    match: Match
    groups: tuple[Observed, ...] = ()

    @property
    def subscription(self) -> Subscription:
        """Whose rule it is."""
        return self.rule.subscription


@dataclass(frozen=True, slots=True)
class Claim:
    """Ids of the articles whose revision is higher than any seen before, and of those never seen before."""

    fresh: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Needs:
    """What a decision has to know: which alerts exist, and the state of which groups."""

    alert_ids: frozenset[str] = frozenset()
    groups: frozenset[GroupId] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to `Needs`, held under lock until the plan is written."""

    told: frozenset[str] = frozenset()
    groups: Mapping[GroupId, Remembered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observation:
    """One rule version saw one article revision, and what came of it."""

    subscription_id: str
    version: int
    article_id: str
    revision: int
    verdict: Verdict
    alert_id: str | None
    observed_at: datetime


@dataclass(slots=True)
class Plan:
    """What one transaction writes besides the articles seen."""

    observations: list[Observation] = field(default_factory=list)
    groups: dict[GroupId, Remembered] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    outbox: list[Queued] = field(default_factory=list)


def matched(rule: Rule, document: Document, match: Match) -> Matched:
    """With the groups that the rule's trigger observes."""
    trigger = rule.subscription.trigger
    if not isinstance(trigger, CrossesTrigger):
        return Matched(rule, document, match)
    path = trigger.crosses.path
    objects = [(number, getattr(document, path)[number]) for number in match.objects(path)]
    return Matched(rule, document, match, tuple(observe(objects, trigger.crosses.field, trigger.crosses.by)))


def needs(found: Sequence[Matched]) -> Needs:
    """What `decide` will ask of `Known`."""
    stories = (m for m in found if not isinstance(m.subscription.trigger, CrossesTrigger))
    return Needs(
        frozenset(_story_alert(m) for m in stories),
        frozenset(GroupId(m.subscription.id, m.subscription.kind, group.key) for m in found for group in m.groups),
    )


@dataclass(frozen=True, slots=True)
class Decider:
    """`own_channels` of `core.channels` are added to every alert."""

    composer: Composer
    own_channels: tuple[str, ...] = ()

    def decide(self, found: Sequence[Matched], claim: Claim, known: Known, now: datetime) -> Plan:
        """Decide on the matches of fresh articles, in the order given."""
        plan, told, groups = Plan(), set(known.told), dict(known.groups)
        for match in found:
            if match.document.id not in claim.fresh:
                continue
            if isinstance(match.subscription.trigger, CrossesTrigger):
                decisions = self._cross(match, match.subscription.trigger, groups, plan)
            else:
                made = _story_alert(match)
                decisions = [(None, each.decide(match.document.story.id, made in told))]
                told.add(made)
            self._write(plan, match, decisions, now)
        return plan

    def _cross(
        self, match: Matched, trigger: CrossesTrigger, groups: dict[GroupId, Remembered], plan: Plan
    ) -> list[tuple[Observed | None, Decision]]:
        settings = trigger.crosses
        ladder = Ladder(rungs=settings.ladder, hysteresis=settings.hysteresis, window=settings.window)
        decisions: list[tuple[Observed | None, Decision]] = []
        for group in match.groups:
            key = GroupId(match.subscription.id, Trigger.CROSSES, group.key)
            state, decision = crosses.decide(groups[key], ladder, group, match.document.published)
            groups[key] = plan.groups[key] = state
            decisions.append((group, decision))
        return decisions or [(None, Decision(Verdict.NO_GROUP))]

    def _write(
        self, plan: Plan, match: Matched, decisions: Sequence[tuple[Observed | None, Decision]], now: datetime
    ) -> None:
        subscription, document = match.subscription, match.document
        raised: list[tuple[Decision, str]] = []
        for group, decision in decisions:
            if decision.verdict.raises_alert:
                alert = self.composer.compose(subscription, document, match.match, decision, group, now)
                plan.alerts.append(alert)
                plan.outbox += queued(subscription, alert, document, now, self.own_channels)
                raised.append((decision, alert.id))
        decision, told = raised[0] if raised else (decisions[0][1], None)
        plan.observations.append(
            Observation(
                subscription.id, subscription.version, document.id, document.revision, decision.verdict, told, now
            )
        )


def _story_alert(match: Matched) -> str:
    return alert_id(match.subscription.id, match.subscription.kind, "", match.document.story.id)
