"""The members of the vocabulary as plain names: before Python 3.12 `Stance.PLANNED` takes ten times as long."""

from typing import Final

from services.contracts.vocabulary import ActorType, Category, Event, Found, Movement, Op, Stance, Unit, Use

REPORTED: Final = Stance.REPORTED
ESTIMATED: Final = Stance.ESTIMATED
PREDICTED: Final = Stance.PREDICTED
PLANNED: Final = Stance.PLANNED
HYPOTHETICAL: Final = Stance.HYPOTHETICAL
DEMANDED: Final = Stance.DEMANDED
DENIED: Final = Stance.DENIED
NEGATED: Final = Stance.NEGATED
HISTORICAL: Final = Stance.HISTORICAL
NON_CONFLICT: Final = Stance.NON_CONFLICT

AGREE: Final = Event.AGREE
CONSULT: Final = Event.CONSULT
SUPPORT: Final = Event.SUPPORT
CONCEDE: Final = Event.CONCEDE
COOPERATE: Final = Event.COOPERATE
AID: Final = Event.AID
RETREAT: Final = Event.RETREAT
REQUEST: Final = Event.REQUEST
ACCUSE: Final = Event.ACCUSE
REJECT: Final = Event.REJECT
THREATEN: Final = Event.THREATEN
PROTEST: Final = Event.PROTEST
SANCTION: Final = Event.SANCTION
MOBILIZE: Final = Event.MOBILIZE
COERCE: Final = Event.COERCE
ASSAULT: Final = Event.ASSAULT

PLACE: Final = Use.PLACE
ACTOR: Final = Use.ACTOR
DATELINE: Final = Use.DATELINE

EQ: Final = Op.EQ
APPROX: Final = Op.APPROX
GE: Final = Op.GE
LE: Final = Op.LE
RANGE: Final = Op.RANGE
VAGUE: Final = Op.VAGUE

TROOPS: Final = Unit.TROOPS
PERSONNEL: Final = Unit.PERSONNEL
FIGHTERS: Final = Unit.FIGHTERS
KILLED: Final = Unit.KILLED
WOUNDED: Final = Unit.WOUNDED
KILLED_OR_WOUNDED: Final = Unit.KILLED_OR_WOUNDED
CAPTURED: Final = Unit.CAPTURED
DETAINED: Final = Unit.DETAINED
RELEASED: Final = Unit.RELEASED
EXPELLED: Final = Unit.EXPELLED
REFUGEES: Final = Unit.REFUGEES
DISPLACED: Final = Unit.DISPLACED
TANKS: Final = Unit.TANKS
VEHICLES: Final = Unit.VEHICLES
ARTILLERY: Final = Unit.ARTILLERY
AIRCRAFT: Final = Unit.AIRCRAFT
SHIPS: Final = Unit.SHIPS
MISSILES: Final = Unit.MISSILES

MILITARY: Final = Category.MILITARY
CIVILIAN: Final = Category.CIVILIAN
MILITANT: Final = Category.MILITANT
POLICE: Final = Category.POLICE
MIXED: Final = Category.MIXED

BUILD_UP: Final = Movement.BUILD_UP
DEPLOY: Final = Movement.DEPLOY
WITHDRAW: Final = Movement.WITHDRAW
EXERCISE: Final = Movement.EXERCISE
ALERT: Final = Movement.ALERT
TRANSFER: Final = Movement.TRANSFER
DEFECT: Final = Movement.DEFECT
SURRENDER: Final = Movement.SURRENDER
ATTACK: Final = Movement.ATTACK
NO_MOVEMENT: Final = Movement.NONE

FOUND_EXACT: Final = Found.EXACT
FOUND_ALIAS: Final = Found.ALIAS
FOUND_METONYM: Final = Found.METONYM
FOUND_FUZZY: Final = Found.FUZZY
FOUND_ROLE: Final = Found.ROLE
FOUND_COREFERENCE: Final = Found.COREFERENCE

TYPE_PERSON: Final = ActorType.PERSON
TYPE_STATE: Final = ActorType.STATE
TYPE_GOVERNMENT_BODY: Final = ActorType.GOVERNMENT_BODY
TYPE_ORGANISATION: Final = ActorType.ORGANISATION
TYPE_ALLIANCE: Final = ActorType.ALLIANCE
TYPE_ARMED_GROUP: Final = ActorType.ARMED_GROUP
