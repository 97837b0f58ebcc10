"""The clauses of a text, each with its stance and, where somebody is quoted, with its speaker."""

from collections.abc import Set
from datetime import datetime
from typing import Final

from services.contracts.vocabulary import Stance
from services.enrich.core.clauses.cues import (
    CUE_ATTRIBUTION,
    CUE_DENIAL,
    CUE_HYPOTHETICAL,
    Cue,
    CueHit,
    cues_of,
)
from services.enrich.core.clauses.domain import non_conflict_sentences
from services.enrich.core.clauses.history import is_history, names_year, old_years
from services.enrich.core.clauses.segments import HANGING, Segment, Segmenter
from services.enrich.core.clauses.speaker import Speakers
from services.enrich.core.clauses.stance import stance_of
from services.enrich.core.members import (
    DENIED,
    HISTORICAL,
    HYPOTHETICAL,
    NEGATED,
    NON_CONFLICT,
    PLANNED,
    PREDICTED,
    REPORTED,
)
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.text import Sentence, Text
from services.enrich.core.word_masks import FINITE, Marks

_SPEAKS: Final = frozenset({CUE_ATTRIBUTION, CUE_DENIAL})
_NO_CUES: Final[Set[Cue]] = frozenset()
_CONDITIONS: Final = frozenset({"if", "unless"})
_ASKING: Final = frozenset("where what who when".split())


def find_clauses(
    text: Text,
    marks: Marks,
    actors: list[ActorMention],
    places: list[PlaceMention],
    published: datetime | None = None,
) -> list[StancedClause]:
    """Clauses in order; they partition each sentence. `actors` in order of appearance; linear in the text."""
    reader = _Reader(text, marks, Speakers(text, actors, places), published.year if published else None)
    found: list[StancedClause] = []
    for sentence in text.sentences:
        found += reader.clauses(sentence)
    return found


def sentence_stance(text: Text, clauses: list[StancedClause]) -> Stance:
    """The stance of a sentence from its clauses, in order: that of its main clause, not always the first."""
    main = next((c for c in clauses if text.words[c.first] not in HANGING), None)
    return (main or clauses[0]).stance if clauses else REPORTED


class _Reader:
    """Reads the sentences of one text in order; `year` is that of its publication."""

    def __init__(self, text: Text, marks: Marks, speakers: Speakers, year: int | None) -> None:
        self._text = text
        self._words = text.words
        self._masks = marks.masks
        self._speakers = speakers
        self._other = non_conflict_sentences(text, marks.domains)
        self._segmenter = Segmenter(text, marks)
        self._cues = cues_of(text, marks.cues)
        self._old_years = old_years(text, marks.years, year)
        self._k = 0

    def clauses(self, sentence: Sentence) -> list[StancedClause]:
        """The clauses of the next sentence."""
        text, words = self._text, self._words
        pieces = self._segmenter.segments(sentence.first, sentence.last)
        cues = self._cues_before(sentence.last)
        conditional = False
        for hit in cues:
            if hit.cue is CUE_HYPOTHETICAL and words[hit.first] in _CONDITIONS:
                conditional = True
        question = words[sentence.last - 1] == "?"
        found: list[StancedClause] = []
        speaker: str | None = None
        count = len(cues)
        k = 0
        for piece in pieces:
            begun = k
            while k < count and cues[k].first < piece.last:
                k += 1
            own = cues[begun:k]
            kinds = {hit.cue for hit in own} if own else _NO_CUES
            if not _SPEAKS.isdisjoint(kinds):
                saying = next(hit for hit in own if hit.cue in _SPEAKS)
                speaker = self._speakers.of(sentence.number, piece, saying, speaker)
            if sentence.number in self._other:
                stance = NON_CONFLICT
            else:
                stance = self._stance(piece, own, kinds, found, conditional, question)
            start, end = text.starts[piece.first], text.ends[piece.last - 1]
            found.append(StancedClause(start, end, piece.first, piece.last, sentence.number, stance, speaker))
        return found

    def _cues_before(self, last: int) -> list[CueHit]:
        cues, k = self._cues, self._k
        while k < len(cues) and cues[k].first < last:
            k += 1
        begun, self._k = self._k, k
        return cues[begun:k]

    def _stance(
        self,
        piece: Segment,
        own: list[CueHit],
        kinds: Set[Cue],
        before: list[StancedClause],
        conditional: bool,
        question: bool,
    ) -> Stance:
        old_year = bool(self._old_years) and names_year(self._old_years, piece.first, piece.last)
        if (own and is_history(own, kinds, old_year)) or (old_year and not own):
            return HISTORICAL
        stance = stance_of(self._text, own, kinds, conditional=conditional) if own else REPORTED
        if question and stance is not DENIED:
            return HYPOTHETICAL  # a question asserts nothing
        return _inherited(stance, piece, before, self._words, self._masks) if before else stance


def _inherited(
    stance: Stance, piece: Segment, before: list[StancedClause], words: list[str], masks: list[int]
) -> Stance:
    """What a clause takes over: "an attack that will kill" is as hypothetical as the attack."""
    head = before[-1].stance
    if piece.head in HANGING and stance in (PLANNED, PREDICTED, HYPOTHETICAL):
        return head if head in (HYPOTHETICAL, NEGATED) else stance
    if stance is REPORTED and head is HISTORICAL and piece.head == "and" and masks[piece.first + 1] & FINITE:
        return HISTORICAL  # in 1940 it invaded and occupied them
    if stance is REPORTED and head is NEGATED and piece.head in _ASKING:
        return HYPOTHETICAL  # "did not say where they had been sent" leaves it open
    if piece.head in {"or", "nor"} and head in (NEGATED, DENIED):
        return head
    if stance is REPORTED and piece.head == "and" and words[piece.first + 1] == "that":
        return next((c.stance for c in reversed(before) if c.stance is not REPORTED), stance)
    return stance
