"""The members of the vocabulary as plain names: before Python 3.12 `Stance.PLANNED` takes ten times as long."""

from services.contracts.vocabulary import ActorType, Category, Event, Found, Movement, Op, Stance, Unit, Use

(
    REPORTED,
    ESTIMATED,
    PREDICTED,
    PLANNED,
    HYPOTHETICAL,
    DEMANDED,
    DENIED,
    NEGATED,
    HISTORICAL,
    NON_CONFLICT,
) = Stance
(
    AGREE,
    CONSULT,
    SUPPORT,
    CONCEDE,
    COOPERATE,
    AID,
    RETREAT,
    REQUEST,
    ACCUSE,
    REJECT,
    THREATEN,
    PROTEST,
    SANCTION,
    MOBILIZE,
    COERCE,
    ASSAULT,
) = Event
(PLACE, ACTOR, DATELINE) = Use
(
    EQ,
    APPROX,
    GE,
    LE,
    RANGE,
    VAGUE,
) = Op
(
    TROOPS,
    PERSONNEL,
    FIGHTERS,
    KILLED,
    WOUNDED,
    KILLED_OR_WOUNDED,
    CAPTURED,
    DETAINED,
    RELEASED,
    EXPELLED,
    REFUGEES,
    DISPLACED,
    TANKS,
    VEHICLES,
    ARTILLERY,
    AIRCRAFT,
    SHIPS,
    MISSILES,
) = Unit
(
    MILITARY,
    CIVILIAN,
    MILITANT,
    POLICE,
    MIXED,
) = Category
(
    BUILD_UP,
    DEPLOY,
    WITHDRAW,
    EXERCISE,
    ALERT,
    TRANSFER,
    DEFECT,
    SURRENDER,
    ATTACK,
    NO_MOVEMENT,
) = Movement
(
    FOUND_EXACT,
    FOUND_ALIAS,
    FOUND_METONYM,
    FOUND_FUZZY,
    FOUND_ROLE,
    FOUND_COREFERENCE,
) = Found
(
    TYPE_PERSON,
    TYPE_STATE,
    TYPE_GOVERNMENT_BODY,
    TYPE_ORGANISATION,
    TYPE_ALLIANCE,
    TYPE_ARMED_GROUP,
) = ActorType
