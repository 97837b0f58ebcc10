"""Who a name or a title means on the day of an article: full names, surnames, offices, newly introduced people."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from services.contracts.vocabulary import Found
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.members import FOUND_ALIAS, FOUND_COREFERENCE, FOUND_EXACT, FOUND_ROLE
from services.enrich.core.roster.entries import Person, Roster
from services.enrich.core.roster.files import slug, word_list
from services.enrich.core.roster.lookup import Hit
from services.enrich.core.roster.names import PERSON, SHORT, Sense, Title, is_facility
from services.enrich.core.text import Text

_BEFORE_OFFICE: Final = timedelta(days=730)
_AFTER_OFFICE: Final = timedelta(days=10 * 365)
_GENERIC: Final = frozenset(
    "Minister|Spokesman|Spokeswoman|Envoy|Ambassador|Governor|Speaker|Commander|Leader|Special Envoy|Deputy Minister|"
    "Special Representative|Chief of Staff".split("|")
)
"""Offices that several people of a state hold at once."""
_PAST: Final = frozenset("former ex late then-former ousted exiled deposed one-time previous next future".split())
_ONE_OF_MANY: Final = frozenset(
    "a an any another every each no first second third fourth fifth prominent likely possible".split()
)
_SENTENCE_ENDS: Final = frozenset(".!?:;“”\"'‘’(")
_LONGEST_NAME: Final = 6
_TELLING: Final = 6
"""Fewest letters of a surname that tells by itself."""
_BEFORE_STRANGER: Final = frozenset(
    "the of by with and to from for former that said then outgoing as but when while new ex".split()
) | frozenset(",.“\"'‘:;(-")
"""Words after which a President or a Foreign Minister without a country is one of a state, not of a club."""
_MONTHS: Final = frozenset("may march august april june".split())
_PREFIXES: Final = frozenset("pro anti ex post pre non mid".split())
_WORDS: Final = word_list("words.txt")
_SINGULAR: Final = frozenset(
    "President|Prime Minister|Premier|Chancellor|Foreign Minister|Foreign Secretary|Defence Minister|Interior Minister|"
    "Finance Minister|Vice President|Deputy Prime Minister|King|Queen|Secretary of State|"
    "External Affairs Minister".split("|")
)
"""Offices whose holder is worth naming without knowing of which state."""
_PARTICLES: Final = frozenset("de la del van von der bin al el abu ibn da dos di y".split())


@dataclass(slots=True)
class Named:
    """Tokens first..last (exclusive) mean a person."""

    first: int
    last: int
    person: Person
    how: Found
    role: str | None

    def __init__(self, first: int, last: int, person: Person, how: Found, role: str | None) -> None:
        self.first = first
        self.last = last
        self.person = person
        self.how = how
        self.role = role


@dataclass(slots=True)
class Scene:
    """What an article has said so far: the people it named in full, and the countries it speaks of."""

    text: Text
    published: date
    countries: frozenset[str]
    one_case: bool = False
    by_form: dict[str, Person] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    """Tokens of known names."""
    strangers: set[str] = field(default_factory=set)
    """Folded family names that an unknown full name uses here."""


def given_names() -> frozenset[str]:
    """Given names, folded, without the months."""
    return word_list("given_names.txt") - _MONTHS


_GIVEN: Final = given_names()
_COMMON: Final = word_list("surnames.txt")


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
    senses = [(s.of, s.surface) for s in hit.name.senses if s.kind == PERSON and isinstance(s.of, Person)]
    if not senses or _is_facility_behind(scene.text, hit):
        return None
    person, surface = senses[0]
    if len(senses) > 1:
        person, surface = min(senses, key=lambda sense: _distance(sense[0], scene.published))
    for form in person.short:
        scene.by_form[fold(form)] = person
    how = FOUND_EXACT if surface == person.name else FOUND_ALIAS
    return Named(hit.first, hit.last, person, how, person.role_on(scene.published))


def short_name(scene: Scene, hit: Hit, title: Title | None) -> Named | None:
    """The person whose surname stands alone: named in full before, or known without, or behind a fitting title."""
    senses = [s for s in hit.name.senses if s.kind == SHORT]
    if not senses or _is_someone_else(scene, hit):
        return None
    form = hit.name.key
    if not scene.one_case and _begins_other_name(scene.text, hit, senses):
        return None
    known = scene.by_form.get(form)
    if known and any(s.of is known for s in senses) and not _is_month(scene.text, hit):
        return Named(hit.first, hit.last, known, FOUND_COREFERENCE, known.role_on(scene.published))
    people = [s.of for s in senses if isinstance(s.of, Person) and _may_stand_alone(scene, hit, s, title)]
    if not people or form in scene.strangers or _has_strange_name_before(scene, hit):
        return None
    person = min(people, key=lambda p: _distance(p, scene.published))
    return Named(hit.first, hit.last, person, FOUND_ALIAS, person.role_on(scene.published))


def _may_stand_alone(scene: Scene, hit: Hit, sense: Sense, title: Title | None) -> bool:
    person = sense.of
    if not isinstance(person, Person):
        return False
    if title and any(
        r.title.endswith(wanted) and r.holds(scene.published) for r in person.roles for wanted in title.roles
    ):
        return True
    if sense.surface not in person.alone:
        return _is_telling(scene, hit, sense, person)
    first = min((r.since or date.min for r in person.roles), default=date.min)
    last = max((r.until or date.max for r in person.roles), default=date.max)
    if first != date.min and scene.published < first - _BEFORE_OFFICE:
        return False
    spoken_of = person.country is None or person.country in scene.countries
    if last < date.max - _AFTER_OFFICE and scene.published > last + _AFTER_OFFICE:
        return spoken_of
    return spoken_of or fold(sense.surface) not in _COMMON


def _is_telling(scene: Scene, hit: Hit, sense: Sense, person: Person) -> bool:
    """Whether a rare surname is that of somebody who is in office, in an article about the state."""
    form, spelled = hit.name.key, scene.text.spelled
    if (
        len(form) < _TELLING
        or form in _COMMON
        or form in _GIVEN
        or form in _WORDS
        or person.country not in scene.countries
    ):
        return False
    if hit.last < len(spelled) and touches(scene.text, hit.last) and is_name_word(spelled[hit.last]):
        return False
    return " " not in form and any(role.holds(scene.published) for role in person.roles)


def _holds(person: Person, title: Title, day: date) -> bool:
    return any(role.title.endswith(title.roles) and role.holds(day) for role in person.roles)


def _is_someone_else(scene: Scene, hit: Hit) -> bool:
    """Whether the words beside make a surname part of another name: a given name, an initial, a hyphen, a building."""
    text, at = scene.text, hit.first
    words, spelled = text.words, text.spelled
    if _is_facility_behind(scene.text, hit):
        return True
    if not touches(scene.text, at):
        return False
    before = spelled[at - 1]
    if before == ".":
        return at > 1 and len(spelled[at - 2]) == 1 and spelled[at - 2].isupper()
    if before == "-" and text.ends[at - 1] == text.starts[at] and at > 1:
        return words[at - 2] not in _PREFIXES and words[at - 2] not in scene.by_form
    return fold(words[at - 1]) in _GIVEN and is_name_word(before)


def _has_strange_name_before(scene: Scene, hit: Hit) -> bool:
    """Whether an unknown name word inside a sentence stands before a surname: the given name of somebody else."""
    at, spelled = hit.first - 1, scene.text.spelled
    if at < 1 or scene.one_case or at in scene.taken or not touches(scene.text, hit.first):
        return False
    inside = touches(scene.text, at) and spelled[at - 1] not in _SENTENCE_ENDS
    return inside and is_name_word(spelled[at]) and scene.text.words[at] not in _WORDS


def _is_facility_behind(text: Text, hit: Hit) -> bool:
    return hit.last < len(text.words) and touches(text, hit.last) and is_facility(text.spelled[hit.last])


def _begins_other_name(text: Text, hit: Hit, senses: list[Sense]) -> bool:
    """Whether a family name that stands first, as in China and Korea, goes on with another given name."""
    if hit.last >= len(text.words) or not touches(text, hit.last):
        return False
    first = any(isinstance(s.of, Person) and s.of.name.startswith(s.surface) for s in senses)
    return first and is_name_word(text.spelled[hit.last]) and text.words[hit.last] not in _WORDS


def _is_month(text: Text, hit: Hit) -> bool:
    return text.words[hit.first] in _MONTHS


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


def introduced(
    scene: Scene, title: Title, first: int, start: int, taken: set[int], country: str | None
) -> Named | None:
    """The unknown person whose name follows a title that begins at `first`: two to six words that no known name holds.

    Somebody of no state and no high office is nobody's actor: only kept in mind as a stranger.
    """
    text = scene.text
    end = _name_end(text, start, taken)
    if end - start < 2 or not _WORDS.isdisjoint(text.words[start:end]):
        return None
    name = text.content[text.starts[start] : text.ends[end - 1]].removesuffix("'s").removesuffix("’s")
    role = title.roles[0] if title.roles else None
    form = fold(name.split()[-1])
    if country is None and (role not in _SINGULAR or not _is_of_state(scene.text, first)):
        scene.strangers.add(form)
        return None
    person = Person(slug(name), name, country, (), (form,))
    if len(form) > 2:
        scene.by_form[form] = person
    return Named(start, end, person, FOUND_ROLE, role)


def _is_of_state(text: Text, at: int) -> bool:
    return at == 0 or not touches(text, at) or text.words[at - 1] in _BEFORE_STRANGER


def _name_end(text: Text, start: int, taken: set[int]) -> int:
    """The token behind the run of name words that begins at one."""
    words, spelled, end = text.words, text.spelled, start
    while (
        end < len(words) and end - start < _LONGEST_NAME and end not in taken and (end == start or touches(text, end))
    ):
        word = spelled[end]
        if not (is_name_word(word) or (end > start and (words[end] in _PARTICLES or _is_hyphen(text, end)))):
            break
        end += 2 if word == "-" else 1
    end = min(end, len(words))
    while end > start and (spelled[end - 1] == "-" or words[end - 1] in _PARTICLES):
        end -= 1
    return end


def _is_hyphen(text: Text, at: int) -> bool:
    """Whether a hyphen joins the words beside it without a space."""
    starts, ends, spelled = text.starts, text.ends, text.spelled
    if spelled[at] != "-" or at + 1 >= len(spelled):
        return False
    return ends[at - 1] == starts[at] and ends[at] == starts[at + 1] and spelled[at + 1].isalpha()


def is_past(text: Text, at: int) -> bool:
    """Whether the words before a token say that an office is no longer held, or held by one of many."""
    words = text.words
    if at and words[at - 1] in _ONE_OF_MANY:
        return True
    return not _PAST.isdisjoint(words[max(0, at - 2) : at])
