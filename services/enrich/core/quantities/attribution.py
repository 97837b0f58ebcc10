"""Whose people or arms a number counts, and near which country they are."""

from bisect import bisect_left
from collections.abc import Set
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from services.contracts.vocabulary import ActorType
from services.enrich.core.members import ACTOR, DATELINE
from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.quantities.lexicon import LOSING

_BLOCS: Final = frozenset(("NATO", "UN", "AU"))
_SPEAKING: Final = frozenset(
    "said says say told tell warned warns believe believes estimate estimates reported reports according claimed "
    "insisted insists announced".split()
)
_GOVERNING: Final = frozenset(ActorType) - {ActorType.ARMED_GROUP}
_TOWARDS: Final = frozenset(
    "to near along at around in into on towards toward inside across against bordering outside with".split()
)
_RULING: Final = _TOWARDS | {"from", "of"}
_FOLLOWS_PLACE: Final = frozenset(
    "border borders frontier border's soil territory waters airspace zone coast enclave".split()
)
_FLEEING: Final = frozenset("fled flee flees fleeing from leaving left escaping escaped".split())
_NO_RECEIVING: Final = frozenset(
    "according thanks due owing response reply contrast opposed loyal belonging said".split()
)
"""Words whose "to" leads to nobody who gets what is counted."""
_HOSTING: Final = frozenset(
    "host hosts hosted hosting houses housed shelters sheltered taken took accommodates".split()
)
_TIES: Final = frozenset(("with", "of", "to"))
_ITSELF: Final = frozenset("it he she they we i".split())
_OWNERS: Final = frozenset("its their his her".split())


@dataclass(slots=True)
class Named:
    """A mention with a country: tokens first..last. `code` is ISO 3166 alpha-3, NATO, UN or AU; `heads`: a dateline."""

    first: int
    last: int
    code: str
    acts: bool
    is_place: bool
    heads: bool

    def __init__(self, first: int, last: int, code: str, acts: bool, is_place: bool, heads: bool = False) -> None:
        self.heads = heads
        self.first = first
        self.last = last
        self.code = code
        self.acts = acts
        self.is_place = is_place


_BY_PLACE: Final = attrgetter("first", "last", "code", "acts")


def named(actors: list[ActorMention], places: list[PlaceMention], sentences: Set[int]) -> list[Named]:
    """All mentions in `sentences` that name a country or an alliance, in order."""
    found = []
    for actor in actors:
        if actor.sentence in sentences and (code := actor.id if actor.id in _BLOCS else actor.country):
            found.append(Named(actor.first, actor.last, code, actor.type in _GOVERNING, False))
    acting = {mention.first for mention in found}
    for place in places:
        if place.sentence in sentences and place.country:
            acts = place.use is ACTOR and place.first in acting  # a town that was attacked stays where it is
            heads = place.use is DATELINE
            found.append(Named(place.first, place.last, place.country, acts, not acts, heads))
    found.sort(key=_BY_PLACE)
    return found


def within(mentions: list[Named], firsts: list[int], first: int, last: int) -> list[Named]:
    """The mentions that begin at tokens first..last (exclusive), of a whole text whose mentions begin at `firsts`."""
    low = bisect_left(firsts, first)
    return mentions[low : bisect_left(firsts, last, low)]


def who(words: list[str], mentions: list[Named], phrase: tuple[int, int], sentence: tuple[int, int]) -> str | None:
    """Whose force: named inside the phrase, else the nearest actor before it that does not merely speak."""
    first, last = phrase
    if inside := next((m for m in mentions if first <= m.first < last), None):
        return inside.code
    if beside := next((m for m in mentions if m.last == first and not m.heads), None):
        return beside.code  # Greece 40 and Cyprus 12 soldiers
    before = [m for m in mentions if m.first < first and not _names_border(words, m)]
    acting = [m for m in before if (m.acts or not m.is_place) and not _speaks(words, m, sentence[1])]
    if not acting:
        acting = [m for m in before if _is_subject(words, m, sentence) and not _speaks(words, m, sentence[1])]
    return acting[-1].code if acting else None


