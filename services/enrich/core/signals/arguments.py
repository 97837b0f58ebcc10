"""Who does it and to whom: the actors around a verb or noun, by voice, prepositions and coordination."""

from typing import Final

from services.enrich.core.clauses.cues import AUXILIARIES, SUBORDINATORS
from services.enrich.core.members import (
    AGREE,
    CONSULT,
    COOPERATE,
    RETREAT,
    SANCTION,
    SUPPORT,
    TYPE_PERSON,
)
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause, by_sentence
from services.enrich.core.signals.candidates import each_other, holder, is_opposed, with_places, with_subjects
from services.enrich.core.signals.lists import list_after, list_before
from services.enrich.core.signals.prepositions import PREPOSITIONS, is_aside, preposition_before
from services.enrich.core.signals.triggers import Trigger
from services.enrich.core.text import Text
from services.enrich.core.word_masks import FINITE, MASKS, PRONOUN, SAYS, Marks

_OWN: Final = frozenset("it he she they we i its his her their our who which".split())
"""Words by which whoever speaks speaks of himself."""
_OFFICIALS: Final = frozenset(
    "police troops soldiers army authorities officers officials guards government gendarmes".split()
)
_OFFICIALS_REACH: Final = 6
_FEWEST_TOLD: Final = 3
"""Fewest words from a name to the verb of somebody else: said rebels (that) attacked."""
_CONJUNCTIONS: Final = frozenset({"after", "as", "than"})
"""Prepositions that open a clause where a verb follows the name."""
_PLACING: Final = frozenset("in at near from since inside outside during within across along around through".split())
_PLACING_NOT_LEFT: Final = _PLACING - {"from"}
_LEAVING: Final = frozenset({RETREAT, SANCTION})
"""What somebody does to those whom he leaves: recalled its envoy from Norland."""
_RELATIVES: Final = frozenset({"who", "which", "that", "whose", "whom"})
_COORDINATORS: Final = frozenset({"and", "but", "or"})
_PERSONAL: Final = frozenset({"he", "she"})
_NEUTRAL: Final = frozenset({"it", "they", "this"})
_PRONOUNS: Final = _PERSONAL | _NEUTRAL
MASKS.add(PRONOUN, _PRONOUNS)
_SENTENCES_BACK: Final = 2
"""How far a pronoun reaches for its actor."""
_TRAILING: Final = 16
"""Most tokens of a trailing attribution."""

_MUTUAL: Final = frozenset({AGREE, CONSULT, COOPERATE, SUPPORT})
"""What two do in a place they do with each other."""
Sides = tuple[list[ActorMention], list[ActorMention]]
"""Sources and targets."""


