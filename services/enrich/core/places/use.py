"""What a place name stands for in its sentence: the place, those who act for it, or the head of a report."""

from typing import Final

from services.contracts.vocabulary import Use
from services.enrich.core.lexicon_file import packaged
from services.enrich.core.members import ACTOR, DATELINE, PLACE
from services.enrich.core.places.dateline import is_dateline
from services.enrich.core.places.toponym import Toponym
from services.enrich.core.roster.names import CAPITAL, DEMONYM, METONYM, REGION, STATE, TOWN
from services.enrich.core.text import Sentence, Text

_FILE: Final = packaged("roster/use.toml")
_LISTS: Final = {name: frozenset(_FILE.words(name)) for name in _FILE.tables}
_ACTING_ON: Final = _LISTS["acting_on"]
_ACTOR_NOUNS: Final = _LISTS["actor_nouns"]
_ACTOR_PREPOSITIONS: Final = _LISTS["actor_prepositions"]
_ACTS: Final = _LISTS["acts"]
_DESCRIBED: Final = _LISTS["described"]
_DONE_BY: Final = _LISTS["done_by"]
_FORMS: Final = _LISTS["forms"]
_GOING: Final = _LISTS["going"]
_OPENERS: Final = _LISTS["openers"]
_PLACE_NOUNS: Final = _LISTS["place_nouns"]
_PLACE_PREPOSITIONS: Final = _LISTS["place_prepositions"]
_RANKED: Final = _LISTS["ranked"]
_WATERS: Final = _LISTS["waters"]
_WAYS: Final = _LISTS["between_places"]
_DETERMINERS: Final = frozenset(
    "the a an this that its his her their our new old modern entire whole all both present-day".split()
)
_ADVERBS: Final = frozenset(
    "also never not later then now already still once again soon long often further however only monday tuesday "
    "wednesday thursday friday saturday sunday yesterday today".split()
)
_BE: Final = frozenset("is are was were".split())
_HAVE: Final = frozenset("has have had".split())
_JOINS: Final = frozenset("and or & as nor".split())
_ADJECTIVAL: Final = frozenset({"us", "u.s.", "uk", "u.k."})
"""Names of states that stand before nouns as nationality words do."""
_WINDOW: Final = 5
_FARTHEST_JOINED: Final = 3


def classify(text: Text, toponyms: list[Toponym]) -> None:
    """Set the use of every toponym of a text, given in order; those joined by "and" share one."""
    starts = {t.first: t for t in toponyms}
    sentences = iter(text.sentences)
    sentence = None
    for chain in _chains(text, toponyms):
        first = chain[0].first
        while sentence is None or sentence.last <= first:
            sentence = next(sentences)
        use = _use(text, chain, sentence, starts)
        for toponym in chain:
            toponym.use = use


def _chains(text: Text, toponyms: list[Toponym]) -> list[list[Toponym]]:
    """The toponyms in the lists that join them: "A and B", "A, B and C"; alone where only commas stand between."""
    chains: list[list[Toponym]] = []
    run: list[Toponym] = []
    joined = 0
    for toponym in toponyms:
        near = bool(run) and toponym.first - run[-1].last <= _FARTHEST_JOINED
        separator = _separator(text, run[-1], toponym) if near else None
        if separator is None and run:
            _add_parts(run, joined, chains)
            run, joined = [], 0
        run.append(toponym)
        if separator == "and":
            joined = len(run)
    _add_parts(run, joined, chains)
    return chains


def _add_parts(run: list[Toponym], joined: int, chains: list[list[Toponym]]) -> None:
    """The first `joined` of a run make one chain, each of the others its own."""
    if len(run) == 1:
        chains.append(run)
        return
    if joined:
        chains.append(run[:joined])
    chains.extend([toponym] for toponym in run[joined:])


def _separator(text: Text, before: Toponym, behind: Toponym) -> str | None:
    """How a list joins two names: "and", a comma, or not at all; nationalities and seats of power join nothing."""
    if behind.first <= before.last or before.kind in _UNJOINED or behind.kind in _UNJOINED:
        return None
    between = [word for word in text.words[before.last : behind.first] if word != "the"]
    if between and (between[-1] in _JOINS or between == ["-"]):  # US-Iran talks
        return "and"
    return "," if between == [","] else None


_IN_STATES: Final = (TOWN, REGION)
_TOWNS: Final = (TOWN, CAPITAL)
_ARTICLES: Final = ("the", "a", "an")
_UNJOINED: Final = (DEMONYM, METONYM)


def _use(text: Text, chain: list[Toponym], sentence: Sentence, starts: dict[int, Toponym]) -> Use:
    head, tail = chain[0], chain[-1]
    if head.first == sentence.first and is_dateline(text, head, starts):
        return DATELINE
    kind = head.kind
    if kind == METONYM:
        return ACTOR
    if kind == REGION and not _WATERS.isdisjoint(head.surface.split()):
        return PLACE
    words = text.words
    end = min(sentence.last, tail.last + _WINDOW)
    behind = words[tail.last : end]
    if kind == DEMONYM:
        return _of_adjective(behind)
    if head.surface in _ADJECTIVAL and behind and behind[0] in _JOINS:
        joined = starts.get(tail.last + 1)
        if joined is not None and joined.kind == DEMONYM:  # US and British activists
            return _of_adjective(words[joined.last : min(sentence.last, joined.last + _WINDOW)])
    before = words[max(sentence.first, head.first - _WINDOW) : head.first]
    if words[tail.last - 1].endswith("'s") and behind:
        return _of_owner(head, behind, text.spelled[tail.last])
    if head.kind in _IN_STATES and behind and behind[0] == "state":  # Kaduna state, Kaduna state police
        behind = behind[1:] or [""]
        return _behind(head, before) or _compound(behind) or PLACE
    use = _behind(head, before) or _compound(behind)
    if use is None and not (head.kind in _TOWNS and before and before[-1] in _ARTICLES):  # the Cairo talks
        use = _subject(head, before, text, tail.last, end)
    return use or PLACE


