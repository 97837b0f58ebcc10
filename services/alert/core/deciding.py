"""From the matches of a batch, and what is known, to everything that one transaction writes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.alert.core.composing import Composer
from services.alert.core.followups import Told
from services.alert.core.identity import alert_id
from services.alert.core.judging import History, Judge, Ledger, dyad_scores, is_late
from services.alert.core.outbox import Queued
from services.alert.core.queueing import queued
from services.alert.core.rules import Rule
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers import each
from services.alert.core.triggers.dyads import Point, Series
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.observing import observed
from services.alert.core.triggers.settings import Changes, settings_of
from services.alert.core.triggers.states import GroupId, Remembered
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document
from services.query import Match


@dataclass(frozen=True, slots=True)
class Matched:
    """A document satisfied a rule; `groups` are what the rule's trigger observes in it."""

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
    """What a decision has to know: which alerts exist, the state of which groups, the series of which dyads.

    For each dyad since when its history is asked for, None when only the series is. `stories` gives the story of each
    article, whose alerts may go on if the article is fresh.
    """

    alert_ids: frozenset[str] = frozenset()
    groups: frozenset[GroupId] = frozenset()
    dyads: Mapping[str, datetime | None] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to `Needs`, held under lock until the plan is written."""

    told: frozenset[str] = frozenset()
    groups: Mapping[GroupId, Remembered] = field(default_factory=dict)
    dyads: Mapping[str, History] = field(default_factory=dict)
    followed: Sequence[Told] = ()


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
    dyads: dict[str, Series] = field(default_factory=dict)
    points: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    editions: list[Alert] = field(default_factory=list)
    """Later editions of alerts that were told before."""
    outbox: list[Queued] = field(default_factory=list)


def matched(rule: Rule, document: Document, match: Match) -> Matched:
    """With the groups that the rule's trigger observes. Reads no subscription where it observes none."""
    if rule.kind is Trigger.EACH:
        return Matched(rule, document, match)
    return Matched(rule, document, match, observed(settings_of(rule.subscription.trigger), document, match))


def needs(documents: Sequence[Document], found: Sequence[Matched]) -> Needs:
    """What `decide` will ask of `Known`."""
    groups = {GroupId(m.rule.id, m.rule.kind, group.key) for m in found for group in m.groups}
    groups |= {GroupId(m.rule.id, Trigger.FIRST, "") for m in found if m.rule.kind is Trigger.FIRST}
    dyads: dict[str, datetime | None] = dict.fromkeys(name for d in documents for name in dyad_scores(d))
    for match in found:
        if match.rule.kind is not Trigger.CHANGES:
            continue
        settings = settings_of(match.subscription.trigger)
        if isinstance(settings, Changes):
            since = match.document.published - settings.window
            for group in match.groups:
                dyads[group.key] = min(since, dyads.get(group.key) or since)
    stories = frozenset(_story_alert(m) for m in found if m.rule.kind is Trigger.EACH)
    live = {document.id: document.story.id for document in documents if not document.historic}
    return Needs(stories, frozenset(groups), dyads, live)


@dataclass(frozen=True, slots=True)
class Decider:
    """`own_channels` of `core.channels` are added to every alert."""

    composer: Composer
    judge: Judge
    own_channels: tuple[str, ...] = ()

    def decide(
        self, documents: Sequence[Document], found: Sequence[Matched], claim: Claim, known: Known, now: datetime
    ) -> Plan:
        """Decide on the matches of fresh documents, each named once, in the order given."""
        plan, told, ledger = Plan(), set(known.told), Ledger(dict(known.groups), known.dyads)
        of_document: dict[str, list[Matched]] = {}
        for match in found:
            of_document.setdefault(match.document.id, []).append(match)
        for document in documents:
            if document.id not in claim.fresh:
                continue
            first_seen = document.id in claim.first
            if first_seen and not is_late(document, self.judge.lateness):
                ledger.feed(document)
            for match in of_document.get(document.id, ()):
                if document.historic and first_seen:
                    self.judge.learn(match.subscription, document, match.groups, ledger)
                elif not document.historic:
                    self._write(plan, match, self._decisions(match, first_seen, told, ledger), now)
        return _with_ledger(plan, ledger)

    def tick(self, subscriptions: Sequence[Subscription], known: Known, at: datetime) -> Plan:
        """Decide on silences at a tick of the clock."""
        plan, ledger = Plan(), Ledger(dict(known.groups), {})
        for subscription in subscriptions:
            decision = self.judge.tick(subscription, at, ledger)
            if decision.verdict.raises_alert:
                alert = self.composer.compose_silence(subscription, decision, at)
                plan.alerts.append(alert)
                plan.outbox += queued(subscription, alert, None, at, self.own_channels)
        return _with_ledger(plan, ledger)

    def _decisions(
        self, match: Matched, first_seen: bool, told: set[str], ledger: Ledger
    ) -> list[tuple[Observed | None, Decision]]:
        document = match.document
        if match.rule.kind is Trigger.EACH:
            made = _story_alert(match)
            decision = each.decide(document.story.id, made in told)
            told.add(made)
            return [(None, decision)]
        subscription = match.subscription
        passed_over = self.judge.passed_over(settings_of(subscription.trigger), document, first_seen=first_seen)
        if passed_over is not None:
            return [(None, Decision(passed_over))]
        judged: list[tuple[Observed | None, Decision]] = [
            (group, self.judge.judge(subscription, document, group, ledger)) for group in match.groups
        ]
        return judged or [(None, Decision(Verdict.NO_GROUP))]

    def _write(
        self, plan: Plan, match: Matched, decisions: Sequence[tuple[Observed | None, Decision]], now: datetime
    ) -> None:
        rule, document = match.rule, match.document
        raised: list[tuple[Decision, str]] = []
        for group, decision in decisions:
            if decision.verdict.raises_alert:
                subscription = rule.subscription
                alert = self.composer.compose(subscription, document, match.match, decision, group, now)
                plan.alerts.append(alert)
                plan.outbox += queued(subscription, alert, document, now, self.own_channels)
                raised.append((decision, alert.id))
        decision, told = raised[0] if raised else (decisions[0][1], None)
        plan.observations.append(
            Observation(rule.id, rule.version, document.id, document.revision, decision.verdict, told, now)
        )


def _with_ledger(plan: Plan, ledger: Ledger) -> Plan:
    fed = {dyad: feeding.fed() for dyad, feeding in ledger.fed.items()}
    series = {dyad: now.series for dyad, now in fed.items()}
    points = {dyad: now.cells for dyad, now in fed.items()}
    return replace(plan, groups=ledger.changed, dyads=series, points=points)


def _story_alert(match: Matched) -> str:
    return alert_id(match.rule.id, match.rule.kind, "", match.document.story.id)
