"""Who a name or a title means on the day of an article: full names, surnames, offices, newly introduced people."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from services.contracts.vocabulary import ActorType, Found
from services.enrich.core.actors.roster import Person, Roster
from services.enrich.core.actors.roster_files import slug, words
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.lookup import Hit, Kind, Sense, Title
from services.enrich.core.text import Text

_BEFORE_OFFICE = timedelta(days=730)
_AFTER_OFFICE = timedelta(days=10 * 365)
_GENERIC = frozenset(
    "Minister Spokesman Spokeswoman Envoy Ambassador Governor Speaker Commander Leader".split()
    + ["Special Envoy", "Deputy Minister", "Special Representative", "Chief of Staff"]
)
_PAST = frozenset("former ex late then-former ousted exiled deposed one-time previous next future".split())
_MONTHS = frozenset("may march august april june".split())
_PARTICLES = frozenset("de la del van von der bin al el abu ibn da dos di y".split())


class Named(NamedTuple):
    """Tokens first..last (exclusive) mean a person."""

    first: int
    last: int
    person: Person
    how: Found
    role: str | None


@dataclass(slots=True)
class Scene:
    """What an article has said so far: the people it named in full, and the countries it speaks of."""

    text: Text
    published: date
    countries: frozenset[str]
    by_form: dict[str, Person] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    """Folded family names that an unknown full name uses here."""


def given_names() -> frozenset[str]:
    """Given names, folded, without the months."""
    return words("given_names.txt") - _MONTHS


_GIVEN = given_names()
_COMMON = words("surnames.txt")


class Offices:
    """Who held an office of a state when."""

    def __init__(self, roster: Roster) -> None:
        self._holders: dict[tuple[str, str], list[Person]] = defaultdict(list)
        for person in roster.people:
            for role in person.roles:
                if person.country and role.title not in _GENERIC:
                    self._holders[person.country, role.title].append(person)

    def holder(self, country: str, title: Title, on: date) -> tuple[Person, str] | None:
        """The person who held an office of a state on a day, and the office's name."""
        for role in title.roles:
            for person in self._holders.get((country, role), ()):
                if any(r.title == role and r.holds(on) for r in person.roles):
                    return person, role
        return None


def full_name(scene: Scene, hit: Hit) -> Named | None:
    """The person of a full name; of two with one name, who was in office at the time."""
    people = [s.of for s in hit.senses if s.kind == Kind.PERSON and isinstance(s.of, Person)]
    if not people:
        return None
    person = min(people, key=lambda p: _distance(p, scene.published))
    for form in person.short:
        scene.by_form[fold(form)] = person
    surface = scene.text.content[scene.text.tokens[hit.first].start : scene.text.tokens[hit.last - 1].end]
    exact = fold(surface).removesuffix("'s") == fold(person.name)
    how = Found.EXACT if exact else Found.ALIAS
    return Named(hit.first, hit.last, person, how, person.role_on(scene.published))


def short_name(scene: Scene, hit: Hit, title: Title | None) -> Named | None:
    """The person whose surname stands alone: named in full before, or known without, or behind a fitting title."""
    senses = [s for s in hit.senses if s.kind == Kind.SHORT]
    if not senses or _is_someone_else(scene, hit, senses):
        return None
    form = fold(senses[0].surface)
    known = scene.by_form.get(form)
    if known and any(s.of == known for s in senses) and not _is_month(scene.text, hit):
        return Named(hit.first, hit.last, known, Found.COREFERENCE, known.role_on(scene.published))
    people = [s.of for s in senses if isinstance(s.of, Person) and _may_stand_alone(scene, s, title)]
    if not people or form in scene.strangers:
        return None
    person = min(people, key=lambda p: _distance(p, scene.published))
    return Named(hit.first, hit.last, person, Found.ALIAS, person.role_on(scene.published))


def _may_stand_alone(scene: Scene, sense: Sense, title: Title | None) -> bool:
    person = sense.of
    if not isinstance(person, Person):
        return False
    if title and any(
        r.title.endswith(wanted) and r.holds(scene.published) for r in person.roles for wanted in title.roles
    ):
        return True
    if sense.surface not in person.alone:
        return False
    first = min((r.since or date.min for r in person.roles), default=date.min)
    last = max((r.until or date.max for r in person.roles), default=date.max)
    if first != date.min and scene.published < first - _BEFORE_OFFICE:
        return False
    spoken_of = person.country is None or person.country in scene.countries
    if last < date.max - _AFTER_OFFICE and scene.published > last + _AFTER_OFFICE:
        return spoken_of
    return spoken_of or fold(sense.surface) not in _COMMON


def _is_someone_else(scene: Scene, hit: Hit, senses: list[Sense]) -> bool:
    """Whether the word before is a given name, or an unknown word of a name, of somebody else."""
    at = hit.first
    if not touches(scene.text, at):
        return False
    before = scene.text.tokens[at - 1]
    if before.text == ".":
        return at > 1 and len(scene.text.tokens[at - 2].text) == 1 and scene.text.tokens[at - 2].text.isupper()
    return fold(before.lower) in _GIVEN and is_name_word(before.text)


def _is_month(text: Text, hit: Hit) -> bool:
    return text.tokens[hit.first].lower in _MONTHS


def _distance(person: Person, day: date) -> tuple[int, int]:
    """How far a person's offices are from a day: 0 in office, then the days since the last or until the first."""
    best = (2, 0)
    for role in person.roles:
        if role.holds(day):
            return 0, 0
        if role.until and role.until < day:
            best = min(best, (1, (day - role.until).days))
        elif role.since and role.since > day:
            best = min(best, (1, (role.since - day).days + 3650))
    return best


def introduced(scene: Scene, title_hit: Hit, title: Title, start: int, taken: set[int], country: str) -> Named | None:
    """The unknown person whose name follows a title: two to five words in capitals that no known name holds."""
    tokens = scene.text.tokens
    end = start
    while end < len(tokens) and end - start < 5 and end not in taken and (end == start or touches(scene.text, end)):
        word = tokens[end].text
        if not (is_name_word(word) or (end > start and tokens[end].lower in _PARTICLES)):
            break
        end += 1
    while end > start and not is_name_word(tokens[end - 1].text):
        end -= 1
    if end - start < 2:
        return None
    name = scene.text.content[tokens[start].start : tokens[end - 1].end].removesuffix("'s").removesuffix("’s")
    role = title.roles[0] if title.roles else None
    person = Person(slug(name), name, country, (), (name.split()[-1],))
    scene.by_form[fold(person.short[0])] = person
    return Named(start, end, person, Found.ROLE, role)


def is_past(text: Text, at: int) -> bool:
    """Whether the words before a token say that an office is no longer held."""
    tokens = text.tokens
    return any(tokens[i].lower in _PAST for i in range(max(0, at - 2), at))


def actor_type(named: Named) -> ActorType:
    """A person's type, for symmetry with organisations."""
    return ActorType.PERSON
