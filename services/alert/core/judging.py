"""One article of one rule before its trigger: hands the group's state to the decision and keeps what it gives back.

Knows which articles a trigger takes no notice of; decides nothing that a trigger decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers import changes, count, crosses, first, silence, spike
from services.alert.core.triggers.dyads import Feeding, Point, Series
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.settings import Changes, Count, Crosses, First, Settings, Silence, Spike, settings_of
from services.alert.core.triggers.sources import source_key
from services.alert.core.triggers.states import GroupId, Remembered
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Trigger
from services.contracts.document import Document

S = TypeVar("S", bound=Remembered)

FED_BY_HISTORY = frozenset({Trigger.SPIKE, Trigger.FIRST})
"""Triggers with a baseline. Historic articles are part of it and notify nobody."""
_ANY_REVISION = (type(None), Crosses)
"""`each` and `crosses` also look at late articles and at later revisions."""


@dataclass(frozen=True, slots=True)
class History:
    """A dyad's series, and its history from where somebody asked for it."""

    series: Series = field(default_factory=Series)
    points: tuple[Point, ...] = ()


@dataclass(slots=True)
class Ledger:
    """The states of the groups and series of the dyads while a batch is decided, and which of them changed."""

    groups: dict[GroupId, Remembered]
    dyads: Mapping[str, History]
    changed: dict[GroupId, Remembered] = field(default_factory=dict)
    fed: dict[str, Feeding] = field(default_factory=dict)

    def of(self, group: GroupId, kind: type[S]) -> S:
        """The state of a group."""
        state = self.groups[group]
        if not isinstance(state, kind):
            raise TypeError(f"{group} remembers {type(state).__name__}, not {kind.__name__}")
        return state

    def keep(self, group: GroupId, state: Remembered) -> None:
        """What the next decision on the group will find."""
        if state != self.groups[group]:
            self.groups[group] = self.changed[group] = state

    def feed(self, document: Document) -> None:
        """Each dyad's score of an article, to the one series that all rules share; those asked for, in a replay."""
        for dyad, score in dyad_scores(document).items():
            feeding = self.fed.get(dyad)
            if feeding is None:
                known = self.dyads.get(dyad)
                if known is None:
                    continue
                feeding = self.fed[dyad] = Feeding(known.series)
            feeding.add(score, document.published)

    def history(self, dyad: str) -> History:
        """A dyad's as it is now."""
        known, feeding = self.dyads[dyad], self.fed.get(dyad)
        if feeding is None:
            return known
        fed = feeding.fed()
        kept = known.points[:-1] if known.points and known.points[-1].at == fed.cells[0].at else known.points
        return History(fed.series, (*kept, *fed.cells))


def dyad_scores(document: Document) -> Mapping[str, float]:
    """The score of each dyad of an article, the highest if one stands there twice."""
    scores: dict[str, float] = {}
    for dyad in document.dyads:
        name = f"{dyad.source}-{dyad.target}"
        scores[name] = max(scores.get(name, 0.0), dyad.score)
    return scores


def is_late(document: Document, lateness: timedelta) -> bool:
    """Whether it came too long after its own time for the triggers that look at windows. History is never late."""
    return not document.historic and document.fetched_at - document.published > lateness


def silence_group(rule: Subscription) -> GroupId:
    """The one group that a silence has."""
    return GroupId(rule.id, Trigger.SILENCE, "")


@dataclass(frozen=True, slots=True)
class Judge:
    """The allowed lateness is one for all rules."""

    lateness: timedelta

    def passed_over(self, settings: Settings | None, document: Document, *, first_seen: bool) -> Verdict | None:
        """Why this trigger takes no notice of the article; None when it does."""
        if isinstance(settings, _ANY_REVISION):
            return None
        if not first_seen:
            return Verdict.REVISED
        return Verdict.LATE if is_late(document, self.lateness) else None

    def learn(self, rule: Subscription, document: Document, groups: tuple[Observed, ...], ledger: Ledger) -> None:
        """From a historic article: nobody is told."""
        settings, at = settings_of(rule.trigger), document.published
        for seen in groups:
            group = GroupId(rule.id, rule.kind, seen.key)
            match settings:
                case Spike():
                    state = ledger.of(group, spike.SpikeState)
                    ledger.keep(group, spike.feed_history(state, settings, self.lateness, at))
                case First():
                    ledger.keep(group, first.seen(ledger.of(group, first.FirstState), at))
        if isinstance(settings, First):
            coverage = GroupId(rule.id, rule.kind, "")
            ledger.keep(coverage, first.feed_history(ledger.of(coverage, first.FirstState), at))

    def judge(self, rule: Subscription, document: Document, seen: Observed, ledger: Ledger) -> Decision:
        """What the trigger of a rule says of one group of a live article."""
        group = GroupId(rule.id, rule.kind, seen.key)
        settings, at, arrived = settings_of(rule.trigger), document.published, document.fetched_at
        state: Remembered
        match settings:
            case Crosses():
                ladder = crosses.Ladder(rungs=settings.ladder, hysteresis=settings.hysteresis, window=settings.window)
                state, decision = crosses.decide(ledger.of(group, crosses.GroupState), ladder, seen, at)
            case Count():
                story = sha256(document.story.id.encode()).hexdigest()[:16]
                counted = ledger.of(group, count.CountState)
                state, decision = count.decide(
                    counted, settings, self.lateness, story, source_key(document.source), at, arrived
                )
            case Spike():
                rates = ledger.of(group, spike.SpikeState)
                state, decision = spike.decide(rates, settings, self.lateness, rule.created_at, at, arrived)
            case First():
                coverage = ledger.of(GroupId(rule.id, rule.kind, ""), first.FirstState)
                known = ledger.of(group, first.FirstState)
                name = seen.group[0][1]
                state, decision = first.decide(known, settings, rule.created_at, coverage, name, at)
            case Silence():
                state, decision = silence.hear(ledger.of(group, silence.SilenceState), at)
            case Changes():
                state, decision = self._changes(settings, seen.key, ledger.of(group, changes.ChangesState), ledger)
            case _:
                raise TypeError(f"{rule.kind} has no state")
        ledger.keep(group, state)
        return decision

    def tick(self, rule: Subscription, at: datetime, ledger: Ledger) -> Decision:
        """What a silence rule says at a tick of the clock."""
        settings, group = settings_of(rule.trigger), silence_group(rule)
        if not isinstance(settings, Silence):
            raise TypeError(f"{rule.kind} is not decided by the clock")
        state, decision = silence.decide(ledger.of(group, silence.SilenceState), settings, rule.updated_at, at)
        ledger.keep(group, state)
        return decision

    def _changes(
        self, settings: Changes, dyad: str, state: changes.ChangesState, ledger: Ledger
    ) -> tuple[changes.ChangesState, Decision]:
        history = ledger.history(dyad)
        if history.series.at is None:
            return state, Decision(Verdict.UNMOVED)
        return changes.decide(state, settings, dyad, history.series, history.points, history.series.at)
