"""The province or country that stands behind the comma of a town: "Oxford, N.C.", "Barrie (Ont.)", "Paris, France"."""

from collections.abc import Collection
from typing import Final

from services.enrich.core.folding import key_of
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.places.gazetteer import Gazetteer
from services.enrich.core.places.toponym import Candidate, Toponym, candidates_of_town, of_region
from services.enrich.core.roster.files import slug
from services.enrich.core.roster.names import REGION, STATE, TOWN
from services.enrich.core.roster.regions import load_regions
from services.enrich.core.text import Text

_ABBREVIATIONS: Final = {a: r for r in load_regions() for alias in r.abbreviations for a in (alias, alias.rstrip("."))}
_LONGEST_TOWN: Final = 3
_NEARBY: Final = frozenset(("near", "outside", "around"))
_SETTLEMENTS: Final = frozenset("city town village settlement suburb township municipality commune hamlet port".split())
_BEFORE_TOWNS: Final = frozenset("in near at of from to outside around".split())


def qualifier(text: Text, at: int, starts: dict[int, Toponym]) -> Candidate | None:
    """The state or province behind a comma, a bracket or "in" at token `at`."""
    spelled = text.spelled
    if at + 1 >= len(spelled) or spelled[at] not in (",", "(", "in"):
        return None
    wider = starts.get(at + 1)
    if wider:
        return next((c for c in wider.candidates if c.kind == STATE or c.division == c.id), None)
    region = _ABBREVIATIONS.get(spelled[at + 1])
    return of_region(region) if region else None


def abbreviated(text: Text, at: int) -> Toponym | None:
    """The province whose abbreviation token `at` is, behind the comma or bracket of a name."""
    spelled = text.spelled
    region = _ABBREVIATIONS.get(spelled[at])
    if region is None or at < 2 or spelled[at - 1] not in (",", "(") or not is_name_word(spelled[at - 2]):
        return None
    return Toponym(at, at + 1, (of_region(region),), region.id)


def town_of(text: Text, wider: Toponym, taken: Collection[int], gazetteer: Gazetteer) -> Toponym | None:
    """The town before a province or state, whether the gazetteer knows it or not: "near Holliday, Missouri".

    In front of a state only what is called a town or stands behind "near" is one: "the village of Solhan in Burkina".
    """
    whole, words = wider.candidates[0], text.words
    at = wider.first - 1
    if whole.kind == STATE:
        at -= at > 0 and words[at] == "the"
        may_be = at > 1 and words[at] in (",", "in")
    else:
        may_be = whole.kind == REGION and bool(whole.division) and at > 0 and words[at] == ","
    span = _town_before(text, at, taken) if may_be else None
    if span is None or (whole.kind == STATE and not _is_called_town(words, span[0])):
        return None
    name = text.content[text.starts[span[0]] : text.ends[span[1] - 1]]
    known = [c for c in candidates_of_town(key_of(name), gazetteer) if lies_in(c, whole)]
    return Toponym(*span, tuple(known) or (unknown_town(name, whole),), key_of(name))


def lies_in(town: Candidate, whole: Candidate) -> bool:
    """Whether a town lies in a province or country."""
    return town.country == whole.country and whole.division in ("", town.division)


def _is_called_town(words: list[str], at: int) -> bool:
    before = words[at - 1] if at else ""
    return before in _NEARBY or (before == "of" and at > 1 and words[at - 2] in _SETTLEMENTS)


def unknown_town(name: str, wider: Candidate) -> Candidate:
    """A town of a province that the gazetteer does not know: with its country, without a position."""
    return Candidate(f"{wider.id}:{slug(name)}", name.title(), wider.country, wider.division, None, None, 1, TOWN, None)


def _town_before(text: Text, comma: int, taken: Collection[int]) -> tuple[int, int] | None:
    """Tokens of the unknown name words that end at a comma, where a preposition or the head of a line stands before."""
    first = comma
    spelled = text.spelled
    while first > 0 and comma - first < _LONGEST_TOWN and first - 1 not in taken and is_name_word(spelled[first - 1]):
        first -= 1
        if not touches(text, first):
            break
    if first == comma or (touches(text, first) and text.words[first - 1] not in _BEFORE_TOWNS):
        return None
    return first, comma
