"""The preposition that a name hangs on, with what may stand between the two."""

from typing import Final

PREPOSITIONS: Final = frozenset(
    "in of to at from with near for against on by into over between under about than after as".split()
)
_SKIPPED: Final = frozenset(
    "the a an its his her their former new all some both several many two three suspected alleged armed unidentified "
    "unknown masked ethnic fellow visiting senior top other more ousted exiled hundreds thousands dozens scores "
    "nearly four five six seven eight nine ten retired young local rival pro-government".split()
)
_PARTS: Final = frozenset(
    "hundreds thousands dozens scores tens millions members supporters followers fighters soldiers troops elements "
    "units leaders officials agents groups group one two three some many most number remnants representatives".split()
)
"""Nouns before "of" that are those whom the name behind it names: members of the Norland army."""
_ASIDE: Final = frozenset(
    "owned born speaking made built educated designed style flagged registered mediated brokered sponsored backed "
    "supported trained funded held controlled occupied administered run".split()
)
"""Participles that say whose, not who: a Norland-owned mine, Norland-backed rebels."""


def is_aside(words: list[str], last: int) -> bool:
    """Whether the name that ends before `last` only describes another: the French-owned mine."""
    return last + 1 < len(words) and words[last] == "-" and words[last + 1] in _ASIDE


def preposition_before(words: list[str], first: int) -> str:
    """The word before the name at `first`; articles, adjectives and "members of" left out; may be none of them."""
    i = first - 1
    while i >= 0 and (words[i] in _SKIPPED or (words[i] == "of" and i and words[i - 1] in _PARTS)):
        i -= 1 if words[i] in _SKIPPED else 2
    return words[i] if i >= 0 else ""
