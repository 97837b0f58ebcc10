"""The members of the vocabulary as plain names: before Python 3.12 `Stance.PLANNED` takes ten times as long."""

from services.contracts.vocabulary import Event, Stance, Use

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
