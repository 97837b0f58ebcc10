"""The events of a text between its actors: what a verb or noun states, and nothing else."""

from collections.abc import Iterable
from itertools import compress
from typing import Any

from services.contracts.document import Signal
from services.contracts.vocabulary import Event, Stance
from services.enrich.core.build import build_all
from services.enrich.core.clauses.foreseen import foreseen
from services.enrich.core.members import (
    ASSAULT,
    COERCE,
    CONCEDE,
    MOBILIZE,
    PROTEST,
    REPORTED,
    REQUEST,
    THREATEN,
)
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.quote import around
from services.enrich.core.signals.arguments import Arguments
from services.enrich.core.signals.lexicon import MASKS, NOUN, VERB, WEIGHTS
from services.enrich.core.signals.modality import SPEECH, is_felt, resolved, signal_stance, unaffected
from services.enrich.core.signals.triggers import Trigger, triggers_in
from services.enrich.core.text import Text
from services.enrich.core.word_masks import phrase_starts

_TELLING_ALONE = frozenset({ASSAULT, COERCE, MOBILIZE, PROTEST})
"""Events that tell something although nobody is named; a request or a visit of nobody to nobody tells nothing."""

_DONE_BY_OTHERS = frozenset({ASSAULT, COERCE})
"""Events that whoever speaks of them did not do himself, where only a noun names them."""


_DONE_TO = frozenset({CONCEDE, COERCE, REQUEST})
"""Events whose target does what follows: allowed him to, forced him to."""


def find_signals(
    text: Text, actors: list[ActorMention], places: list[PlaceMention], clauses: list[StancedClause]
) -> list[Signal]:
    """Signals in order of appearance. `source` and `target` are `ActorMention.id`, None where none is named."""
    words = text.words
    masks = MASKS.of(words)
    marked = list(compress(range(len(words)), masks))
    verbs = _by_clause(clauses, phrase_starts(masks, marked, VERB))
    nouns = _by_clause(clauses, phrase_starts(masks, marked, NOUN))
    arguments = Arguments(text, actors, places)
    found: list[dict[str, Any]] = []
    for number in sorted(verbs.keys() | nouns.keys()):
        clause = clauses[number]
        triggers = triggers_in(text, clause, verbs.get(number, _NOWHERE), nouns.get(number, _NOWHERE))
        if not triggers:
            continue
        acting, doers, done = False, list[ActorMention](), ASSAULT
        for trigger, future, negated in resolved(words, triggers, clause.first):
            done_by_others = acting and trigger.event in _DONE_BY_OTHERS
            spoken_of = not trigger.verb and (done_by_others or is_felt(words, trigger.first))
            sources, targets = arguments.of(trigger, clause, spoken_of=spoken_of)
            if trigger.verb and doers and _goes_on(words, trigger, done):
                sources = doers
            if trigger.verb and not trigger.passive:
                doers, done = sources, trigger.event
            acting = acting or trigger.event in SPEECH
            if not sources and not targets and trigger.event not in _TELLING_ALONE:
                continue
            if trigger.event is THREATEN and trigger.sense.event is not THREATEN and not sources:
                trigger = trigger.stating(trigger.sense.event)  # a threat needs somebody who makes it
            stance = REPORTED
            if future or negated or not unaffected(words, trigger, clause.stance, clause.first):
                stance = signal_stance(trigger.event, clause.stance, future, negated)
            if not trigger.verb:
                stance = foreseen(words, trigger.first, stance)
            found += _signals(text, clause, trigger, stance, sources, targets)
    return build_all(Signal, found)


_NOWHERE: list[int] = []


def _by_clause(clauses: list[StancedClause], starts: list[int]) -> dict[int, list[int]]:
    """Numbers of the clauses that hold any of the tokens `starts`, with those they hold; both in order."""
    found: dict[int, list[int]] = {}
    number = 0
    for i in starts:
        while clauses[number].last <= i:
            number += 1
        found.setdefault(number, []).append(i)
    return found


def _goes_on(words: list[str], trigger: Trigger, done: Event) -> bool:
    """Whether the verb goes on with the subject of the one before, that of the event `done`.

    Shelled the town, killing three and wounding two; phoned her to apologise, but not: allowed him to protest.
    """
    before = words[trigger.first - 1]
    if before == "to":
        return done not in _DONE_TO
    return words[trigger.first][-3:] == "ing" and before in {",", "and"}


def _signals(
    text: Text,
    clause: StancedClause,
    trigger: Trigger,
    stance: Stance,
    sources: list[ActorMention],
    targets: list[ActorMention],
) -> list[dict[str, Any]]:
    quote, start, end = around(text, clause, trigger.first, trigger.last)
    weight = trigger.sense.weight if trigger.event is trigger.sense.event else WEIGHTS[trigger.event]
    return [
        {
            "quote": quote,
            "start": start,
            "end": end,
            "sentence": clause.sentence,
            "event": trigger.event,
            "source": source,
            "target": target,
            "stance": stance,
            "weight": weight,
            "speaker": clause.speaker,
        }
        for source, target in _pairs(sources, targets)
    ]


def _pairs(sources: list[ActorMention], targets: list[ActorMention]) -> Iterable[tuple[str | None, str | None]]:
    """Every source with every target, once; nobody with himself, unless his name stands on both sides."""
    if len(sources) <= 1 and not targets:
        return ((sources[0].id if sources else None, None),)
    names = _ids(sources)
    if sources == targets and len(set(names)) == 1:
        return ((names[0], names[0]),)  # East and West Norland agreed
    return dict.fromkeys([(s, t) for s in names for t in _ids(targets) if s is None or s != t or sources != targets])


def _ids(actors: list[ActorMention]) -> list[str | None]:
    return [actor.id for actor in actors] or [None]
