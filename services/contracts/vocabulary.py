"""The closed sets of words that findings are described with."""

from enum import StrEnum


class Stance(StrEnum):
    """What a text does with a statement: report it, deny it, foresee it. Also the status of a quantity."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    PREDICTED = "predicted"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    DEMANDED = "demanded"
    DENIED = "denied"
    NEGATED = "negated"
    HISTORICAL = "historical"
    NON_CONFLICT = "non_conflict"


ASSERTED = frozenset({Stance.REPORTED, Stance.ESTIMATED, Stance.PREDICTED, Stance.PLANNED})
"""Stances whose clauses make up `asserted`."""
DENIED = frozenset({Stance.DENIED, Stance.NEGATED})
"""Stances whose clauses make up `denied`."""


class Event(StrEnum):
    """PLOVER event types (Political Language Ontology for Verifiable Event Records), upper case as published."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


class Op(StrEnum):
    """How a number is bounded."""

    EQ = "eq"
    APPROX = "approx"
    GE = "ge"
    LE = "le"
    RANGE = "range"
    VAGUE = "vague"


class Unit(StrEnum):
    """What a quantity of force or harm counts."""

    TROOPS = "troops"
    PERSONNEL = "personnel"
    FIGHTERS = "fighters"
    KILLED = "killed"
    WOUNDED = "wounded"
    KILLED_OR_WOUNDED = "killed_or_wounded"
    CAPTURED = "captured"
    DETAINED = "detained"
    RELEASED = "released"
    EXPELLED = "expelled"
    REFUGEES = "refugees"
    DISPLACED = "displaced"
    TANKS = "tanks"
    VEHICLES = "vehicles"
    ARTILLERY = "artillery"
    AIRCRAFT = "aircraft"
    SHIPS = "ships"
    MISSILES = "missiles"


class Category(StrEnum):
    """Whose people a quantity counts."""

    MILITARY = "military"
    CIVILIAN = "civilian"
    MILITANT = "militant"
    POLICE = "police"
    MIXED = "mixed"


class Movement(StrEnum):
    """What a force does."""

    BUILD_UP = "build_up"
    DEPLOY = "deploy"
    WITHDRAW = "withdraw"
    EXERCISE = "exercise"
    ALERT = "alert"
    TRANSFER = "transfer"
    DEFECT = "defect"
    SURRENDER = "surrender"
    ATTACK = "attack"
    NONE = "none"


class ActorType(StrEnum):
    """What kind of actor a mention names."""

    PERSON = "person"
    STATE = "state"
    GOVERNMENT_BODY = "government_body"
    ORGANISATION = "organisation"
    ALLIANCE = "alliance"
    ARMED_GROUP = "armed_group"


class Found(StrEnum):
    """How an actor's name was recognised."""

    EXACT = "exact"
    ALIAS = "alias"
    METONYM = "metonym"
    FUZZY = "fuzzy"
    ROLE = "role"
    COREFERENCE = "coreference"


class Use(StrEnum):
    """What a place name stands for in its sentence."""

    PLACE = "place"
    ACTOR = "actor"
    DATELINE = "dateline"
