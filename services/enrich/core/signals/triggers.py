"""Finds the verbs and nouns of a text that state events, and says which event in that surrounding."""

from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import Event
from services.enrich.core.mentions import StancedClause
from services.enrich.core.signals.lexicon import NOUNS, VERBS, Frame, Sense
from services.enrich.core.signals.verb_use import begins_name, is_in_name, is_suffering, is_verb
from services.enrich.core.text import Text

_WINDOW: Final = 10
"""Tokens after a verb in which its object is looked for."""
_FIGURE: Final = 4
"""Tokens after a verb among which the object of a figure of speech stands."""
_BEFORE: Final = 5
"""Tokens before a passive verb in which its object is looked for."""
_PROTESTERS: Final = frozenset({"protesters", "demonstrators"})


@dataclass(slots=True)
class Trigger:
    """Tokens first..last (exclusive) state `sense`; `object_at` is the token that decided it, or last."""

    first: int
    last: int
    sense: Sense
    event: Event
    verb: bool
    passive: bool
    object_at: int

    def __init__(
        self, first: int, last: int, sense: Sense, event: Event, verb: bool, passive: bool, object_at: int
    ) -> None:
        self.first = first
        self.last = last
        self.sense = sense
        self.event = event
        self.verb = verb
        self.passive = passive
        self.object_at = object_at

    def stating(self, event: Event) -> "Trigger":
        """The same words for another event."""
        return Trigger(self.first, self.last, self.sense, event, self.verb, self.passive, self.object_at)


def triggers_in(text: Text, clause: StancedClause, verbs: list[int], nouns: list[int]) -> list[Trigger]:
    """Triggers of a clause, in order, none inside another. `verbs`, `nouns`: tokens where a phrase may begin."""
    found: list[Trigger] = []
    free = clause.first
    for i in verbs:
        if i >= free and (trigger := _verb(text, i, clause)) is not None:
            found.append(trigger)
            free = trigger.last
    if not nouns:
        return found
    covered = [(t.first, max(t.last, t.object_at + 1)) for t in found]
    free = clause.first
    for i in nouns:
        if i < free or any(first <= i < last for first, last in covered):
            continue
        if found and text.words[i] in _PROTESTERS:
            continue  # the verb says what is done by or to them
        if (trigger := _noun(text, i, clause)) is not None:
            found.append(trigger)
            free = trigger.last
    found.sort(key=lambda t: t.first)
    return found


def _verb(text: Text, i: int, clause: StancedClause) -> Trigger | None:
    words = text.words
    passive: bool | None = None
    fallback: Trigger | None = None
    begun, longest = max(clause.first, i - _BEFORE), 0
    for size, frames in VERBS.every(words, i):
        end = i + size
        if end > clause.last:
            continue
        longest = longest or end
        frame = frames[0]
        limit = min(end + _WINDOW, clause.last)
        open_here = frame.is_open_among(words[begun:limit])
        named = frame.named if frame.named is not None and begins_name(text, end) else None
        if not open_here and frame.plain is None and named is None:
            continue  # before the question whether it is a verb at all, which takes longer
        if passive is None:
            if not is_verb(text, i, longest, clause.first):
                return None
            passive = is_suffering(words, i, longest, clause.first)
        if open_here and (best := _best(words, frame, begun, i, end, limit, passive)) is not None:
            return Trigger(i, end, best[0], best[0].event, True, passive, best[1])
        if named is not None:
            return Trigger(i, end, named, named.event, True, passive, end - 1)
        if frame.plain is not None and fallback is None and not _is_figure(words, frame.plain, end, clause):
            fallback = Trigger(i, end, frame.plain, frame.plain.event, True, passive, end - 1)
    return fallback


def _is_figure(words: list[str], sense: Sense, end: int, clause: StancedClause) -> bool:
    """Whether what follows makes the verb a figure of speech, or the clause names a mishap that nobody wanted."""
    if sense.unless and not sense.unless.isdisjoint(words[end : min(end + _FIGURE, clause.last)]):
        return True
    last = min(clause.last, len(words) - 1)
    # most clauses name none, which is found out without a step for each of their words
    if not sense.without or sense.without.isdisjoint(words[clause.first : last]):
        return False
    return any(words[i] in sense.without and words[i + 1] != "of" for i in range(clause.first, last))


def _best(
    words: list[str], frame: Frame, begun: int, i: int, end: int, limit: int, passive: bool
) -> tuple[Sense, int] | None:
    """The sense whose object stands nearest after the verb, up to `limit` (before it, from `begun`, in the passive)."""
    found = frame.preferred(words, begun, i, end, limit) or frame.nearest(words, end, limit)
    if found is None and passive and (found := frame.nearest(words, begun, i)) is not None:
        return found[0], end - 1
    return found


def _noun(text: Text, i: int, clause: StancedClause) -> Trigger | None:
    if is_in_name(text, i, clause.first):
        return None
    for size, senses in NOUNS.every(text.words, i):
        if i + size <= clause.last:
            sense = senses[0]
            return Trigger(i, i + size, sense, sense.event, False, False, i + size - 1)
    return None
