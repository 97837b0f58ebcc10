"""What an article is to an alert that was told: cases of the decision, and the words that say it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.contradictions import contradictions
from services.alert.core.followups import (
    KEPT_FOR_RETRACTIONS,
    MAX_EDITIONS,
    Development,
    Said,
    Told,
    Turn,
    amounts,
    develop,
)
from services.alert.core.identity import edition_number
from services.alert.core.what_changed import what_changed
from services.contracts.alert import RETRACTIONS, Alert, AlertEvidence, Kind
from services.contracts.vocabulary import Stance
from services.enrich.core.enrich import enrich
from tests.articles import NOON
from tests.articles import article as article_of
from tests.unit.alert.test_delivery import alert, quote

OURS, THEIRS = "1" * 64, "2" * 64
WORDS = quote(0, field="keywords", stance="predicted", finding={"term": "invasion", "topic": "invasion"})
DENIED = quote(0, field="keywords", stance="denied", finding={"term": "invasion", "topic": "invasion"})
BESIDE = DENIED.model_copy(update={"denial": True, "speaker": "RUS"})


def counted(low: float, who: str | None = "RUS", stance: str = "reported", **finding: Any) -> AlertEvidence:
    found = {"unit": "troops", "near": "UKR", "low": low, "value": low, "op": "eq", "quote": "troops"} | finding
    return quote(0, field="quantities", stance=stance, finding=found | ({"who": who} if who else {}))


def edition(kind: Kind, *evidence: AlertEvidence, article: str = OURS, **changes: Any) -> Alert:
    made = alert(*evidence, kind=kind, edition=7, **changes)
    assert made.article is not None
    return made.model_copy(update={"article": made.article.model_copy(update={"id": article})})


def said(*evidence: AlertEvidence, article: str = OURS, source: str = "example news", **changes: Any) -> Said:
    values: dict[str, Any] = {"evidence": evidence or None, "escalation": 0.0} | changes
    return Said(article, source, **values)


NOTHING, CORRECTED, REFUTED = said(), edition(Kind.CORRECTION, WORDS), edition(Kind.DENIAL, BESIDE)
COUNTED, TOLD = Told(alert(counted(110_000))), Told(alert(WORDS))


@pytest.mark.parametrize(
    ("told", "now", "development"),
    [
        pytest.param(COUNTED, said(counted(130_000)), Development.CHANGED_NUMBER, id="a higher number"),
        pytest.param(COUNTED, said(counted(90_000)), Development.CHANGED_NUMBER, id="our article lowers its number"),
        pytest.param(COUNTED, said(counted(90_000), article=THEIRS), Development.NOTHING_NEW, id="another says less"),
        pytest.param(COUNTED, said(counted(130_000), article=THEIRS), Development.CHANGED_NUMBER, id="another, more"),
        pytest.param(
            COUNTED, said(counted(110_000), counted(5_000, "BLR")), Development.NEW_NUMBER, id="another subject"
        ),
        pytest.param(COUNTED, said(counted(110_000)), Development.NOTHING_NEW, id="the same number"),
        pytest.param(
            COUNTED, said(counted(0, value=150_000, op="le")), Development.NOTHING_NEW, id="up to more raises nothing"
        ),
        pytest.param(
            Told(COUNTED.alert, (edition(Kind.UPDATE, counted(130_000), article=THEIRS),)),
            said(counted(120_000), article="3" * 64),
            Development.NOTHING_NEW,
            id="less than the highest",
        ),
        pytest.param(TOLD, said(WORDS), Development.NOTHING_NEW, id="the same words"),
        pytest.param(TOLD, said(WORDS, article=THEIRS, source="b"), Development.SECOND_SOURCE, id="a second source"),
        pytest.param(
            Told(TOLD.alert, (edition(Kind.UPDATE, WORDS, article=THEIRS, **{"story_id": "story"}),)),
            said(WORDS, article="3" * 64),
            Development.NOTHING_NEW,
            id="the source is known",
        ),
        pytest.param(TOLD, said(WORDS, escalation=9.9), Development.NOTHING_NEW, id="hardly graver"),
        pytest.param(TOLD, said(WORDS, escalation=10.0), Development.GRAVER, id="graver"),
        pytest.param(TOLD, said(WORDS, BESIDE), Development.ALSO_DENIED, id="said and denied"),
        pytest.param(
            Told(alert(WORDS, BESIDE)), said(WORDS, BESIDE), Development.NOTHING_NEW, id="the denial is known"
        ),
        pytest.param(TOLD, NOTHING, Development.NO_LONGER_SAID, id="our article drops it"),
        pytest.param(TOLD, said(article=THEIRS), Development.ELSEWHERE, id="another is silent on it"),
        pytest.param(TOLD, said(against=(BESIDE,)), Development.DENIED, id="our article denies it"),
        pytest.param(TOLD, said(article=THEIRS, against=(BESIDE,)), Development.DENIED, id="another denies it"),
        pytest.param(TOLD, said(DENIED), Development.DENIED, id="the rule holds on denied words alone"),
        pytest.param(Told(alert(DENIED)), said(DENIED), Development.NOTHING_NEW, id="it was a denial from the start"),
        pytest.param(Told(TOLD.alert, (CORRECTED,)), NOTHING, Development.NOTHING_NEW, id="corrected already"),
        pytest.param(Told(TOLD.alert, (CORRECTED,)), said(WORDS), Development.SAID_AGAIN, id="said again"),
        pytest.param(
            Told(TOLD.alert, (CORRECTED,)), said(against=(BESIDE,)), Development.DENIED, id="corrected, now denied"
        ),
        pytest.param(
            Told(TOLD.alert, (REFUTED,)), said(against=(BESIDE,)), Development.NOTHING_NEW, id="denied already"
        ),
        pytest.param(Told(TOLD.alert, (REFUTED,)), NOTHING, Development.NOTHING_NEW, id="denied, now silent"),
        pytest.param(
            Told(
                COUNTED.alert, (REFUTED.model_copy(update={"article": edition(Kind.DENIAL, article=THEIRS).article}),)
            ),
            said(counted(110_000)),
            Development.NOTHING_NEW,
            id="our article repeats what another denied",
        ),
    ],
)
def test_what_an_article_is_to_an_alert(told: Told, now: Said, development: Development) -> None:
    assert develop(told, now).development is development


def test_only_what_is_told_has_a_kind() -> None:
    silent = {Development.NOTHING_NEW, Development.ELSEWHERE, Development.TOO_MANY}
    assert {development for development in Development if development.kind is None} == silent


@pytest.mark.parametrize(
    ("editions", "update", "correction"),
    [
        (MAX_EDITIONS - KEPT_FOR_RETRACTIONS - 1, Kind.UPDATE, Kind.CORRECTION),
        (MAX_EDITIONS - KEPT_FOR_RETRACTIONS, None, Kind.CORRECTION),
        (MAX_EDITIONS, None, None),
    ],
)
def test_a_story_has_so_many_editions_and_the_last_are_for_what_takes_it_back(
    editions: int, update: Kind | None, correction: Kind | None
) -> None:
    told = Told(COUNTED.alert, (edition(Kind.UPDATE, counted(110_000)),) * editions)
    assert develop(told, said(counted(999_999))).development.kind is update
    assert develop(told, NOTHING).development.kind is correction


@given(st.lists(st.sampled_from([110_000, 120_000, 130_000, None, "denied"]), max_size=12))
def test_nothing_is_told_twice_in_a_row(steps: list[Any]) -> None:
    told = COUNTED
    for step in steps:
        now = said(against=(BESIDE,)) if step == "denied" else said(*([counted(step)] if step else []))
        for time in range(2):
            kind = develop(told, now).development.kind
            assert time == 0 or kind is None
            if kind is not None:
                shown = [BESIDE] if kind in RETRACTIONS else list(now.evidence or ())
                told = Told(told.alert, (*told.later, edition(kind, *shown)))


class TestAmounts:
    def test_denied_numbers_and_upper_bounds_are_no_levels(self) -> None:
        evidence = [counted(5), counted(7), counted(9, stance="denied"), counted(0, "BLR", op="le", value=3.0)]
        assert amounts(evidence) == {("troops", "RUS", "UKR"): 7}


class TestWords:
    @pytest.mark.parametrize(
        ("told", "now", "shown", "sentence"),
        [
            (
                COUNTED,
                NOTHING,
                [quote(0)],
                "the article no longer says so; before: 110,000 troops of RUS near UKR, reported.",
            ),
            (
                TOLD,
                said(against=(BESIDE,)),
                [BESIDE],
                "now denied by RUS: “Leaders fear an invasion.”; before: “invasion” predicted.",
            ),
            (
                TOLD,
                said(WORDS, article=THEIRS, source="b"),
                [WORDS],
                "also reported by Other News; “invasion” predicted.",
            ),
            (TOLD, said(WORDS, escalation=42.4), [WORDS], "tension 0 of 100 before, now 42; “invasion” predicted."),
            (
                TOLD,
                said(WORDS, BESIDE),
                [WORDS, BESIDE],
                "now denied as well; “invasion” predicted; denied by RUS: “Leaders fear an invasion.”.",
            ),
            (
                COUNTED,
                said(counted(110_000), counted(5, "BLR")),
                [counted(5, "BLR")],
                "new: 5 troops of BLR near UKR; 5 troops of BLR near UKR, reported.",
            ),
        ],
    )
    def test_the_sentence_says_what_changed(
        self, told: Told, now: Said, shown: list[AlertEvidence], sentence: str
    ) -> None:
        assert what_changed(told, now, develop(told, now), shown, "Other News") == sentence

    def test_many_changes_are_cut(self) -> None:
        turn = Turn(Development.CHANGED_NUMBER, develop(COUNTED, said(counted(130_000))).changes * 9)
        assert what_changed(COUNTED, said(), turn, [WORDS], "").count("before, now") == 4


class TestContradictions:
    @pytest.mark.parametrize(
        ("text", "told", "found"),
        [
            ("Russia denied that it has massed 110,000 troops near Ukraine.", counted(110_000), 1),
            ("Russia denied that it has massed 110,000 troops near Ukraine.", counted(110_000, None), 1),
            ("Russia denied that it has massed 110,000 troops near Ukraine.", counted(110_000, "BLR"), 0),
            ("Russia has massed 110,000 troops near Ukraine.", counted(110_000), 0),
            ("The Kremlin denied that it is preparing an invasion.", WORDS, 1),
            ("The Kremlin denied that it is preparing an invasion.", BESIDE, 0),
            ("Officials denied any blockade.", quote(0, finding={"quote": "blockade"}), 1),
            ("Officials denied any blockade.", quote(0, finding={"quote": "naval blockade"}), 0),
            ("Officials denied any blockade.", quote(0), 0),
        ],
    )
    def test_a_denial_of_the_same_thing_is_found(self, text: str, told: AlertEvidence, found: int) -> None:
        against = contradictions(enrich(article_of("a", title="", text=text, published=NOON)), [told], words=True)
        assert [(quote.denial, quote.quote, quote.stance) for quote in against] == [(True, text, Stance.DENIED)] * found

    def test_the_words_of_another_article_may_speak_of_anything(self) -> None:
        document = enrich(article_of("a", title="", text="Officials denied any blockade."))
        assert contradictions(document, [quote(0, finding={"quote": "blockade"})], words=False) == ()


def test_an_edition_is_a_number_that_every_reader_takes_and_no_other_cause_has() -> None:
    causes = [
        (kind, article, n) for kind in (Kind.UPDATE, Kind.DENIAL) for article in (OURS, THEIRS) for n in range(50)
    ]
    numbers = [edition_number(*cause) for cause in causes]
    assert len(set(numbers)) == len(causes)
    assert all(0 < number < 2**53 for number in numbers)
    assert numbers == [edition_number(*cause) for cause in causes]
