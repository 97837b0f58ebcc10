"""Whether what an article says now goes on with the story of an alert, and how. Pure; words are `what_changed`'s."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.alert.core.triggers.sources import source_key
from services.contracts.alert import RETRACTIONS, Alert, AlertEvidence, Kind
from services.contracts.vocabulary import DENIED, Op

MAX_EDITIONS = 50
"""Most later editions of one alert."""
KEPT_FOR_RETRACTIONS = 10
"""So many of them no update takes: a story that is told to its end can still be denied."""
GRAVER_BY = 10.0
"""Points of tension (of 100) by which an article must exceed all that was told."""
_DENIABLE = frozenset({"keywords", "quantities", "signals", "title", "text", "asserted", "denied"})
"""Where a stance is that of what is said; a name in a denied clause denies nobody."""


class Development(StrEnum):
    """What an article is to an alert that was told. Those without a `kind` are told to nobody."""

    CHANGED_NUMBER = "changed_number"
    NEW_NUMBER = "new_number"
    SECOND_SOURCE = "second_source"
    GRAVER = "graver"
    ALSO_DENIED = "also_denied"
    SAID_AGAIN = "said_again"
    NO_LONGER_SAID = "no_longer_said"
    DENIED = "denied"
    NOTHING_NEW = "nothing_new"
    ELSEWHERE = "elsewhere"
    """Another article of the story, which says nothing of it: that refutes nothing."""
    TOO_MANY = "too_many"

    @property
    def kind(self) -> Kind | None:
        """As what it is told."""
        return _KINDS.get(self)


_KINDS = {
    Development.CHANGED_NUMBER: Kind.UPDATE,
    Development.NEW_NUMBER: Kind.UPDATE,
    Development.SECOND_SOURCE: Kind.UPDATE,
    Development.GRAVER: Kind.UPDATE,
    Development.ALSO_DENIED: Kind.UPDATE,
    Development.SAID_AGAIN: Kind.UPDATE,
    Development.NO_LONGER_SAID: Kind.CORRECTION,
    Development.DENIED: Kind.DENIAL,
}


class Subject(NamedTuple):
    """What a number counts; None where the article does not say whose or where."""

    unit: str
    who: str | None
    near: str | None


class Change(NamedTuple):
    """A number that is another one now; `before` is None where none was told."""

    subject: Subject
    before: float | None
    now: float


@dataclass(frozen=True, slots=True)
class Told:
    """An alert and its later editions so far, in order."""

    alert: Alert
    later: tuple[Alert, ...] = ()

    @property
    def newest(self) -> Alert:
        """The last edition."""
        return self.later[-1] if self.later else self.alert

    @property
    def upheld(self) -> tuple[Alert, ...]:
        """The editions that say that the rule held, in order."""
        return (self.alert, *(edition for edition in self.later if edition.kind not in RETRACTIONS))

    def was_said_by(self, article_id: str) -> bool:
        """Whether an edition that says that the rule held is of this article."""
        return any(_article_of(edition) == article_id for edition in self.upheld)


@dataclass(frozen=True, slots=True)
class Said:
    """An article after the alert. `evidence` is None where it does not satisfy the rule; `against` speaks against it.

    `source` is a key of `triggers.sources`, `escalation` the tension of the article from 0 to 100.
    """

    article_id: str
    source: str
    escalation: float
    evidence: tuple[AlertEvidence, ...] | None
    against: tuple[AlertEvidence, ...] = ()

    @property
    def is_denial(self) -> bool:
        """Whether the rule is satisfied by denied words alone."""
        return self.evidence is not None and all_denied(self.evidence)


@dataclass(frozen=True, slots=True)
class Turn:
    """The development, and the numbers that changed."""

    development: Development
    changes: tuple[Change, ...] = ()


def develop(told: Told, said: Said) -> Turn:
    """What the article is to the alert."""
    turn = _turn(told, said)
    kind = turn.development.kind
    room = MAX_EDITIONS if kind in RETRACTIONS else MAX_EDITIONS - KEPT_FOR_RETRACTIONS
    return turn if kind is None or len(told.later) < room else Turn(Development.TOO_MANY)


def amounts(evidence: Iterable[AlertEvidence]) -> dict[Subject, float]:
    """The largest lower bound of each subject that is not denied; "up to" bounds nothing from below."""
    found: dict[Subject, float] = {}
    for quote in evidence:
        low = quote.finding.get("low")
        if quote.field != "quantities" or low is None or quote.denial or quote.stance in DENIED:
            continue
        if quote.finding.get("op") != Op.LE:
            subject = subject_of(quote)
            found[subject] = max(low, found.get(subject, low))
    return found


def subject_of(quote: AlertEvidence) -> Subject:
    """Of a quoted quantity."""
    return Subject(quote.finding["unit"], quote.finding.get("who"), quote.finding.get("near"))


def all_denied(evidence: Iterable[AlertEvidence]) -> bool:
    """Whether all that has a stance of its own is denied or negated."""
    claims = [quote for quote in evidence if quote.field in _DENIABLE]
    return bool(claims) and all(quote.stance in DENIED for quote in claims)


def _turn(told: Told, said: Said) -> Turn:
    standing = told.newest.kind
    denied = said.is_denial and not all_denied(told.alert.evidence)
    if denied or (said.evidence is None and said.against):
        return Turn(Development.NOTHING_NEW if standing is Kind.DENIAL else Development.DENIED)
    if said.evidence is None:
        if standing in RETRACTIONS:
            return Turn(Development.NOTHING_NEW)
        is_ours = told.was_said_by(said.article_id)
        return Turn(Development.NO_LONGER_SAID if is_ours else Development.ELSEWHERE)
    changes = _changes(told, said)
    if standing in RETRACTIONS and _article_of(told.newest) == said.article_id:
        return Turn(Development.SAID_AGAIN, changes)
    if changes:
        is_changed = any(change.before is not None for change in changes)
        return Turn(Development.CHANGED_NUMBER if is_changed else Development.NEW_NUMBER, changes)
    return Turn(_without_numbers(told, said, said.evidence))


def _without_numbers(told: Told, said: Said, evidence: tuple[AlertEvidence, ...]) -> Development:
    every = (told.alert, *told.later)
    if any(quote.denial for quote in evidence) and not any(q.denial for edition in every for q in edition.evidence):
        return Development.ALSO_DENIED
    if said.escalation >= max(edition.escalation for edition in told.upheld) + GRAVER_BY:
        return Development.GRAVER
    sources = {source_key(edition.article.source) for edition in told.upheld if edition.article}
    return Development.SECOND_SOURCE if len(sources) == 1 and said.source not in sources else Development.NOTHING_NEW


def _changes(told: Told, said: Said) -> tuple[Change, ...]:
    """Of an article that was told before: every other number. Of another one: higher numbers, and new subjects."""
    highest: dict[Subject, float] = {}
    own: dict[Subject, float] = {}
    for edition in told.upheld:
        numbers = amounts(edition.evidence)
        highest |= {subject: max(n, highest.get(subject, n)) for subject, n in numbers.items()}
        if _article_of(edition) == said.article_id:
            own |= numbers
    changes = []
    for subject, now in amounts(said.evidence or ()).items():
        before = own.get(subject, highest.get(subject))
        if before is None or now > before or (subject in own and now < before):
            changes.append(Change(subject, before, now))
    return tuple(changes)


def _article_of(edition: Alert) -> str | None:
    return edition.article.id if edition.article else None