class Arguments:
    """Finds the actors of the events of one text. Mentions in order of appearance."""

    def __init__(self, text: Text, marks: Marks, actors: list[ActorMention], places: list[PlaceMention]) -> None:
        """Index the actors, and the places that may be a target, by their sentence."""
        words = text.words
        self._text = text
        self._words = words
        self._masks = marks.masks
        actors = [actor for actor in actors if not is_opposed(words, actor.first)]
        places = [place for place in places if not is_opposed(words, place.first)]
        actors = with_subjects(words, actors, places)
        self._actors = by_sentence(actors, len(text.sentences))
        self._targets = by_sentence(with_places(actors, places), len(text.sentences))

    def of(self, trigger: Trigger, clause: StancedClause, *, spoken_of: bool = False) -> Sides:
        """Sources and targets, each up to three, possibly none.

        `spoken_of`: the noun is what another act of the clause is about; its subject did not do it: condemned the raid.
        """
        before = self._actors_in(clause.sentence, clause.first, trigger.first)
        end = self._before_attribution(trigger.last, clause.last)
        after = self._targets_in(clause.sentence, trigger.last, end)
        if trigger.sense.modal:
            return self._speaker(clause, before), self._subjects(before, clause, trigger)
        if trigger.verb and trigger.passive:
            sources = self._behind(after, "by") or self._officials(after, trigger.last)
            suffering = self._subjects(before, clause, trigger)
            return sources, suffering or self._objects([a for a in after if a not in sources], sources)
        if trigger.verb:
            return self._active(before, after, clause, trigger)
        return self._nominal(trigger, before, after, clause, spoken_of)

    def _active(
        self, before: list[ActorMention], after: list[ActorMention], clause: StancedClause, trigger: Trigger
    ) -> Sides:
        subjects = self._subjects(before, clause, trigger)
        sources = [a for a in subjects if not self._only_tells(a, trigger)]
        if subjects and not sources:
            sources = self._told_of(clause.sentence, subjects[-1].last, trigger.first)
        if trigger.sense.received and (givers := self._behind(after, "from")):
            return givers, sources
        objects = self._objects(after, sources, _PLACING_NOT_LEFT if trigger.event in _LEAVING else _PLACING)
        if trigger.event in _MUTUAL and len(sources) > 1 and objects and self._preposition(objects[0]) in _PLACING:
            objects = []  # Greece and Turkey met in Rome
        return sources, objects or each_other(sources, trigger.event)

    def _nominal(
        self,
        trigger: Trigger,
        before: list[ActorMention],
        after: list[ActorMention],
        clause: StancedClause,
        spoken_of: bool,
    ) -> Sides:
        if self._words[trigger.last - 1] == "between" and len(after) > 1:
            return after[:1], after[1:2]
        sources = self._behind(after, "by")
        targets = self._objects([a for a in after if a not in sources], sources)
        if not sources and before and before[-1].last == trigger.first:
            sources = before[-1:]  # Russia's attack, the Russian attack
        if not spoken_of and not self._belongs_to_another(trigger.first):
            sources = sources or self._subjects(before, clause, trigger)
        return sources, targets or each_other(sources, trigger.event)

    def _belongs_to_another(self, first: int) -> bool:
        """Whether the noun at `first` has an owner of its own whom nobody knows: a neighbour's invasion."""
        return first > 0 and self._words[first - 1].endswith("'s")

    def _speaker(self, clause: StancedClause, before: list[ActorMention]) -> list[ActorMention]:
        """Who says that somebody must: the speaker of the clause, named before in its sentence."""
        sentence = self._text.sentences[clause.sentence]
        earlier = self._actors_in(clause.sentence, sentence.first, clause.first) + before
        return [actor for actor in earlier if actor.id == clause.speaker][:1]

    def _actors_in(self, sentence: int, first: int, last: int) -> list[ActorMention]:
        return [actor for actor in self._actors[sentence] if first <= actor.first < last]

    def _targets_in(self, sentence: int, first: int, last: int) -> list[ActorMention]:
        return [target for target in self._targets[sentence] if first <= target.first < last]

    def _before_attribution(self, first: int, last: int) -> int:
        """Where a trailing ", a member of the team has said" begins, between `first` and `last`; else `last`."""
        said = False
        for k in range(last - 1, max(first, last - _TRAILING) - 1, -1):
            said = said or bool(self._masks[k] & SAYS)
            if said and self._words[k] == ",":
                return k
        return last

    def _places_before(self, clause: StancedClause, trigger: Trigger) -> list[ActorMention]:
        """The state of a place named before the trigger, where no actor is: rebels in the Ivory Coast dismissed."""
        begun = self._text.sentences[clause.sentence].first
        found = self._targets_in(clause.sentence, begun, trigger.first)[:1]
        if not trigger.verb or not found or any(mask & FINITE for mask in self._masks[begun + 1 : found[0].first]):
            return []
        return found

    def _told_of(self, sentence: int, first: int, last: int) -> list[ActorMention]:
        """The state of a place between somebody who only tells it and the verb: Norland said Southmark rebels fled."""
        found = self._targets_in(sentence, first, last)[:1]
        return [place for place in found if self._preposition(place) not in PREPOSITIONS]

    def _earlier(self, clause: StancedClause, trigger: Trigger) -> list[ActorMention]:
        """The actor before a clause that names none: of a relative the nearest, a pronoun's, the sentence's."""
        sentence = self._text.sentences[clause.sentence]
        earlier = self._actors_in(clause.sentence, sentence.first, clause.first)
        if earlier and self._words[clause.first] in _RELATIVES:
            return earlier[-1:]
        if trigger.passive and self._words[clause.first] == "where":
            return self._targets_in(clause.sentence, sentence.first, clause.first)[-1:]
        pronoun = self._pronoun(clause.first, trigger.first)
        if not pronoun and clause.first > sentence.first:
            pronoun = self._pronoun(sentence.first, trigger.first)
        if pronoun:
            return self._antecedent(pronoun, clause)
        free = [actor for actor in earlier if not self._hangs(actor)]
        if self._words[clause.first] in _COORDINATORS and (near := self._last_subject(free)):
            return near
        return free[:1] or earlier[:1]

    def _has_own_subject(self, first: int, last: int) -> bool:
        """Whether a clause opened by "after" or the like names who does it, though nobody known: bandits abducted."""
        if self._words[first] not in SUBORDINATORS or first == last:
            return False
        words = self._words[first:last]
        if not _PRONOUNS.isdisjoint(words):
            return False
        return any(word[0].isalpha() and word not in AUXILIARIES and word[-2:] != "ly" for word in words[1:])

    def _last_subject(self, actors: list[ActorMention]) -> list[ActorMention]:
        """The last of `actors` that stands right before a verb: of "X said Y had moved and would move" it is Y."""
        return [actor for actor in actors if self._masks[actor.last] & FINITE][-1:]

    def _pronoun(self, first: int, last: int) -> str:
        """The personal pronoun among the first words of a clause that may be its subject."""
        for k in range(first, min(first + 5, last)):
            if self._masks[k] & PRONOUN:
                return self._words[k]
        return ""

    def _antecedent(self, pronoun: str, clause: StancedClause) -> list[ActorMention]:
        """The subject that a pronoun stands for: the first fitting one of this sentence, else of the two before."""
        personal = pronoun in _PERSONAL
        for number in range(clause.sentence, max(clause.sentence - _SENTENCES_BACK, 0) - 1, -1):
            sentence = self._text.sentences[number]
            end = clause.first if number == clause.sentence else sentence.last
            fitting = [a for a in self._actors_in(number, sentence.first, end) if (a.type is TYPE_PERSON) == personal]
            if found := next((a for a in fitting if not self._hangs(a)), None):
                return [found]
        return []

    def _subjects(self, before: list[ActorMention], clause: StancedClause, trigger: Trigger) -> list[ActorMention]:
        """The last actor that hangs on no preposition and owns nothing, with those joined to it by "and"."""
        if not before and trigger.verb and not trigger.passive and self._has_own_subject(clause.first, trigger.first):
            return []
        for k in range(len(before) - 1, -1, -1):
            if not self._hangs(before[k]):
                return list_before(self._text, before, k)
        return self._earlier(clause, trigger) or before[-1:] or self._places_before(clause, trigger)

    def _objects(
        self, after: list[ActorMention], sources: list[ActorMention], placing: frozenset[str] = _PLACING
    ) -> list[ActorMention]:
        """The first actor that is not just where it happened, with those joined to it by "and"."""
        after = [actor for actor in after if not self._speaks(actor)]
        if not after:
            return []
        ids = {source.id for source in sources}
        others = [actor for actor in after if actor.id not in ids] or after  # a state may act on its own people
        chosen = next((k for k, a in enumerate(others) if self._preposition(a) not in placing), 0)
        return list_after(self._text, others, holder(self._text.spelled, others, chosen))

    def _speaks(self, actor: ActorMention) -> bool:
        """Whether the actor is only who says it: ..., Peskov told reporters; ..., said Macron."""
        if self._masks[actor.last] & SAYS:
            return True
        return actor.first > 0 and self._words[actor.first - 1] == "said"

    def _only_tells(self, actor: ActorMention, trigger: Trigger) -> bool:
        """Whether the actor says that somebody else did it: the army reported that a bomb destroyed the home."""
        if trigger.first - actor.last < _FEWEST_TOLD or not self._masks[actor.last] & SAYS:
            return False
        words = self._words[actor.last : trigger.first]
        if words[1] in PREPOSITIONS and "that" not in words:
            return False  # insisted on attacking
        return _OWN.isdisjoint(words)

    def _behind(self, actors: list[ActorMention], preposition: str) -> list[ActorMention]:
        found = next((k for k, a in enumerate(actors) if self._preposition(a) == preposition), -1)
        return list_after(self._text, actors, found) if found >= 0 else []

    def _officials(self, after: list[ActorMention], last: int) -> list[ActorMention]:
        """The state whose officials do it: beaten by police in Norland."""
        by = self._words[last : last + 4]
        if not after or by[:1] != ["by"] or _OFFICIALS.isdisjoint(by):
            return []
        return after[:1] if after[0].first - last < _OFFICIALS_REACH and self._hangs(after[0]) else []

    def _hangs(self, actor: ActorMention) -> bool:
        """Whether the actor hangs on a preposition or owns what comes next, so that it is no subject."""
        before = self._preposition(actor)
        if before in _CONJUNCTIONS and self._masks[actor.last] & FINITE:
            return False  # after Algeria expelled a diplomat
        return before in PREPOSITIONS or self._owns(actor) or is_aside(self._words, actor.last)

    def _owns(self, actor: ActorMention) -> bool:
        return self._words[actor.last - 1].endswith("'s")

    def _preposition(self, actor: ActorMention) -> str:
        return preposition_before(self._words, actor.first)
