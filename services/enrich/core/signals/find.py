"""The events of a text between its actors: what a verb or noun states, and nothing else."""

from typing import Any, Final

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
from services.enrich.core.signals.lexicon import WEIGHTS
from services.enrich.core.signals.modality import SPEECH, is_felt, resolved, signal_stance, unaffected
from services.enrich.core.signals.triggers import Trigger, triggers_in
from services.enrich.core.text import Text
from services.enrich.core.word_masks import Marks

_TELLING_ALONE: Final = frozenset({ASSAULT, COERCE, MOBILIZE, PROTEST})
"""Events that tell something although nobody is named; a request or a visit of nobody to nobody tells nothing."""

_DONE_BY_OTHERS: Final = frozenset({ASSAULT, COERCE})
"""Events that whoever speaks of them did not do himself, where only a noun names them."""


_DONE_TO: Final = frozenset({CONCEDE, COERCE, REQUEST})
"""Events whose target does what follows: allowed him to, forced him to."""


def find_signals(
    text: Text,
    marks: Marks,
    actors: list[ActorMention],
    places: list[PlaceMention],
    clauses: list[StancedClause],
) -> list[Signal]:
    """Signals in order of appearance. `source` and `target` are `ActorMention.id`, None where none is named."""
    words = text.words
    arguments = Arguments(text, marks, actors, places)
    found: list[dict[str, Any]] = []
    for clause, triggers in _triggers(text, marks, clauses):
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


def _triggers(text: Text, marks: Marks, clauses: list[StancedClause]) -> list[tuple[StancedClause, list[Trigger]]]:
    """The clauses that hold any, in order, each with its own."""
    found: list[tuple[StancedClause, list[Trigger]]] = []
    verbs, nouns = marks.verbs, marks.nouns
    v = n = 0
    for clause in clauses:
        first_verb, first_noun = v, n
        while v < len(verbs) and verbs[v] < clause.last:
            v += 1
        while n < len(nouns) and nouns[n] < clause.last:
            n += 1
        if v > first_verb or n > first_noun:
            triggers = triggers_in(text, clause, verbs[first_verb:v], nouns[first_noun:n])
            if triggers:
                found.append((clause, triggers))
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


def _pairs(sources: list[ActorMention], targets: list[ActorMention]) -> list[tuple[str | None, str | None]]:
    """Every source with every target, once; nobody with himself, unless his name stands on both sides."""
    names = _ids(sources)
    if sources == targets and len(sources) > 1 and len(set(names)) == 1:
        return [(names[0], names[0])]  # East and West Norland agreed
    pairs = [(s, t) for s in names for t in _ids(targets) if s is None or s != t or sources != targets]
    return pairs if len(pairs) < 2 else list(dict.fromkeys(pairs))


def _ids(actors: list[ActorMention]) -> list[str | None]:
    return [actor.id for actor in actors] or [None]
