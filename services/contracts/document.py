"""The one document: published by enrich, indexed, returned by the API, evaluated by rules."""

from enum import StrEnum
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from services.contracts.article import Source
from services.contracts.message import Message, Moment
from services.contracts.vocabulary import ActorType, Category, Event, Found, Movement, Op, Stance, Unit, Use

MAX_FINDINGS = 500
"""Most findings of one kind in a document; a document with fewer than were found says `truncated`."""
MAX_QUOTE = 300
"""Longest quote, in code points."""


class FieldKind(StrEnum):
    """How a field is indexed, and so how a query on it is decided."""

    TEXT = "text"
    KEYWORD = "keyword"
    DATE = "date"
    DOUBLE = "double"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    GEO_POINT = "geo_point"
    NESTED = "nested"
    STORED = "stored"
    """Kept in the document, not searchable."""


Text = Annotated[str, FieldKind.TEXT]
Keyword = Annotated[str, FieldKind.KEYWORD]
Date = Annotated[Moment, FieldKind.DATE]
Double = Annotated[float, FieldKind.DOUBLE]
Integer = Annotated[int, FieldKind.INTEGER]
Flag = Annotated[bool, FieldKind.BOOLEAN]


class Location(Message):
    """A point on Earth, WGS 84 degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Evidence(Message):
    """Where in `content` a finding stands: `content[start:end] == quote`, in code points."""

    quote: Keyword = Field(max_length=MAX_QUOTE, description="the words that prove it, at most 300 code points")
    start: Integer = Field(ge=0, description="first code point in the content")
    end: Integer = Field(ge=0, description="behind the last code point in the content")
    sentence: Integer = Field(ge=0, description="number of the sentence, from 0")


class Actor(Evidence):
    """A mention of somebody who can act."""

    id: Keyword = Field(
        description="canonical id: ISO 3166 alpha-3 for a state, else the roster's, for example NATO or emmanuel-macron"
    )
    name: Keyword = Field(description="the usual English name")
    type: Annotated[ActorType, FieldKind.KEYWORD] = Field(description="what kind of actor")
    country: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="ISO 3166 alpha-3 of the actor's state")
    role: Annotated[str | None, FieldKind.KEYWORD] = Field(
        None, description="for example President of France, at the article's date"
    )
    how: Annotated[Found, FieldKind.KEYWORD] = Field(Found.EXACT, description="how the name was recognised")


class Place(Evidence):
    """A mention of a place."""

    id: Keyword = Field(description="GeoNames id, ISO 3166 alpha-3 of a country, or the place file's")
    name: Keyword = Field(description="the usual English name")
    country: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="ISO 3166 alpha-3")
    use: Annotated[Use, FieldKind.KEYWORD] = Field(Use.PLACE, description="what the name stands for there")
    location: Annotated[Location | None, FieldKind.GEO_POINT] = Field(None, description="WGS 84 degrees")


class Quantity(Evidence):
    """A number of soldiers, weapons, victims or people on the move."""

    value: Annotated[float | None, FieldKind.DOUBLE] = Field(None, description="null for ranges only")
    low: Annotated[float | None, FieldKind.DOUBLE] = Field(None, description="lower bound; 0 for at most")
    high: Annotated[float | None, FieldKind.DOUBLE] = Field(None, description="upper bound; null for at least")
    op: Annotated[Op, FieldKind.KEYWORD] = Field(description="how the number is bounded")
    unit: Annotated[Unit, FieldKind.KEYWORD] = Field(description="what is counted")
    who: Annotated[str | None, FieldKind.KEYWORD] = Field(
        None, description="ISO 3166 alpha-3, NATO, UN or AU of the force or the victims"
    )
    near: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="ISO 3166 alpha-3 of the place")
    category: Annotated[Category | None, FieldKind.KEYWORD] = Field(None, description="whose people")
    status: Annotated[Stance, FieldKind.KEYWORD] = Field(Stance.REPORTED, description="stance of the number")
    movement: Annotated[Movement, FieldKind.KEYWORD] = Field(Movement.NONE, description="what the force does")
    is_deployment: Flag = Field(False, description="movement is deploy or build_up")
    derived: Flag = Field(False, description="computed from the published size of a unit such as a brigade")


class Signal(Evidence):
    """Who does what to whom."""

    event: Annotated[Event, FieldKind.KEYWORD] = Field(description="PLOVER event type")
    source: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="actor id")
    target: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="actor id")
    stance: Annotated[Stance, FieldKind.KEYWORD] = Field(Stance.REPORTED, description="stance of the clause")
    weight: Double = Field(ge=-10, le=10, description="Goldstein-like: -10 conflict, +10 cooperation")
    speaker: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="actor id of who says or denies it")


class KeywordHit(Evidence):
    """A term of the watch list."""

    term: Keyword = Field(description="term of the watch list, uninflected")
    topic: Keyword = Field(description="what the term belongs to: invade and attack on belong to invasion")
    stance: Annotated[Stance, FieldKind.KEYWORD] = Field(Stance.REPORTED, description="stance of the clause")
    speaker: Annotated[str | None, FieldKind.KEYWORD] = Field(None, description="actor id of who says or denies it")


class Dyad(Evidence):
    """How tense an ordered pair of states is in this article; the quote is its weightiest signal's."""

    source: Keyword = Field(description="ISO 3166 alpha-3, or NATO, EU, UN")
    target: Keyword = Field(description="ISO 3166 alpha-3, or NATO, EU, UN")
    score: Double = Field(ge=0, le=100, description="tension from 0 to 100")


