"""`find_quantities`: numbers, phrases, mentions and clauses together make quantities of force and harm."""

from services.contracts.document import MAX_FINDINGS, MAX_QUOTE, Quantity
from services.contracts.vocabulary import Category, Movement, Op, Unit
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.numbers import Number, bounded
from services.enrich.core.quantities.attribution import Named, named, near, victims, who
from services.enrich.core.quantities.counted import Counted, counted
from services.enrich.core.quantities.formations import strength_of
from services.enrich.core.quantities.judge import Verdict, judge
from services.enrich.core.quantities.movement import movement_of
from services.enrich.core.quantities.status import status_of
from services.enrich.core.text import Sentence, Text

_DEPLOYING = (Movement.DEPLOY, Movement.BUILD_UP)


def find_quantities(
    text: Text,
    numbers: list[Number],
    actors: list[ActorMention],
    places: list[PlaceMention],
    clauses: list[StancedClause],
) -> list[Quantity]:
    """The quantities of force and harm in `text`, in order; one more than `MAX_FINDINGS` at most.

    `numbers` are those of `find_numbers(text.content)`. Total: never raises; linear in the length of the text.
    """
    found: list[Quantity] = []
    mentions = named(actors, places)
    for sentence, items in counted(text, numbers):
        after = sentence.first
        for item, verdict in zip(items, judge(text.tokens, sentence, items), strict=True):
            quantity = (
                _quantity(text, sentence, item, verdict, mentions, clauses, after)
                if verdict is not None
                else _derived(text, sentence, item, mentions, clauses, after)
            )
            if quantity is not None:
                found.append(quantity)
                after = item.phrase.last
        if len(found) > MAX_FINDINGS:
            return found[: MAX_FINDINGS + 1]
    return found


def _quantity(
    text: Text,
    sentence: Sentence,
    item: Counted,
    verdict: Verdict,
    mentions: list[Named],
    clauses: list[StancedClause],
    after: int,
) -> Quantity:
    number, phrase = item.number, item.phrase
    last = phrase.head + 1 if phrase.head >= 0 else phrase.last
    end = max(number.end, text.tokens[last - 1].end if last > phrase.first else 0)
    bounds = (sentence.first, sentence.last)
    own = None if verdict.harmed else who(text.tokens, mentions, (item.first, phrase.last), bounds)
    place = near(text.tokens, mentions, (item.first, phrase.last), bounds, own)
    if verdict.harmed:
        own = victims(mentions, (item.first, phrase.last), verdict.category, verdict.unit, place)
    return Quantity(
        **_evidence(text, sentence, number.start, end),
        value=number.value,
        low=number.low,
        high=number.high,
        op=number.op,
        unit=verdict.unit,
        who=own,
        near=place,
        category=verdict.category,
        status=status_of(text.tokens, item.first, phrase.last, after, clauses, verdict.unit, verdict.movement),
        movement=verdict.movement,
        is_deployment=verdict.movement in _DEPLOYING,
    )


def _derived(
    text: Text, sentence: Sentence, item: Counted, mentions: list[Named], clauses: list[StancedClause], after: int
) -> Quantity | None:
    """The soldiers of army formations, from their published size."""
    bounds = (sentence.first, sentence.last)
    strength = strength_of(text.tokens, item.number, item.phrase, bounds)
    if strength is None:
        return None
    phrase = (item.first, strength.last)
    own = who(text.tokens, mentions, phrase, bounds)
    movement = movement_of(text.tokens, *phrase, *bounds, Unit.TROOPS)
    value, low, high = bounded(Op.RANGE, strength.low, strength.high)
    return Quantity(
        **_evidence(text, sentence, item.number.start, text.tokens[strength.last - 1].end),
        value=value,
        low=low,
        high=high,
        op=Op.RANGE,
        unit=Unit.TROOPS,
        who=own,
        near=near(text.tokens, mentions, phrase, bounds, own),
        category=Category.MILITARY,
        status=status_of(text.tokens, *phrase, after, clauses, Unit.TROOPS, movement),
        movement=movement,
        is_deployment=movement in _DEPLOYING,
        derived=True,
    )


def _evidence(text: Text, sentence: Sentence, start: int, end: int) -> dict[str, str | int]:
    end = min(end, start + MAX_QUOTE)
    return {"quote": text.content[start:end], "start": start, "end": end, "sentence": sentence.number}
