"""The roster: who is known by which names and held which role when. Looks nothing up in texts."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.contracts.vocabulary import ActorType


class Role(NamedTuple):
    """An office, held from `since` until `until`, both inclusive; None is open."""

    title: str
    since: date | None
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether the office was held on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class State:
    """A state or territory; `code` is ISO 3166 alpha-3."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known by name. `short` forms need the full name before, `alone` ones do not."""

    id: str
    name: str
    country: str | None
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    def role_on(self, day: date) -> str | None:
        """The office held on a day, else the last one held before it, else none."""
        held = [r for r in self.roles if r.holds(day)]
        if held:
            return held[0].title
        past = [r for r in self.roles if r.until and r.until < day]
        return f"former {max(past, key=lambda r: r.until or day).title}" if past else None


@dataclass(frozen=True, slots=True)
class Organisation:
    """An international organisation, alliance, armed group or government body.

    Acronyms among the `aliases` need the organisation's country in the article, those in `alone` do not.
    """

    id: str
    name: str
    type: ActorType
    country: str | None
    aliases: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who is known."""

    states: tuple[State, ...]
    people: tuple[Person, ...]
    organisations: tuple[Organisation, ...]

    def state(self, code: str) -> State | None:
        """The state of an ISO 3166 alpha-3 code."""
        return next((s for s in self.states if s.code == code), None)