class Clause(Message):
    """A stretch of a sentence with one stance. Clauses partition each sentence."""

    start: int
    end: int
    sentence: int
    stance: Stance
    speaker: str | None = None


class Story(Message):
    """The event that articles are grouped by."""

    id: Keyword = Field(description="the event that the article reports")


class Escalation(Message):
    """How tense the whole article is."""

    score: Double = Field(0.0, ge=0, le=100, description="tension of the whole article, from 0 to 100")


class Document(Message):
    """An article with what was found in it."""

    published: Date = Field(alias="@timestamp", description="when it was published")
    fetched_at: Date = Field(description="when its first revision arrived: order of arrival, never changes")
    indexed_at: Annotated[Moment | None, FieldKind.DATE] = Field(
        None, description="when it was last made ready for the index; informs only"
    )
    revised_at: Annotated[Moment | None, FieldKind.DATE] = Field(
        None, description="when this revision arrived; null for the first"
    )
    id: Keyword = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the canonical URL")
    revision: Integer = Field(1, ge=1, description="1, and one more for each change of the text")
    title: Text = Field("", description="headline, one line")
    text: Text = Field(description="the article without markup")
    asserted: Annotated[tuple[str, ...], FieldKind.TEXT] = Field(
        (), description="clauses that are reported, estimated, predicted or planned"
    )
    denied: Annotated[tuple[str, ...], FieldKind.TEXT] = Field((), description="clauses that are denied or negated")
    url: Keyword = Field("", description="canonical URL")
    source: Source = Field(Source(), description="name and domain, both keywords")
    language: Keyword = Field("und", description="ISO 639-1, or und")
    story: Story
    historic: Flag = Field(False, description="imported or back-filled: searched, never notified")
    date_clamped: Flag = Field(
        False, description="the published time was missing or in the future: fetched_at stands for it"
    )
    truncated: Flag = Field(False, description="more was found than is kept")
    enricher: Keyword = Field("", description="version of the extractor")
    escalation: Escalation = Escalation()
    clauses: Annotated[tuple[Clause, ...], FieldKind.STORED] = Field(
        (), description="start, end, sentence, stance and speaker of each clause"
    )
    actors: Annotated[tuple[Actor, ...], FieldKind.NESTED] = Field((), description="who can act")
    keywords: Annotated[tuple[KeywordHit, ...], FieldKind.NESTED] = Field((), description="terms of the watch list")
    quantities: Annotated[tuple[Quantity, ...], FieldKind.NESTED] = Field((), description="numbers of force and harm")
    signals: Annotated[tuple[Signal, ...], FieldKind.NESTED] = Field((), description="who does what to whom")
    places: Annotated[tuple[Place, ...], FieldKind.NESTED] = Field((), description="places named")
    dyads: Annotated[tuple[Dyad, ...], FieldKind.NESTED] = Field((), description="tension by ordered pair")
    actor_ids: Annotated[tuple[str, ...], FieldKind.KEYWORD] = Field((), description="ids of `actors`")
    countries: Annotated[tuple[str, ...], FieldKind.KEYWORD] = Field(
        (), description="countries of actors and places, ISO 3166 alpha-3"
    )
    locations: Annotated[tuple[Location, ...], FieldKind.GEO_POINT] = Field((), description="points of `places`")
    terms_asserted: Annotated[tuple[str, ...], FieldKind.KEYWORD] = Field(
        (), description="watch list terms in asserted clauses"
    )
    event_types: Annotated[tuple[str, ...], FieldKind.KEYWORD] = Field((), description="events of `signals`")
    dyad_ids: Annotated[tuple[str, ...], FieldKind.KEYWORD] = Field(
        (), description="pairs of `dyads`, for example RUS-UKR"
    )
    troops_reported_max: Annotated[float | None, FieldKind.DOUBLE] = Field(
        None, description="largest reported lower bound of troops"
    )
    killed_reported_max: Annotated[float | None, FieldKind.DOUBLE] = Field(
        None, description="largest reported lower bound of killed"
    )

    @property
    def content(self) -> str:
        """Title, a line feed and text when there is a title, else the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def arrived(self) -> Moment:
        """The first key of the order of arrival, before `id`: `fetched_at`, of a historic article `@timestamp`."""
        return self.published if self.historic else self.fetched_at

    @property
    def values(self) -> dict[str, Any]:
        """Its values by the names they have in JSON, the messages in it as they are."""
        return vars(self) | {"@timestamp": self.published}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The message type inside `X`, `X | None` or `tuple[X, ...]`, if there is one."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((m for a in get_args(annotation) if (m := _model_in(a))), None)


def _fields(model: type[BaseModel], prefix: str = "") -> dict[str, tuple[FieldKind, FieldInfo]]:
    found: dict[str, tuple[FieldKind, FieldInfo]] = {}
    for name, info in model.model_fields.items():
        path = prefix + (info.alias or name)
        kind = next((m for m in info.metadata if isinstance(m, FieldKind)), None)
        inner = _model_in(info.annotation)
        if kind is not None:
            found[path] = (kind, info)
        elif inner is None:
            found[path] = (FieldKind.KEYWORD, info)  # the plain strings of Source
        if inner is not None and kind in (None, FieldKind.NESTED):
            found |= _fields(inner, path + ".")
    return found


FIELDS: dict[str, tuple[FieldKind, FieldInfo]] = _fields(Document)
"""Dotted path -> kind and pydantic field, in order. A nested path such as `quantities` is a key too."""
SCHEMA: dict[str, FieldKind] = {path: kind for path, (kind, _) in FIELDS.items()}
"""Dotted path -> kind: what `services.query` and the index mapping are made from."""
NESTED: frozenset[str] = frozenset(path for path, kind in SCHEMA.items() if kind is FieldKind.NESTED)
"""Paths of the nested objects."""
SMALL: frozenset[str] = frozenset(
    info.alias or name
    for name, info in Document.model_fields.items()
    if name not in NESTED | {"text", "asserted", "denied", "clauses", "locations"}
)
"""The names of the fields that are small in every document: not its text, nor what was found in it."""
DEFAULT_FIELDS: tuple[str, ...] = ("title", "text")
"""Fields that a query without a field looks in."""