def _of_adjective(behind: list[str]) -> Use:
    for word in behind[:2]:
        if word in _PLACE_NOUNS:
            return PLACE
        if word in _ACTOR_NOUNS:
            return ACTOR
    return ACTOR


def _of_owner(head: Toponym, behind: list[str], spelled: str) -> Use:
    """`spelled`: the first word of `behind` as written."""
    first = behind[0]
    if first in _ACTOR_NOUNS:
        return ACTOR
    if not spelled[0].islower() or first in _RANKED or first.endswith("est"):
        return PLACE
    for word in behind[:3]:
        if word in _PLACE_NOUNS:
            return PLACE
        if word in _ACTOR_NOUNS:
            return ACTOR
    return PLACE if head.kind in (TOWN, REGION) else ACTOR


def _behind(head: Toponym, before: list[str]) -> Use | None:
    """What the words in front say."""
    words = [w for w in before if w not in _DETERMINERS]
    while len(words) > 1 and words[-1] == "of" and words[-2] in _FORMS:
        words = words[:-2]
    if not words:
        return None
    last = words[-1]
    ruled = _BY_PREPOSITION.get(last)
    if ruled:
        telling, if_found, otherwise = ruled
        if last in ("from", "to") and len(words) > 1 and words[-2] in _WAYS:
            return PLACE
        near = words[:-1] if len(words) > 1 and words[-2][0].isdigit() else words[-4:-1]  # lost 1-0 to
        return otherwise if telling.isdisjoint(near) else if_found
    if last == "between" and head.kind == TOWN:
        return PLACE
    if last in _PLACE_PREPOSITIONS or last in _GOING:
        return PLACE
    if last in _ACTOR_PREPOSITIONS or last in _ACTING_ON:
        return ACTOR
    return None


_BY_PREPOSITION: Final = {
    "to": (_LISTS["giving"], ACTOR, PLACE),
    "from": (_LISTS["sending"], ACTOR, PLACE),
    "of": (_LISTS["of_actor"], ACTOR, PLACE),
    "on": (_LISTS["laid_on"], ACTOR, PLACE),
    "at": (_LISTS["aimed"], ACTOR, PLACE),
    "over": (_LISTS["ruled_over"], ACTOR, PLACE),
    "toward": (_LISTS["meant"], ACTOR, PLACE),
    "towards": (_LISTS["meant"], ACTOR, PLACE),
    "upon": (_LISTS["meant"], ACTOR, PLACE),
    "for": (_LISTS["for_place"], PLACE, ACTOR),
    "between": (_LISTS["between_places"], PLACE, ACTOR),
    "with": (_LISTS["between_places"], PLACE, ACTOR),
}


def _compound(behind: list[str]) -> Use | None:
    """What a noun right behind says: "US officials", "the New York office"."""
    if not behind:
        return None
    if behind[0] in ("-", "–") and len(behind) > 1:
        return ACTOR if behind[1] in _DONE_BY else PLACE
    if behind[0] in _ACTOR_NOUNS and behind[0] not in _ACTS:
        return ACTOR
    if behind[0] in _PLACE_NOUNS:
        return PLACE
    return None


def _subject(head: Toponym, before: list[str], text: Text, first: int, last: int) -> Use | None:
    """Whether tokens first..last begin with a verb that only somebody can do, or a clause with the name of a state."""
    words = text.words
    front = [w for w in before if w not in _DETERMINERS]
    opens = not front or front[-1] in _OPENERS
    if opens and first + 1 < last and words[first] == "," and words[first + 1] in _APPOSED:
        first, last = _past_apposition(words, first, last)
    behind = [i for i in range(first, last) if words[i] not in _ADVERBS and not words[i].endswith("ly")]
    if not behind:
        return None
    verb = words[behind[0]]
    if verb in _HAVE:
        return ACTOR
    if verb in _BE:
        described = head.kind == TOWN or any(words[i] in _DESCRIBED for i in behind[1:])
        return PLACE if described else ACTOR
    if verb in _ACTS or verb in ("v", "vs", "versus") or (verb.endswith("ed") and len(verb) > 4):
        return ACTOR
    goes_on = (
        verb.isalpha() and text.spelled[behind[0]] == verb and verb not in _PLACE_PREPOSITIONS and verb not in _JOINS
    )
    if opens and goes_on and (head.kind in (STATE, CAPITAL) or verb.endswith("s")):
        return ACTOR
    return PLACE if front and front[-1] in _COMPASS else None


def _past_apposition(words: list[str], comma: int, last: int) -> tuple[int, int]:
    """The tokens behind the second comma of: Laos, a landlocked country, exports. Unchanged where there is none."""
    end = min(len(words), comma + _LONGEST_APPOSITION)
    closing = next((i for i in range(comma + 1, end) if words[i] == ","), None)
    return (comma, last) if closing is None else (closing + 1, min(len(words), closing + 1 + _WINDOW))


_APPOSED: Final = frozenset("a an the whose which where once home long".split())
_LONGEST_APPOSITION: Final = 14
_COMPASS: Final = frozenset(
    "north south east west northern southern eastern western central northeastern northwestern southeastern "
    "southwestern northeast northwest southeast southwest".split()
)
