"""Whose people or arms a number counts, and near which country they are."""

from bisect import bisect_left
from typing import NamedTuple

from services.contracts.vocabulary import ActorType, Category, Unit, Use
from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.text import Token

_BLOCS = frozenset(("NATO", "UN", "AU"))
_SPEAKING = frozenset(
    "said says say told tell warned warns believe believes estimate estimates reported reports according claimed".split()
)
_GOVERNING = (ActorType.STATE, ActorType.ALLIANCE, ActorType.GOVERNMENT_BODY, ActorType.ORGANISATION, ActorType.PERSON)
_TOWARDS = frozenset(
    "to near along at around in into on towards toward inside across against bordering outside with".split()
)
_FOLLOWS_PLACE = frozenset("border borders frontier border's soil territory waters airspace coast enclave".split())


class Named(NamedTuple):
    """A mention with a country: tokens first..last. `code` is ISO 3166 alpha-3, NATO, UN or AU."""

    first: int
    last: int
    code: str
    acts: bool
    is_place: bool


def named(actors: list[ActorMention], places: list[PlaceMention]) -> list[Named]:
    """All mentions that name a country or an alliance, in order."""
    found = []
    for actor in actors:
        code = actor.id if actor.id in _BLOCS else actor.country
        if code:
            found.append(Named(actor.first, actor.last, code, actor.type in _GOVERNING, False))
    for place in places:
        if place.country:
            found.append(Named(place.first, place.last, place.country, place.use == Use.ACTOR, place.use != Use.ACTOR))
    found.sort()
    return found


def between(mentions: list[Named], first: int, last: int) -> list[Named]:
    """The mentions that begin at tokens first..last (exclusive)."""
    low = bisect_left(mentions, first, key=lambda m: m.first)
    return mentions[low : bisect_left(mentions, last, lo=low, key=lambda m: m.first)]


def who(tokens: list[Token], mentions: list[Named], phrase: tuple[int, int], sentence: tuple[int, int]) -> str | None:
    """Whose force: named inside the phrase, else the nearest actor before it that does not merely speak, else one behind."""
    first, last = phrase
    if inside := between(mentions, first, last):
        return inside[0].code
    before = [m for m in between(mentions, sentence[0], first) if not _names_border(tokens, m)]
    acting = [m for m in before if not _speaks(tokens, m, sentence[1]) and (m.acts or not m.is_place)]
    if acting:
        return acting[-1].code
    return None


def victims(
    mentions: list[Named], phrase: tuple[int, int], category: Category | None, unit: Unit, place: str | None
) -> str | None:
    """Whose victims: only what the phrase itself names; people who flee or die at a place are taken for its own."""
    if inside := between(mentions, *phrase):
        return inside[0].code
    return place if category == Category.CIVILIAN or unit in (Unit.REFUGEES, Unit.DISPLACED) else None


def near(
    tokens: list[Token], mentions: list[Named], phrase: tuple[int, int], sentence: tuple[int, int], own: str | None
) -> str | None:
    """The country where the counted are or go: the place behind them that a preposition ties, else before them."""
    first, last = phrase
    behind = [m for m in between(mentions, last, sentence[1]) if _is_where(tokens, m)]
    before = [m for m in between(mentions, sentence[0], first) if _is_where(tokens, m)]
    for m in [*behind, *reversed(before)]:
        if m.code not in _BLOCS and (m.code != own or m.is_place):
            return m.code
    return None


def _is_where(tokens: list[Token], m: Named) -> bool:
    if _names_border(tokens, m):
        return True
    words = [tokens[j].lower for j in range(max(0, m.first - 4), m.first)]
    return (m.is_place and (bool(words) or m.first == 0)) or (bool(words) and words[-1] in _TOWARDS and not m.acts)


def _names_border(tokens: list[Token], m: Named) -> bool:
    """the Ukrainian border, Ukraine's frontier, the border with Ukraine."""
    if m.last < len(tokens) and tokens[m.last].lower in _FOLLOWS_PLACE:
        return True
    return any(tokens[j].lower in _FOLLOWS_PLACE for j in range(max(0, m.first - 3), m.first)) and tokens[m.first - 1].lower in (
        "with", "of", "to",
    )  # fmt: skip


def _speaks(tokens: list[Token], m: Named, end: int) -> bool:
    """US officials said: the mention only says the number."""
    return any(tokens[j].lower in _SPEAKING for j in range(m.last, min(end, m.last + 4)))
