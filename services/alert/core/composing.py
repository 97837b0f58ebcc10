"""Builds the alert that a subscriber reads from a match and a decision. Decides nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.alert.core.evidence import prove
from services.alert.core.identity import alert_id
from services.alert.core.links import NOWHERE, Links
from services.alert.core.quoting import Quoter
from services.alert.core.reasons import reason
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.settings import CrossesTrigger
from services.alert.core.triggers.verdict import Decision
from services.contracts.alert import Alert, AlertArticle, Level
from services.contracts.document import Document
from services.query import Match


@dataclass(frozen=True, slots=True)
class Composer:
    """`links` are the same for every alert of this service."""

    links: Links = NOWHERE

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
        key = group.key if group else ""
        made = alert_id(subscription.id, subscription.kind, key, decision.episode)
        proof = prove(document, _of_group(subscription, match, group))
        level = _level(subscription, decision, group)
        start, end = Quoter(document).first_sentence()
        return Alert(
            id=made,
            team=subscription.team,
            subscription_id=subscription.id,
            rule=subscription.name,
            rule_version=subscription.version,
            query=subscription.query,
            trigger=subscription.kind,
            severity=subscription.severity,
            group_key=key,
            episode=decision.episode,
            title=document.content[start:end],
            reason=reason(subscription.kind, proof.evidence, level),
            evidence=proof.evidence,
            evidence_omitted=proof.omitted,
            level=level,
            article=AlertArticle(
                id=document.id,
                revision=document.revision,
                title=document.title,
                url=document.url,
                source=document.source,
                language=document.language,
                published=document.published,
                fetched_at=document.fetched_at,
            ),
            story_id=document.story.id,
            escalation=document.escalation.score,
            raised_at=now,
            links=self.links.of(made, subscription.query, document.url, document.published),
        )


def _of_group(subscription: Subscription, match: Match, group: Observed | None) -> Match:
    """Without the numbers of other groups, which have alerts of their own."""
    if group is None or not isinstance(subscription.trigger, CrossesTrigger):
        return match
    path, own = subscription.trigger.crosses.path, frozenset(group.objects)
    return replace(match, hits=tuple(hit for hit in match.hits if hit.path != path or hit.object in own))


def _level(subscription: Subscription, decision: Decision, group: Observed | None) -> Level | None:
    if not isinstance(subscription.trigger, CrossesTrigger) or decision.after is None or decision.rung is None:
        return None
    return Level(
        field=subscription.trigger.crosses.field,
        group={path.rpartition(".")[2]: value for path, value in group.group} if group else {},
        before=decision.before,
        after=decision.after,
        rung=decision.rung,
    )
