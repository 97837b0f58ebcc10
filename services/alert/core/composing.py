"""Builds the alert that a subscriber reads from a match and a decision. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alert.core.evidence import Proof, prove
from services.alert.core.followups import Told
from services.alert.core.identity import alert_id, edition_number
from services.alert.core.links import NOWHERE, Links
from services.alert.core.quoting import Quoter
from services.alert.core.reasons import reason
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.settings import Changes, Crosses, Silence, settings_of
from services.alert.core.triggers.verdict import Decision
from services.contracts.alert import Alert, AlertArticle, Counted, Figures, Kind, Level, Move, Newcomer, Quiet, Rate
from services.contracts.document import Document
from services.query import Hit, Match

_AN_INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Composer:
    """`links` are the same for every alert of this service. Without `quotes` an alert can only be counted."""

    links: Links = NOWHERE
    quotes: bool = True

    def compose(
        self,
        subscription: Subscription,
        document: Document,
        match: Match,
        decision: Decision,
        group: Observed | None,
        now: datetime,
    ) -> Alert:
        """The alert of this decision; its id depends on subscription, trigger, group and episode alone."""
        alert = self._alert(subscription, group.key if group else "", decision, _plain(group), now)
        if not self.quotes:
            return alert
        proof = prove(document, of_group(subscription, match, group))
        level = _level(subscription, decision, group)
        start, end = Quoter(document).first_sentence()
        links = self.links.of(alert.id, subscription.query, document.url, document.published)
        return alert.model_copy(
            update={
                "title": document.content[start:end],
                "reason": reason(subscription.kind, proof.evidence, level or _figures(alert)),
                "evidence": proof.evidence,
                "evidence_omitted": proof.omitted,
                "level": level,
                "article": _article(document),
                "story_id": document.story.id,
                "escalation": document.escalation.score,
                "links": links,
            }
        )

    def compose_silence(self, subscription: Subscription, decision: Decision, tick: datetime) -> Alert:
        """An alert that no article raised: without evidence, story and article."""
        alert = self._alert(subscription, "", decision, {}, tick)
        said = reason(subscription.kind, (), _figures(alert))
        links = self.links.of(alert.id, subscription.query, "", tick)
        return alert.model_copy(update={"title": f"Silence: {subscription.name}", "reason": said, "links": links})

    def compose_edition(
        self,
        told: Told,
        subscription: Subscription,
        document: Document,
        kind: Kind,
        proof: Proof,
        reason: str,
        now: datetime,
    ) -> Alert:
        """A later edition of an alert, under its id. Those of one alert are never of the same moment."""
        start, end = Quoter(document).first_sentence()
        return told.alert.model_copy(
            update={
                "kind": kind,
                "edition": edition_number(kind, document.id, document.revision),
                "rule": subscription.name,
                "rule_version": subscription.version,
                "query": subscription.query,
                "severity": subscription.severity,
                "title": document.content[start:end],
                "reason": reason,
                "evidence": proof.evidence,
                "evidence_omitted": proof.omitted,
                "level": _next_level(told.upheld[-1].level, proof) if kind is Kind.UPDATE else told.upheld[-1].level,
                "article": _article(document),
                "escalation": document.escalation.score,
                "links": self.links.of(told.alert.id, subscription.query, document.url, document.published),
                "raised_at": max(now, told.newest.raised_at + _AN_INSTANT),
            }
        )

    def _alert(
        self, subscription: Subscription, key: str, decision: Decision, group: dict[str, str], now: datetime
    ) -> Alert:
        """What an alert says of rule, trigger and decision; the article is the caller's."""
        figures = decision.figures
        if isinstance(figures, Counted | Rate):
            figures = figures.model_copy(update={"group": group})
        return Alert(
            id=alert_id(subscription.id, subscription.kind, key, decision.episode),
            team=subscription.team,
            subscription_id=subscription.id,
            rule=subscription.name,
            rule_version=subscription.version,
            query=subscription.query,
            trigger=subscription.kind,
            severity=subscription.severity,
            group_key=key,
            episode=decision.episode,
            title="",
            reason="",
            evidence=(),
            count=figures if isinstance(figures, Counted) else None,
            spike=figures if isinstance(figures, Rate) else None,
            first=figures if isinstance(figures, Newcomer) else None,
            silence=figures if isinstance(figures, Quiet) else None,
            changes=figures if isinstance(figures, Move) else None,
            story_id="",
            raised_at=now,
        )


def _article(document: Document) -> AlertArticle:
    return AlertArticle(
        id=document.id,
        revision=document.revision,
        title=document.title,
        url=document.url,
        source=document.source,
        language=document.language,
        published=document.published,
        fetched_at=document.fetched_at,
    )


def _next_level(before: Level | None, proof: Proof) -> Level | None:
    """From the numbers that the edition quotes; as it was where they are of another field."""
    path, _, name = (before.field if before else "").rpartition(".")
    found = [quote.finding.get(name) for quote in proof.evidence if quote.field == path and not quote.denial]
    numbers = [value for value in found if isinstance(value, int | float)]
    if before is None or not numbers:
        return before
    return before.model_copy(update={"before": before.after, "after": max(numbers)})


def _figures(alert: Alert) -> Figures | None:
    return alert.count or alert.spike or alert.first or alert.silence or alert.changes


def of_group(subscription: Subscription, match: Match, group: Observed | None) -> Sequence[Hit]:
    """The hits of a match but for the objects of other groups, which have alerts of their own; with all of this one."""
    settings = settings_of(subscription.trigger)
    if group is None or not group.group or settings is None or isinstance(settings, Silence):
        return match.hits
    path, own = "dyads" if isinstance(settings, Changes) else settings.path, frozenset(group.objects)
    hits = [hit for hit in match.hits if hit.path != path or hit.object in own]
    quoted = {hit.object for hit in hits if hit.path == path}
    field = group.group[0][0]
    hits += [Hit("", field, path, number) for number in group.objects if number not in quoted]
    return hits


def _level(subscription: Subscription, decision: Decision, group: Observed | None) -> Level | None:
    settings = settings_of(subscription.trigger)
    if not isinstance(settings, Crosses) or decision.after is None or decision.rung is None:
        return None
    return Level(
        field=settings.field, group=_plain(group), before=decision.before, after=decision.after, rung=decision.rung
    )


def _plain(group: Observed | None) -> dict[str, str]:
    """Who and near, without the path of the objects."""
    return {path.rpartition(".")[2]: value for path, value in group.group} if group else {}
