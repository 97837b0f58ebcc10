"""Decides the stance of one clause from its cues, left to right: the first word that governs the rest decides."""

from collections.abc import Set
from typing import Final

from services.contracts.vocabulary import Stance
from services.enrich.core.clauses.cues import (
    CUE_ATTRIBUTION,
    CUE_DEMAND,
    CUE_DENIAL,
    CUE_ESTIMATE,
    CUE_HYPOTHETICAL,
    CUE_MISGIVING,
    CUE_NEGATION,
    CUE_PLAN,
    CUE_PREDICTION,
    Cue,
    CueHit,
)
from services.enrich.core.members import (
    DEMANDED,
    DENIED,
    ESTIMATED,
    HYPOTHETICAL,
    NEGATED,
    PLANNED,
    PREDICTED,
    REPORTED,
)
from services.enrich.core.text import Text

_OF_CUE: Final = {
    CUE_NEGATION: NEGATED,
    CUE_HYPOTHETICAL: HYPOTHETICAL,
    CUE_DEMAND: DEMANDED,
    CUE_PLAN: PLANNED,
    CUE_PREDICTION: PREDICTED,
    CUE_ESTIMATE: ESTIMATED,
}
_GOVERNING: Final = frozenset({CUE_DENIAL, CUE_MISGIVING, *_OF_CUE})
_OUTCOMES: Final = frozenset(
    "kill cause lead trigger die suffer become face see cost flee displace worsen escalate spark happen "
    "erupt increase rise fall likely".split()
)
"""What comes after "will" when nobody chooses it: a forecast, no plan."""
_NOUNS: Final = frozenset(
    "fear fears warning warnings threat plan plans worry worries alarm demand demands promise".split()
)
_CLOSE: Final = 3
"""Tokens between a modal and the word that turns it round: will not, will be able to."""


def stance_of(text: Text, cues: list[CueHit], kinds: Set[Cue], *, conditional: bool) -> Stance:
    """The stance that `cues` of a clause, in order, give it. `kinds`: theirs. `conditional`: the sentence has an if."""
    if _GOVERNING.isdisjoint(kinds):
        return REPORTED
    words = text.words
    governing = [hit for hit in cues if hit.cue in _GOVERNING]
    if CUE_DENIAL in kinds:
        denial = next(hit for hit in governing if hit.cue is CUE_DENIAL)
        before = [hit for hit in governing if hit.first < denial.first]
        if any(hit.cue is CUE_NEGATION and denial.first - hit.last <= 1 for hit in before):
            return REPORTED  # did not deny
        if not any(words[hit.first] == "if" for hit in before):
            return DENIED
    governing = [hit for hit in governing if hit.cue is not CUE_DENIAL and not _says_nothing(words, hit)]
    if not governing:
        return REPORTED
    if governing[0].cue is CUE_MISGIVING:
        return PREDICTED if len(governing) > 1 else REPORTED
    if CUE_MISGIVING in kinds:
        governing = [hit for hit in governing if hit.cue is not CUE_MISGIVING]
    first = governing[0]
    if conditional and first.cue in (CUE_PLAN, CUE_PREDICTION, CUE_HYPOTHETICAL):
        return HYPOTHETICAL
    return _turned(text, first, governing[1:], cues)


def _says_nothing(words: list[str], hit: CueHit) -> bool:
    """Whether a noun such as "fear" or "plan" ends what is said, so that it foresees nothing: stoking fear."""
    if words[hit.first] not in _NOUNS:
        return False
    return hit.last == len(words) or not words[hit.last][0].isalnum()


def _turned(text: Text, first: CueHit, rest: list[CueHit], cues: list[CueHit]) -> Stance:
    """What `first` says once the cues next to it had their word."""
    words = text.words
    word = words[first.first]
    if text.spelled[first.first] == "Should":
        return HYPOTHETICAL  # Should they attack, we will answer
    near = [hit for hit in rest if hit.first - first.last < _CLOSE]
    if first.cue is CUE_NEGATION and any(hit.cue is CUE_NEGATION and words[hit.last - 1] == "out" for hit in near):
        return HYPOTHETICAL  # refused to rule out
    if first.cue is CUE_NEGATION and any(words[hit.first] == "whether" for hit in near):
        return HYPOTHETICAL  # nobody knows whether
    modal = word in {"will", "would", "'ll", "shall", "could", "may", "might", "should", "must"}
    if modal and any(hit.cue is CUE_NEGATION and hit.first == first.last for hit in near):
        return NEGATED
    if first.cue is CUE_PLAN and modal:
        if any(hit.cue is CUE_HYPOTHETICAL for hit in near):
            return HYPOTHETICAL
        if any(hit.cue is CUE_PREDICTION for hit in near) or _outcome(words, first.last):
            return PREDICTED
    if word == "would" and any(hit.cue is CUE_ATTRIBUTION and hit.first < first.first for hit in cues):
        return PREDICTED if _outcome(words, first.last) else PLANNED
    return _OF_CUE[first.cue]


def _outcome(words: list[str], i: int) -> bool:
    return not _OUTCOMES.isdisjoint(words[i : i + 2])
