"""How tense an article and each pair of states in it is: a published formula (docs/escalation.md), and its parts.

Weights keep the order of Goldstein's scale (Journal of Conflict Resolution 36, 1992) for PLOVER's event types.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from typing import Any, Final, NamedTuple

from services.contracts.document import Actor, Dyad, Escalation, KeywordHit, Quantity, Signal
from services.contracts.vocabulary import DENIED, Stance
from services.enrich.core.build import build, build_all
from services.enrich.core.lexicon_file import LexiconFile, packaged
from services.enrich.core.members import FIGHTERS, PERSONNEL, TROOPS
from services.enrich.core.mentions import ActorMention


def shares_in(file: LexiconFile, table: str) -> dict[str, float]:
    """The numbers of a table, by name. Raises `LexiconError`."""
    return {name: file.number(-1, 1, table, name) for name in file.at(table)}


_TABLES: Final = packaged("escalation.toml")
_STANCE: Final = shares_in(_TABLES, "stance")
_TOPIC: Final = shares_in(_TABLES, "topic")
_UNIT: Final = shares_in(_TABLES, "unit")
_MOVEMENT: Final = shares_in(_TABLES, "movement")
_BODIES: Final = frozenset(_TABLES.words("officials", "bodies"))

TOP: Final = 5
"""Acts that count on each side, the k-th with 1/2^k: more of the same, or a longer text, adds next to nothing."""
ACTS: Final = 0.8
FORCE: Final = 0.2
COOLING: Final = 0.35
"""Shares of hostile acts, of forces and of what cools in the score."""
_HALVED: Final = tuple(2.0**-k for k in range(1, TOP + 1))
_MILLION: Final = 6
"""Decimal logarithm of the number at which a quantity alarms fully."""

_MOST_HEATS: Final = 4_096
"""Heats whose score alone is remembered."""
_OF_FORCES: Final = frozenset({TROOPS, PERSONNEL, FIGHTERS})
"""Units whose movement counts."""


class Part(NamedTuple):
    """One act, term or number and the points, of 100, that it moved the score by; negative when it cooled."""

    kind: str
    label: str
    stance: Stance
    points: float
    quote: str


@dataclass(slots=True)
class _Act:
    heat: float
    key: tuple[str, ...]
    kind: str
    evidence: Signal | KeywordHit | Quantity
    dyad: tuple[str, str] | None

    def __init__(
        self,
        heat: float,
        key: tuple[str, ...],
        kind: str,
        evidence: Signal | KeywordHit | Quantity,
        dyad: tuple[str, str] | None,
    ) -> None:
        self.heat = heat
        self.key = key
        self.kind = kind
        self.evidence = evidence
        self.dyad = dyad


def escalation(
    signals: Iterable[Signal],
    quantities: Iterable[Quantity],
    keywords: Iterable[KeywordHit],
    actors: Iterable[ActorMention | Actor],
) -> tuple[Escalation, list[Dyad]]:
    """The article's score and that of each ordered pair of states in it, the tensest first; all 0 to 100."""
    acts = _acts(signals, quantities, keywords, actors)
    dyads: dict[tuple[str, str], list[_Act]] = {}
    for act in acts:
        if act.dyad is not None:
            dyads.setdefault(act.dyad, []).append(act)
    ranked = sorted([(-_score(own), *pair) for pair, own in dyads.items()])
    rows = [_dyad(-cold, source, target, dyads[source, target]) for cold, source, target in ranked]
    return build(Escalation, {"score": _score(acts)}), build_all(Dyad, rows)


def explain_escalation(
    signals: Iterable[Signal],
    quantities: Iterable[Quantity],
    keywords: Iterable[KeywordHit],
    actors: Iterable[ActorMention | Actor],
) -> list[Part]:
    """What the article's score is made of, the largest share first. The points sum to the score before clipping."""
    counted = _counted(_acts(signals, quantities, keywords, actors))
    parts = [Part(act.kind, *_told(act.evidence), points, act.evidence.quote) for act, points in counted]
    return sorted(parts, key=lambda part: -abs(part.points))


def _score(acts: list[_Act]) -> float:
    if len(acts) == 1:
        return _score_alone(acts[0].heat, acts[0].kind == "quantity")
    return _clipped(sum([points for _, points in _counted(acts)]))


@lru_cache(maxsize=_MOST_HEATS)
def _score_alone(heat: float, is_force: bool) -> float:
    """The score of a single act, which is all that most pairs of states have; there are few heats."""
    if heat <= 0:
        return 0.0
    return _clipped(round(100 * FORCE * heat * 1.0 if is_force else 100 * ACTS * heat * _HALVED[0], 2))


def _clipped(points: float) -> float:
    return round(min(100.0, max(0.0, points)), 1)


