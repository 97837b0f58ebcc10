"""From the documents of a batch and the alerts of their stories to the later editions that are to be told. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.alert.core.composing import Composer, of_group
from services.alert.core.contradictions import contradictions, successors
from services.alert.core.deciding import Claim, Known, Matched, Plan, matched
from services.alert.core.evidence import Proof, opening, prove
from services.alert.core.followups import Development, Said, Told, Turn, develop
from services.alert.core.matching import satisfied
from services.alert.core.queueing import queued
from services.alert.core.rules import Rule
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers.sources import source_key
from services.alert.core.what_changed import what_changed
from services.contracts.alert import RETRACTIONS, Alert, Trigger
from services.contracts.document import Document
from services.query import prepare

FOLLOWED = frozenset({Trigger.EACH, Trigger.CROSSES, Trigger.FIRST})
"""Alerts that one article raises. The others speak of many: one of them that changes refutes no rate."""

RuleOf = Callable[[str], Rule | None]
"""The live rule of a subscription, by its id."""


@dataclass(frozen=True, slots=True)
class Following:
    """`own_channels` of `core.channels` are told of every edition."""

    composer: Composer
    own_channels: tuple[str, ...] = ()
    rule_time: Callable[[Document], datetime] = lambda document: document.fetched_at

    def follow(
        self,
        plan: Plan,
        documents: Sequence[Document],
        found: Sequence[Matched],
        claim: Claim,
        known: Known,
        rule_of: RuleOf,
        now: datetime,
    ) -> Plan:
        """The plan with the editions that its fresh, live documents bring, in order, and their outbox rows.

        A document follows alerts that were told before it, those of the batch too, and not those that it raises. Rows
        are due when their edition was made, so that the alert goes first.
        """
        held = {(match.document.id, match.rule.id): match for match in found}
        stories: dict[str, dict[str, Told]] = {}
        for told in known.followed:
            stories.setdefault(told.alert.story_id, {})[told.alert.id] = told
        raised_by: dict[str, list[Alert]] = {}
        for alert in plan.alerts:
            raised_by.setdefault(alert.article.id if alert.article else "", []).append(alert)
        for document in documents:
            if document.historic or document.id not in claim.fresh:
                continue
            raised = raised_by.get(document.id, [])
            of_story = stories.setdefault(document.story.id, {})
            for alerts in _by_group(of_story.values(), anew=raised):
                rule = rule_of(alerts[0].alert.subscription_id)
                if rule is None or rule.kind is not alerts[0].alert.trigger:
                    continue
                edition = self._edition(alerts, rule, document, held.get((document.id, rule.id)), now)
                if edition is not None:
                    before = of_story[edition.id]
                    of_story[edition.id] = replace(before, later=(*before.later, edition))
                    plan.editions.append(edition)
                    plan.outbox += queued(rule.subscription, edition, document, edition.raised_at, self.own_channels)
            of_story |= {alert.id: Told(alert) for alert in raised if alert.id not in of_story}
        return plan

    def _edition(
        self, alerts: Sequence[Told], rule: Rule, document: Document, match: Matched | None, now: datetime
    ) -> Alert | None:
        """Of the newest alert of a group, or of an older one that the article alone takes back."""
        subscription = rule.subscription
        if _speaks_another_language(subscription, document):
            return None
        proof = _proof(alerts[0].alert, document, match or self._evaluate(rule, document))
        for told in alerts:
            if proof is None and subscription.query != told.alert.query:
                return None  # it is the rule that changed, not what is said
            said = _said(told, document, proof)
            turn = develop(told, said)
            if (kind := turn.development.kind) is not None:
                shown = _shown(turn, said, proof, document, told)
                source = document.source.name or document.source.domain
                words = what_changed(told, said, turn, shown.evidence, source)
                return self.composer.compose_edition(told, subscription, document, kind, shown, words, now)
            if turn.development is not Development.ELSEWHERE:
                return None
        return None

    def _evaluate(self, rule: Rule, document: Document) -> Matched | None:
        """A rule that became live since the batch was matched has not been asked yet."""
        prepared, moment = prepare(document.values), self.rule_time(document)
        if not satisfied([rule], prepared, now=moment):
            return None
        return matched(rule, document, rule.ready().why(prepared, now=moment))


def _by_group(story: Iterable[Told], anew: Sequence[Alert]) -> list[list[Told]]:
    """The followed alerts of each subscription and group, newest first; not of groups that are told `anew`."""
    skipped = {(alert.subscription_id, alert.group_key) for alert in anew}
    groups: dict[tuple[str, str], list[Told]] = {}
    for told in sorted(story, key=lambda told: (told.alert.raised_at, told.alert.id), reverse=True):
        group = (told.alert.subscription_id, told.alert.group_key)
        if told.alert.trigger in FOLLOWED and group not in skipped:
            groups.setdefault(group, []).append(told)
    return list(groups.values())


def _said(told: Told, document: Document, proof: Proof | None) -> Said:
    quotes = [quote for edition in told.upheld for quote in edition.evidence]
    return Said(
        document.id,
        source_key(document.source),
        document.escalation.score,
        proof.evidence if proof else None,
        () if proof else contradictions(document, quotes, words=told.was_said_by(document.id)),
    )


def _speaks_another_language(subscription: Subscription, document: Document) -> bool:
    return bool(subscription.languages) and document.language not in subscription.languages


def _proof(alert: Alert, document: Document, match: Matched | None) -> Proof | None:
    """Of the alert's group; None where the document does not uphold it."""
    if match is None:
        return None
    group = next((group for group in match.groups if group.key == alert.group_key), None)
    if group is None and alert.trigger is not Trigger.EACH:
        return None
    return prove(document, of_group(match.subscription, match.match, group))


def _shown(turn: Turn, said: Said, proof: Proof | None, document: Document, told: Told) -> Proof:
    """The evidence of the edition, all from the new document."""
    if turn.development.kind not in RETRACTIONS and proof is not None:
        return proof
    if said.against:
        return Proof(said.against)
    if proof is not None:
        denials = tuple(quote.model_copy(update={"denial": True}) for quote in proof.evidence)
        return Proof(denials, proof.omitted)
    return Proof(successors(document, told.upheld[-1].evidence) or (opening(document),))
