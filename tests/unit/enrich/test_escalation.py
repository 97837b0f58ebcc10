"""The escalation score."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.document import KeywordHit, Quantity, Signal
from services.contracts.vocabulary import ActorType, Event, Found, Movement, Op, Stance, Unit
from services.enrich.core.escalation import escalation, explain_escalation
from services.enrich.core.mentions import ActorMention
from services.enrich.core.signals.lexicon import WEIGHTS

ACTORS = [
    ActorMention(0, 1, 0, 1, 0, code, code, ActorType.STATE, code, None, Found.EXACT) for code in ("RUS", "UKR", "FRA")
]
EVIDENCE: dict[str, Any] = {"quote": "q", "start": 0, "end": 1, "sentence": 0}


def act(event: Event, stance: Stance = Stance.REPORTED, source: str = "RUS", target: str = "UKR") -> Signal:
    return Signal(**EVIDENCE, event=event, source=source, target=target, stance=stance, weight=WEIGHTS[event])


def troops(low: float, movement: Movement = Movement.BUILD_UP) -> Quantity:
    return Quantity(
        **EVIDENCE, low=low, value=low, high=low, op=Op.EQ, unit=Unit.TROOPS, who="RUS", near="UKR", movement=movement
    )


def term(topic: str, stance: Stance = Stance.REPORTED) -> KeywordHit:
    return KeywordHit(**(EVIDENCE | {"start": 5}), term=topic, topic=topic, stance=stance)


def score(*found: Any) -> float:
    return escalation(*_kinds(found), ACTORS)[0].score


def _kinds(found: Any) -> tuple[list[Signal], list[Quantity], list[KeywordHit]]:
    return (
        [f for f in found if isinstance(f, Signal)],
        [f for f in found if isinstance(f, Quantity)],
        [f for f in found if isinstance(f, KeywordHit)],
    )


def test_nothing_found_scores_nothing() -> None:
    assert score() == 0


@pytest.mark.parametrize(
    ("calmer", "tenser"),
    [
        ([act(Event.CONSULT)], [act(Event.ACCUSE)]),
        ([act(Event.ACCUSE)], [act(Event.THREATEN)]),
        ([act(Event.THREATEN)], [act(Event.ASSAULT)]),
        ([act(Event.ASSAULT, Stance.PREDICTED)], [act(Event.ASSAULT)]),
        ([act(Event.ASSAULT, Stance.HYPOTHETICAL)], [act(Event.ASSAULT, Stance.PREDICTED)]),
        ([act(Event.ASSAULT, Stance.HISTORICAL)], [act(Event.ASSAULT, Stance.HYPOTHETICAL)]),
        ([act(Event.ASSAULT), act(Event.RETREAT)], [act(Event.ASSAULT)]),
        ([act(Event.THREATEN), act(Event.ASSAULT, Stance.DENIED)], [act(Event.THREATEN)]),
        ([troops(1_000)], [troops(100_000)]),
        ([troops(100_000, Movement.EXERCISE)], [troops(100_000)]),
        ([act(Event.THREATEN), troops(9_000, Movement.WITHDRAW)], [act(Event.THREATEN)]),
        ([act(Event.THREATEN)], [act(Event.THREATEN), term("invasion")]),
    ],
)
def test_what_is_tenser_scores_higher(calmer: list[Any], tenser: list[Any]) -> None:
    assert score(*calmer) < score(*tenser)


def test_the_same_again_adds_nothing() -> None:
    once = [act(Event.ASSAULT), act(Event.THREATEN), troops(5_000)]
    assert score(*once * 20) == score(*once)


def test_pairs_are_ordered_and_scored_apart() -> None:
    _, dyads = escalation(
        [act(Event.ASSAULT), act(Event.CONSULT, source="FRA", target="RUS")], [troops(100_000)], [], ACTORS
    )
    assert [(d.source, d.target) for d in dyads] == [("RUS", "UKR"), ("FRA", "RUS")]
    assert dyads[0].score > dyads[1].score == 0


@pytest.mark.parametrize(
    ("office", "state"),
    [
        (None, "NOR"),
        ("Prime Minister", "NOR"),
        ("UN Ambassador", "NOR"),
        ("former NATO Secretary General", "NOR"),
        ("NATO Secretary General", None),
        ("European Commission President", None),
    ],
)
def test_whoever_heads_a_body_of_many_states_acts_for_none_of_them(office: str | None, state: str | None) -> None:
    somebody = ActorMention(0, 1, 0, 1, 0, "somebody", "Somebody", ActorType.PERSON, "NOR", office, Found.EXACT)
    _, dyads = escalation([act(Event.ACCUSE, source="somebody", target="RUS")], [], [], [*ACTORS, somebody])
    assert [d.source for d in dyads] == ([state] if state else [])


acts = st.builds(act, st.sampled_from(Event), st.sampled_from(Stance))
numbers = st.builds(troops, st.floats(1, 1e9), st.sampled_from(Movement))
terms = st.builds(term, st.sampled_from(["invasion", "nuclear", "unknown"]), st.sampled_from(Stance))


@given(st.lists(st.one_of(acts, numbers, terms), max_size=30))
def test_the_score_is_the_sum_of_its_parts_between_0_and_100(found: list[Any]) -> None:
    parts = explain_escalation(*_kinds(found), ACTORS)
    total = min(100.0, max(0.0, sum(part.points for part in parts)))
    assert score(*found) == pytest.approx(total, abs=0.06)
    assert [abs(part.points) for part in parts] == sorted((abs(part.points) for part in parts), reverse=True)