def _counted(acts: list[_Act]) -> list[tuple[_Act, float]]:
    """The acts that count, with their points: the five hottest and five coolest deeds, and the largest force."""
    hot: list[_Act] = []
    force: list[_Act] = []
    cool: list[_Act] = []
    for act in _distinct(acts):
        if act.heat:
            (cool if act.heat < 0 else force if act.kind == "quantity" else hot).append(act)
    return _points(hot, ACTS, _HALVED) + _points(force, FORCE, (1.0,)) + _points(cool, COOLING, _HALVED)


def _distinct(acts: list[_Act]) -> list[_Act]:
    """Of acts that say the same the one of most heat."""
    distinct: dict[tuple[str, ...], _Act] = {}
    for act in acts:
        other = distinct.get(act.key)
        if other is None or abs(act.heat) > abs(other.heat):
            distinct[act.key] = act
    return list(distinct.values())


def _points(acts: list[_Act], share: float, discounts: tuple[float, ...]) -> list[tuple[_Act, float]]:
    """The first of `acts` by heat, each with its points: `share` of 100, less what its rank takes off."""
    if not acts:
        return []
    if len(acts) > 1:
        acts.sort(key=_by_heat)
    most = min(len(acts), len(discounts))
    return [(acts[k], round(100 * share * acts[k].heat * discounts[k], 2)) for k in range(most)]


def _by_heat(act: _Act) -> float:
    return -abs(act.heat)


def _dyad(score: float, source: str, target: str, acts: list[_Act]) -> dict[str, Any]:
    heaviest = (acts[0] if len(acts) == 1 else max(acts, key=_by_weight)).evidence
    return {
        "quote": heaviest.quote,
        "start": heaviest.start,
        "end": heaviest.end,
        "sentence": heaviest.sentence,
        "source": source,
        "target": target,
        "score": score,
    }


def _by_weight(act: _Act) -> tuple[bool, float]:
    return act.kind == "signal", abs(act.heat)


def _acts(
    signals: Iterable[Signal],
    quantities: Iterable[Quantity],
    keywords: Iterable[KeywordHit],
    actors: Iterable[ActorMention | Actor],
) -> list[_Act]:
    country = {actor.id: _acts_for(actor) for actor in actors}
    acts: list[_Act] = []
    named: set[tuple[int, int]] = set()
    for signal in signals:
        acts.append(_signal(signal, country))
        named.add((signal.start, signal.end))
    acts += [_keyword(hit) for hit in keywords if hit.topic in _TOPIC and (hit.start, hit.end) not in named]
    acts += [_quantity(q) for q in quantities if q.unit in _UNIT and (q.low or q.high)]
    return acts


def _acts_for(actor: ActorMention | Actor) -> str | None:
    """The state that an actor counts for; the head of NATO is no act of Norway's."""
    office = actor.role.split() if actor.role else []
    return None if office and office[0] in _BODIES and "Ambassador" not in office else actor.country


def _heat(hostility: float, stance: Stance) -> float:
    """Hostile acts heat by their stance; denied ones cool by half; what is friendly and denied heats by half."""
    return (-hostility if stance in DENIED else hostility) * _STANCE[stance]


def _signal(signal: Signal, country: dict[str, str | None]) -> _Act:
    """`country`: that of each actor by id; a side that is none is the state of a place."""
    source, target, stance = signal.source, signal.target, signal.stance
    from_state = country.get(source, source) if source else None
    to_state = country.get(target, target) if target else None
    dyad = (from_state, to_state) if from_state and to_state and from_state != to_state else None
    key = ("signal", signal.event, from_state or source or "", to_state or target or "", stance)
    return _Act(_heat(-signal.weight / 10, stance), key, "signal", signal, dyad)


def _keyword(hit: KeywordHit) -> _Act:
    topic, stance = hit.topic, hit.stance
    heat = _heat(_TOPIC[topic], stance) * (0.5 if stance in DENIED else 1.0)
    return _Act(heat, ("keyword", topic, stance), "keyword", hit, None)


def _quantity(q: Quantity) -> _Act:
    unit, who, near, status = q.unit, q.who, q.near, q.status
    size = min(1.0, log10(max(q.low or q.high or 1.0, 1.0)) / _MILLION)
    movement = _MOVEMENT[q.movement] if unit in _OF_FORCES else 1.0
    heat = _heat(_UNIT[unit] * size * movement, status)
    dyad = (who, near) if who and near and who != near and len(who) == len(near) == 3 else None
    return _Act(heat, ("quantity", unit, who or "", status), "quantity", q, dyad)


def _told(evidence: Signal | KeywordHit | Quantity) -> tuple[str, Stance]:
    """Label and stance of an act."""
    if isinstance(evidence, Signal):
        return f"{evidence.event} {evidence.source or '?'} -> {evidence.target or '?'}", evidence.stance
    if isinstance(evidence, KeywordHit):
        return evidence.term, evidence.stance
    return f"{evidence.low or evidence.high:,.0f} {evidence.unit}", evidence.status