def victims(
    words: list[str],
    mentions: list[Named],
    phrase: tuple[int, int],
    sentence: tuple[int, int],
    verb: int,
    place: str | None,
    *,
    local: bool,
) -> str | None:
    """Whose victims: those named, those of "its" owner or of who "lost" them (token `verb`), `local` ones by place."""
    first, last = phrase
    if inside := next((m for m in mentions if first <= m.first < last), None):
        return inside.code
    if come := _come_from(words, mentions, last):
        return come.code
    lost = words[max(0, first - 3) : first] if "losses" in words[max(0, first - 3) : first] else []
    if not _OWNERS.isdisjoint(words[first:last] + lost) or words[verb] in LOSING:
        owners = [m for m in mentions if m.first < first and (m.acts or _is_subject(words, m, sentence))]
        return owners[-1].code if owners else None
    return place if local or all(m.code == place for m in mentions) else None


def launcher(words: list[str], mentions: list[Named], phrase: tuple[int, int]) -> str | None:
    """Whose arms were destroyed: named inside the phrase, or behind "launched by"; never who destroyed them."""
    first, last = phrase
    return next(
        (m.code for m in mentions if m.first >= first and (m.first < last or words[m.first - 1] in ("by", "from"))),
        None,
    )


def _come_from(words: list[str], mentions: list[Named], last: int) -> Named | None:
    """The country right behind "from": three soldiers from Chad."""
    behind = (m for m in mentions if m.first == last + 1 and words[last] == "from")
    return next(behind, None)


def origin(words: list[str], mentions: list[Named], last: int) -> str | None:
    """The country that people flee, behind their number: fled Sudan, from Syria."""
    return next((m.code for m in mentions if m.first >= last and words[m.first - 1] in _FLEEING), None)


def near(
    words: list[str], mentions: list[Named], phrase: tuple[int, int], own: str | None, *, come_from: bool = False
) -> str | None:
    """The country where the counted are or go: the place behind them that a preposition ties, else before them.

    `come_from`: "from" right behind them says who they are, and where only when nothing else does.
    """
    first, last = phrase
    fled: str | None = None
    for m in mentions:
        if m.first >= last and _is_candidate(words, m, own):
            if words[m.first - 1] not in _FLEEING:
                return m.code
            fled = fled or m.code
    if fled is not None and not (come_from and words[last] == "from"):
        return fled
    before = next((m.code for m in reversed(mentions) if m.first < first and _is_candidate(words, m, own)), None)
    return before or fled or next((m.code for m in mentions if m.last < first and _hosts(words, m)), None)


def _is_candidate(words: list[str], m: Named, own: str | None) -> bool:
    return m.code not in _BLOCS and (m.code != own or m.is_place) and _is_where(words, m)


def _is_where(words: list[str], m: Named) -> bool:
    """Whether the mention says where: a place, something behind "to" or "near", a border; but not US-led, by Syria."""
    if m.heads:
        return True
    if m.last < len(words) and words[m.last][0].isdigit() and words[m.first - 1] not in _TOWARDS:
        return False  # Fiji 50 soldiers
    if (m.last < len(words) and words[m.last] == "-") or (m.first and words[m.first - 1] == "by"):
        return False
    if (
        m.is_place
        or (m.first > 1 and words[m.first - 1] == "to" and words[m.first - 2] not in _NO_RECEIVING)
        or (m.first and not m.acts and words[m.first - 1] in _TOWARDS)
    ):
        return True
    return _names_border(words, m)


def _hosts(words: list[str], m: Named) -> bool:
    """Uganda hosts 40,000 refugees; Germany has taken in 40,000 refugees."""
    return not _HOSTING.isdisjoint(words[m.last : m.last + 3])


def _names_border(words: list[str], m: Named) -> bool:
    """the Ukrainian border, Ukraine's frontier, the border with Ukraine."""
    if not _FOLLOWS_PLACE.isdisjoint(words[m.last : m.last + (3 if _owns(words, m) else 1)]):
        return True
    if not m.first or words[m.first - 1] not in _TIES:
        return False
    return not _FOLLOWS_PLACE.isdisjoint(words[max(0, m.first - 3) : m.first])


def _owns(words: list[str], m: Named) -> bool:
    return words[m.last - 1].endswith(("'s", "s'"))


def _is_subject(words: list[str], m: Named, sentence: tuple[int, int]) -> bool:
    """Whether no preposition rules the mention: it, not a place, has or sends what is counted."""
    return _RULING.isdisjoint(words[max(sentence[0], m.first - 2) : m.first])


def _speaks(words: list[str], m: Named, end: int) -> bool:
    """US officials said: the mention only says the number. Germany said it would: the mention speaks of itself."""
    for j in range(m.last, min(end, m.last + 4)):
        if words[j] in _SPEAKING:
            behind = j + 2 if j + 1 < end and words[j + 1] == "that" else j + 1
            return behind >= end or words[behind] not in _ITSELF
    return False
