"""Actors that stand in one list, and so on one side of an event: A, B and C."""

from typing import Final

from services.enrich.core.mentions import ActorMention
from services.enrich.core.signals.candidates import holder
from services.enrich.core.text import Text

_JOINING: Final = frozenset({"and", ",", "&", "as", "well", "the"})
_MOST: Final = 3
"""Most actors on one side of an event."""


def list_before(text: Text, actors: list[ActorMention], last: int) -> list[ActorMention]:
    """The list that ends with `actors[last]`: A, B and C. Its last link is an "and"."""
    found, spelled = [actors[last]], text.spelled
    first = last
    while first > 0 and len(found) < _MOST:
        if holder(spelled, actors, first - 1) == first:
            first -= 1  # Bill Clinton and Russian leader Boris Yeltsin
            continue
        link = _link(text.words, actors[first - 1], actors[first])
        if link != "and" and (len(found) == 1 or link != ","):
            break
        first -= 1
        found.append(actors[first])
    return found[::-1]


def list_after(text: Text, actors: list[ActorMention], first: int) -> list[ActorMention]:
    """The list that begins with `actors[first]`; commas alone make none."""
    last = first
    while last + 1 < len(actors) and last - first + 1 < _MOST:
        link = _link(text.words, actors[last], actors[last + 1])
        if link == "and":
            return actors[first : last + 2]
        if link != ",":
            break
        last += 1
    return actors[first : first + 1]


def _link(words: list[str], left: ActorMention, right: ActorMention) -> str:
    """ "and", "," or nothing, by what stands between two neighbours."""
    between = words[left.last : right.first]
    if not 0 < len(between) <= _MOST or any(word not in _JOINING for word in between):
        return ""
    return "and" if "and" in between or "&" in between else ","
