"""What a place name stands for in its sentence: the place, those who act for it, or the head of a report."""

import tomllib
from importlib.resources import files

from services.contracts.vocabulary import Use
from services.enrich.core.lookup import Kind
from services.enrich.core.places.dateline import is_dateline
from services.enrich.core.places.toponym import Toponym
from services.enrich.core.text import Text

_LISTS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(
        files("services.enrich.core.data.roster").joinpath("use.toml").read_text("utf-8")
    ).items()
}
_DETERMINERS = frozenset(
    "the a an this that its his her their our new old modern entire whole all both present-day".split()
)
_ADVERBS = frozenset(
    "also never not later then now already still once again soon long often further however only".split()
)
_BE = frozenset("is are was were has have had".split())
_TOWNLIKE = (Kind.TOWN, Kind.REGION)


def classify(text: Text, toponyms: list[Toponym]) -> None:
    """Set the use of every toponym of a text, in order; those joined by "and" or a comma share one."""
    by_last: dict[int, Toponym] = {}
    starts = {t.first: t for t in toponyms}
    for toponym in toponyms:
        toponym.use = _use(text, toponym, by_last, starts)
        by_last[toponym.last] = toponym


def _use(text: Text, toponym: Toponym, by_last: dict[int, Toponym], starts: dict[int, Toponym]) -> Use:
    if is_dateline(text, toponym, starts):
        return Use.DATELINE
    if toponym.kind == Kind.METONYM:
        return Use.ACTOR
    sentence = text.sentences[text.sentence_at(text.tokens[toponym.first].start)]
    before = [t.lower for t in text.tokens[max(sentence.first, toponym.first - 4) : toponym.first]]
    behind = [t.lower for t in text.tokens[toponym.last : min(sentence.last, toponym.last + 4)]]
    if toponym.kind == Kind.DEMONYM:
        return _of_adjective(behind)
    owner = text.tokens[toponym.last - 1].lower.endswith("'s")
    if owner and behind:
        return _of_owner(behind)
    if (joined := _joined(before, toponym, by_last)) is not None:
        return joined
    return _behind(before) or _compound(behind) or _subject(toponym, behind, starts) or Use.PLACE


def _of_adjective(behind: list[str]) -> Use:
    for word in behind[:2]:
        if word in _LISTS["place_nouns"]:
            return Use.PLACE
        if word in _LISTS["actor_nouns"]:
            return Use.ACTOR
    return Use.ACTOR


def _of_owner(behind: list[str]) -> Use:
    for word in behind[:3]:
        if word in _LISTS["place_nouns"]:
            return Use.PLACE
        if word in _LISTS["actor_nouns"]:
            return Use.ACTOR
    return Use.PLACE


def _joined(before: list[str], toponym: Toponym, by_last: dict[int, Toponym]) -> Use | None:
    """The use of the name before, when "and", "or" or a comma joins the two."""
    at = toponym.first
    while before and before[-1] in ("and", "or", ",", "the", "&"):
        at -= 1
        before = before[:-1]
        if at in by_last and at < toponym.first:
            earlier = by_last[at]
            return earlier.use if earlier.use != Use.DATELINE and earlier.kind != Kind.DEMONYM else None
    return None


def _behind(before: list[str]) -> Use | None:
    """What the words in front say."""
    words = [w for w in before if w not in _DETERMINERS]
    if not words:
        return None
    last = words[-1]
    earlier = words[-2] if len(words) > 1 else ""
    if last == "to":
        return Use.ACTOR if earlier in _LISTS["giving"] else Use.PLACE
    if last == "from":
        return Use.ACTOR if earlier in _LISTS["sending"] else Use.PLACE
    if last == "of":
        return Use.ACTOR if earlier in _LISTS["of_actor"] else Use.PLACE
    if last == "for":
        return Use.PLACE if earlier in _LISTS["for_place"] else Use.ACTOR
    if last in _LISTS["place_prepositions"] or last in _LISTS["going"]:
        return Use.PLACE
    if last in _LISTS["actor_prepositions"] or last in _LISTS["acting_on"]:
        return Use.ACTOR
    return None


def _compound(behind: list[str]) -> Use | None:
    """What a noun right behind says: "US officials", "the New York office"."""
    if not behind:
        return None
    if behind[0] in ("-", "–") and len(behind) > 1:
        return Use.ACTOR if behind[1] in ("led", "backed", "controlled", "supported", "sponsored") else Use.PLACE
    if behind[0] in _LISTS["actor_nouns"] and behind[0] not in _LISTS["acts"]:
        return Use.ACTOR
    if behind[0] in _LISTS["place_nouns"]:
        return Use.PLACE
    return None


def _subject(toponym: Toponym, behind: list[str], starts: dict[int, Toponym]) -> Use | None:
    """Whether a verb follows that only somebody can do; over other names joined by "and"."""
    words = [w for w in behind if w not in _ADVERBS]
    if not words:
        return None
    if words[0] in _BE and len(words) > 1:
        return Use.PLACE if words[1] in _LISTS["described"] else Use.ACTOR
    if words[0] in _LISTS["acts"] or (words[0].endswith("ed") and len(words[0]) > 4):
        return Use.ACTOR
    if words[0] in ("and", ",") and toponym.last + 1 in starts:
        return None
    return None
