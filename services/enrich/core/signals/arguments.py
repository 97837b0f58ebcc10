"""Who does it and to whom: the actors around a verb or noun, by voice, prepositions and coordination."""

from bisect import bisect_left

from services.enrich.core.mentions import ActorMention, StancedClause
from services.enrich.core.signals.triggers import Trigger
from services.enrich.core.text import Text

_PREPOSITIONS = frozenset("in of to at from with near for against on by into over between under about than".split())
_PLACING = frozenset("in at near from since inside outside during within across along around through".split())
_SKIPPED = frozenset("the a an its his her their former new all some both several many two three".split())
_JOINING = frozenset({"and", ",", "&", "as", "well", "the"})
_MOST = 3
"""Most actors on one side of an event."""


class Arguments:
    """Finds the actors of the events of one text. `actors` in order of appearance."""

    def __init__(self, text: Text, actors: list[ActorMention]) -> None:
        """Index the actors by their first token."""
        self._tokens = text.tokens
        self._actors = actors
        self._firsts = [actor.first for actor in actors]

    def of(
        self, trigger: Trigger, clause: StancedClause, sentence_first: int
    ) -> tuple[list[ActorMention], list[ActorMention]]:
        """Sources and targets, each up to three, possibly none."""
        before = self._between(clause.first, trigger.first)
        after = self._between(trigger.last, clause.last)
        if not before:
            before = self._of_sentence(clause, sentence_first, trigger)
        if trigger.verb and trigger.passive:
            return self._after(after, "by"), self._subjects(before)
        if trigger.verb:
            return self._active(trigger, before, after)
        return self._nominal(trigger, before, after)

    def _active(
        self, trigger: Trigger, before: list[ActorMention], after: list[ActorMention]
    ) -> tuple[list[ActorMention], list[ActorMention]]:
        sources = self._subjects(before)
        targets = self._objects(after)
        if not targets and len(sources) > 1:
            return sources[:1], sources[1:]
        return sources, targets

    def _nominal(
        self, trigger: Trigger, before: list[ActorMention], after: list[ActorMention]
    ) -> tuple[list[ActorMention], list[ActorMention]]:
        if self._tokens[trigger.last - 1][3] == "between" and len(after) > 1:
            return after[:1], after[1:2]
        sources = self._after(after, "by")
        targets = [a for a in self._objects(after) if a not in sources]
        if not sources:
            sources = self._subjects(before)
        if not targets and len(sources) > 1:
            return sources[:1], sources[1:]
        return sources, targets

    def _between(self, first: int, last: int) -> list[ActorMention]:
        return self._actors[bisect_left(self._firsts, first) : bisect_left(self._firsts, last)]

    def _of_sentence(self, clause: StancedClause, sentence_first: int, trigger: Trigger) -> list[ActorMention]:
        """The actors before the clause: the nearest for a relative, else the subject of the sentence."""
        earlier = self._between(sentence_first, clause.first)
        if not earlier:
            return []
        if self._tokens[clause.first][3] in {"who", "which", "that", "whose", "whom"}:
            return earlier[-1:]
        return self._subjects(earlier[:_MOST])[:1]

    def _subjects(self, before: list[ActorMention]) -> list[ActorMention]:
        """The last actor that hangs on no preposition, with those joined to it by "and"."""
        chosen = len(before) - 1
        while chosen > 0 and self._preposition(before[chosen]) in _PREPOSITIONS:
            chosen -= 1
        if chosen < 0:
            return []
        if self._preposition(before[chosen]) in _PREPOSITIONS:
            chosen = len(before) - 1
        found = [before[chosen]]
        while chosen > 0 and len(found) < _MOST and self._joined(before[chosen - 1], before[chosen]):
            chosen -= 1
            found.insert(0, before[chosen])
        return found

    def _objects(self, after: list[ActorMention]) -> list[ActorMention]:
        """The first actor that is not just where it happened, with those joined to it by "and"."""
        if not after:
            return []
        chosen = next((k for k, a in enumerate(after) if self._preposition(a) not in _PLACING), 0)
        found = [after[chosen]]
        while chosen + 1 < len(after) and len(found) < _MOST and self._joined(after[chosen], after[chosen + 1]):
            chosen += 1
            found.append(after[chosen])
        return found

    def _after(self, actors: list[ActorMention], preposition: str) -> list[ActorMention]:
        found = next((k for k, a in enumerate(actors) if self._preposition(a) == preposition), -1)
        return actors[found : found + 1] if found >= 0 else []

    def _preposition(self, actor: ActorMention) -> str:
        """The word before an actor, articles and the like left out."""
        i = actor.first - 1
        while i >= 0 and self._tokens[i][3] in _SKIPPED:
            i -= 1
        return self._tokens[i][3] if i >= 0 else ""

    def _joined(self, left: ActorMention, right: ActorMention) -> bool:
        between = self._tokens[left.last : right.first]
        return 0 < len(between) <= _MOST and all(token[3] in _JOINING for token in between)
