"""What a decision needs to know of a match."""

from datetime import timedelta

import pytest

from services.alert.core.composing import Composer
from services.alert.core.deciding import Claim, Decider, Known, Plan, needs
from services.alert.core.judging import Judge
from services.alert.core.matching import Matcher
from services.alert.core.rules import compile_rule
from services.alert.core.triggers.verdict import Verdict
from services.alert.flow import find
from services.query import Hit, Match
from tests.articles import NOON
from tests.subscriptions import subscription, troops


def decided(*, told: bool) -> Plan:
    """A batch of one article that satisfies one rule."""
    matcher = Matcher([compile_rule(subscription("each", query="troops"))])
    document = troops("one", 100)
    found = find(matcher.candidates, [document], lambda d: d.fetched_at, learn=False)
    once = frozenset({document.id})
    known = Known(needs([document], found).alert_ids if told else frozenset())
    return Decider(Composer(), Judge(timedelta(days=2))).decide([document], found, Claim(once, once), known, NOON)


@pytest.mark.parametrize(("told", "verdict", "asked"), [(True, Verdict.STORY_TOLD, 0), (False, Verdict.NEW_STORY, 1)])
def test_only_a_match_that_raises_an_alert_is_asked_for_its_reasons(
    monkeypatch: pytest.MonkeyPatch, told: bool, verdict: Verdict, asked: int
) -> None:
    reasons: list[tuple[Hit, ...]] = []
    hits = vars(Match)["hits"].fget

    def spied(match: Match) -> tuple[Hit, ...]:
        reasons.append(hits(match))
        return reasons[-1]

    monkeypatch.setattr(Match, "hits", property(spied))
    plan = decided(told=told)
    assert [seen.verdict for seen in plan.observations] == [verdict]
    assert len(reasons) == asked
    assert all(reasons)
