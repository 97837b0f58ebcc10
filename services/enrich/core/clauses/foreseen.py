"""Whether a noun of an act names one that is only foreseen: "preparations for an invasion", "the threat of war"."""

from typing import Final

from services.contracts.vocabulary import Stance
from services.enrich.core.members import ESTIMATED, PREDICTED, REPORTED

_FORESEEING: Final = frozenset(
    "preparation preparations plan plans threat threats risk risks fear fears warning warnings danger dangers prospect "
    "prospects possibility likelihood readiness scenario scenarios signs talk rumours rumors pretext prepare prepares "
    "prepared preparing ready brace braced bracing".split()
)
_LINKS: Final = frozenset("for of about".split())
_BETWEEN: Final = 6
"""Tokens between the two nouns: the threat of a new full-scale war."""
_TOLD: Final = frozenset({REPORTED, ESTIMATED})


def foreseen(words: list[str], first: int, stance: Stance) -> Stance:
    """The stance of the act named at token `first` in a clause of `stance`."""
    if stance not in _TOLD:
        return stance
    for i in range(first - 1, max(first - 1 - _BETWEEN, 0), -1):
        if words[i] in _LINKS:
            return PREDICTED if words[i - 1] in _FORESEEING else stance
        if not words[i].isalpha() and words[i] != "-":
            break
    return stance
