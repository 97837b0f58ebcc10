"""`enrich(article) -> Document`: every finding of one article. Pure and total; knows no topic and no index."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from services.contracts.article import Article
from services.contracts.document import (
    MAX_FINDINGS,
    MAX_QUOTE,
    Actor,
    Clause,
    Document,
    KeywordHit,
    Location,
    Place,
    Quantity,
    Signal,
    Story,
)
from services.contracts.vocabulary import ASSERTED, DENIED, Unit
from services.enrich.core.build import build, build_all
from services.enrich.core.clauses import find_clauses
from services.enrich.core.escalation import escalation
from services.enrich.core.keywords import WatchList, find_keywords, load_watch_list
from services.enrich.core.members import DATELINE, FIGHTERS, KILLED, NON_CONFLICT, PERSONNEL, REPORTED, TROOPS
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.naming import NameFinder, find_mentions
from services.enrich.core.numbers import find_numbers
from services.enrich.core.parties import parties
from services.enrich.core.quantities import find_quantities
from services.enrich.core.signals import find_signals
from services.enrich.core.text import Text, read
from services.enrich.core.word_masks import Marks

VERSION: Final = "tocsin-en-1"
"""Version of the extractor, in every document: figures of two versions do not compare."""
READ_LANGUAGES: Final = frozenset({"en", "und"})
"""Texts in other languages get no findings."""
_UNFOUND: Final[dict[str, Any]] = {
    name: None if field.is_required() else field.default for name, field in Document.model_fields.items()
}
"""Every field of a document in its order; what is required comes from the article."""
_TROOPS: Final = frozenset({TROOPS, PERSONNEL, FIGHTERS})
_DEAD: Final = frozenset({KILLED})

_MOST_POINTS: Final = 10_000
"""Points whose location is kept: the places of the news come again and again."""


def enrich(article: Article, watch_list: WatchList | None = None, names: NameFinder | None = None) -> Document:
    """The document of `article`: findings, stances, scores. `indexed_at` stays None. Never raises.

    `watch_list` and `names` are those that a user extended; without them our own.

    At most `MAX_FINDINGS` of a kind; `truncated` says that there were more.
    """
    if article.language not in READ_LANGUAGES:
        return _document(article, {})
    text = read(article.content)
    mentions = find_mentions(text, article.published.date(), names)
    actors, places = mentions.actors, mentions.places
    watch_list = watch_list or _default_watch_list()
    marks = Marks(text.words)
    clauses = find_clauses(text, marks, actors, places, article.published)
    found = find_quantities(text, find_numbers(text), actors, places, clauses)
    quantities = _apart_from_conflict(found, clauses)
    signals = find_signals(text, marks, actors, places, clauses)
    keywords = find_keywords(text, marks, clauses, watch_list)
    score, dyads = escalation(signals, quantities, keywords, actors)
    actors = parties(actors, places, signals)
    locations = [_location(place.lat, place.lon) for place in places]
    kinds: tuple[Sequence[object], ...] = (actors, places, quantities, signals, keywords, dyads)
    findings: dict[str, Any] = {
        "truncated": any(len(kind) > MAX_FINDINGS for kind in kinds),
        "escalation": score,
        "actors": tuple(build_all(Actor, [_actor(text, actor) for actor in actors[:MAX_FINDINGS]])),
        "places": tuple(build_all(Place, _places(text, places[:MAX_FINDINGS], locations))),
        "quantities": tuple(quantities[:MAX_FINDINGS]),
        "signals": tuple(signals[:MAX_FINDINGS]),
        "keywords": tuple(keywords[:MAX_FINDINGS]),
        "dyads": tuple(dyads[:MAX_FINDINGS]),
        "dyad_ids": tuple(f"{dyad.source}-{dyad.target}" for dyad in dyads[:MAX_FINDINGS]),
        **_clauses(text, clauses),
        **_companions(actors, places, locations, quantities, signals, keywords),
    }
    return _document(article, findings)


def _apart_from_conflict(quantities: list[Quantity], clauses: list[StancedClause]) -> list[Quantity]:
    """Numbers of clauses that speak of no conflict have that status: a company that moved two divisions."""
    if not any(clause.stance is NON_CONFLICT for clause in clauses):
        return quantities
    starts = [clause.start for clause in clauses]
    return [
        quantity.model_copy(update={"status": NON_CONFLICT})
        if clauses[bisect_right(starts, quantity.start) - 1].stance is NON_CONFLICT
        else quantity
        for quantity in quantities
    ]


@cache
def _default_watch_list() -> WatchList:
    return load_watch_list()


def _document(article: Article, findings: dict[str, Any]) -> Document:
    """Everything here was built valid, so nothing is checked twice."""
    return build(
        Document,
        {
            **_UNFOUND,
            "published": article.published,
            "fetched_at": article.fetched_at,
            "revised_at": article.revised_at,
            "id": article.id,
            "revision": article.revision,
            "title": article.title,
            "text": article.text,
            "url": article.url,
            "source": article.source,
            "language": article.language,
            "story": build(Story, {"id": article.id}),
            "historic": article.historic,
            "date_clamped": article.date_clamped,
            "enricher": VERSION,
            **findings,
        },
    )


def _clauses(text: Text, clauses: list[StancedClause]) -> dict[str, Any]:
    content = text.content
    return {
        "asserted": tuple([content[c.start : c.end] for c in clauses if c.stance in ASSERTED]),
        "denied": tuple([content[c.start : c.end] for c in clauses if c.stance in DENIED]),
        "clauses": tuple(build_all(Clause, [_clause(clause) for clause in clauses])),
    }


def _clause(clause: StancedClause) -> dict[str, Any]:
    return {
        "start": clause.start,
        "end": clause.end,
        "sentence": clause.sentence,
        "stance": clause.stance,
        "speaker": clause.speaker,
    }


def _actor(text: Text, actor: ActorMention) -> dict[str, Any]:
    end = min(actor.end, actor.start + MAX_QUOTE)
    return {
        "quote": text.content[actor.start : end],
        "start": actor.start,
        "end": end,
        "sentence": actor.sentence,
        "id": actor.id,
        "name": actor.name,
        "type": actor.type,
        "country": actor.country,
        "role": actor.role,
        "how": actor.how,
    }


def _places(text: Text, places: list[PlaceMention], locations: list[Location | None]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for k, place in enumerate(places):
        end = min(place.end, place.start + MAX_QUOTE)
        rows.append(
            {
                "quote": text.content[place.start : end],
                "start": place.start,
                "end": end,
                "sentence": place.sentence,
                "id": place.id,
                "name": place.name,
                "country": place.country,
                "use": place.use,
                "location": locations[k],
            }
        )
    return rows


@lru_cache(maxsize=_MOST_POINTS)
def _location(lat: float | None, lon: float | None) -> Location | None:
    """The location of a point: one message for all that stand there, as messages are never changed."""
    return None if lat is None or lon is None else build(Location, {"lat": lat, "lon": lon})


def _companions(
    actors: list[ActorMention],
    places: list[PlaceMention],
    locations: list[Location | None],
    quantities: list[Quantity],
    signals: list[Signal],
    keywords: list[KeywordHit],
) -> dict[str, Any]:
    """The flat fields that stand beside the nested ones."""
    countries = [a.country for a in actors if a.country] + [p.country for p in places if p.country]
    shown = {
        id(location): location
        for k, place in enumerate(places)
        if (location := locations[k]) is not None and place.use is not DATELINE
    }
    return {
        "actor_ids": _distinct([actor.id for actor in actors]),
        "countries": _distinct(countries),
        "locations": tuple(shown.values())[:MAX_FINDINGS],
        "terms_asserted": _distinct([hit.term for hit in keywords if hit.stance in ASSERTED]),
        "event_types": _distinct([s.event for s in signals if s.stance in ASSERTED]),
        "troops_reported_max": _most(quantities, _TROOPS),
        "killed_reported_max": _most(quantities, _DEAD),
    }


def _most(quantities: list[Quantity], units: frozenset[Unit]) -> float | None:
    """The largest lower bound that is reported."""
    found = [q.low for q in quantities if q.unit in units and q.status is REPORTED and q.low is not None]
    return max(found, default=None)


def _distinct(values: list[str]) -> tuple[str, ...]:
    """The first `MAX_FINDINGS` values, each once; plain strings, also of members of an enumeration."""
    return tuple([str(value) for value in dict.fromkeys(values)][:MAX_FINDINGS])
