"""`find_quantities`: numbers, phrases, mentions and clauses together make quantities of force and harm."""

from bisect import bisect_right
from typing import Final

from services.contracts.document import MAX_FINDINGS, MAX_QUOTE, Quantity
from services.enrich.core.build import build
from services.enrich.core.members import (
    ACTOR,
    BUILD_UP,
    CIVILIAN,
    DEPLOY,
    DISPLACED,
    FIGHTERS,
    MILITARY,
    NO_MOVEMENT,
    RANGE,
    REFUGEES,
    TRANSFER,
    TROOPS,
)
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.numbers import Number, bounded
from services.enrich.core.quantities.attribution import Named, launcher, named, near, origin, victims, who, within
from services.enrich.core.quantities.counted import Counted, counted
from services.enrich.core.quantities.forces import EQUIPMENT
from services.enrich.core.quantities.formations import strength_of
from services.enrich.core.quantities.judge import (
    Verdict,
    continues_list,
    gives_arms,
    is_other,
    is_struck,
    judge,
)
from services.enrich.core.quantities.movement import movement_of
from services.enrich.core.quantities.status import status_of
from services.enrich.core.text import Sentence, Text

_FLIGHT: Final = (REFUGEES, DISPLACED)
_DEPLOYING: Final = (DEPLOY, BUILD_UP)


class _Reader:
    """What the quantities of one sentence are read from; the mentions are those of the sentence alone."""

    __slots__ = ("clause_firsts", "clauses", "mentions", "sole", "text")

    def __init__(
        self,
        text: Text,
        mentions: list[Named],
        clauses: list[StancedClause],
        clause_firsts: list[int],
        sole: str | None,
    ) -> None:
        self.text = text
        self.mentions = mentions
        self.clauses = clauses
        self.clause_firsts = clause_firsts
        self.sole = sole
        """The one country whose places the whole text names."""

    def clause_of(self, token: int) -> StancedClause | None:
        """The clause that holds a token."""
        i = bisect_right(self.clause_firsts, token) - 1
        return self.clauses[i] if i >= 0 else None


def find_quantities(
    text: Text,
    numbers: list[Number],
    actors: list[ActorMention],
    places: list[PlaceMention],
    clauses: list[StancedClause],
) -> list[Quantity]:
    """The quantities of force and harm in `text`, in order; one more than `MAX_FINDINGS` at most.

    `numbers` are those of `find_numbers(text)`. Total: never raises; linear in the length of the text.
    """
    found: list[Quantity] = []
    counting = counted(text, numbers)
    mentions = named(actors, places, {sentence.number for sentence, _ in counting})
    firsts = [mention.first for mention in mentions]
    clause_firsts = [clause.first for clause in clauses]
    countries = {place.country for place in places if place.country and place.use is not ACTOR}
    sole = countries.pop() if len(countries) == 1 else None
    for sentence, items in counting:
        inside = within(mentions, firsts, sentence.first, sentence.last)
        reader = _Reader(text, inside, clauses, clause_firsts, sole)
        last: _Previous | None = None
        verdicts = judge(text, sentence, items)
        for k, item in enumerate(items):
            if (verdict := verdicts[k]) is not None:
                quantity = _quantity(reader, sentence, item, verdict, last)
            elif (derived := _derived(reader, sentence, item, last)) is not None:
                quantity = derived
            else:
                continue
            found.append(quantity)
            last = _Previous(quantity, item.phrase.last)
        if len(found) > MAX_FINDINGS:
            return found[: MAX_FINDINGS + 1]
    return found


class _Previous:
    """The quantity before in the same sentence, and the token behind it."""

    __slots__ = ("end", "quantity")

    def __init__(self, quantity: Quantity, end: int) -> None:
        self.quantity = quantity
        self.end = end


def _quantity(reader: _Reader, sentence: Sentence, item: Counted, verdict: Verdict, last: _Previous | None) -> Quantity:
    number, phrase, words = item.number, item.phrase, reader.text.words
    until = phrase.head + 1 if phrase.head >= 0 else phrase.last
    end = max(number.end, reader.text.ends[until - 1] if until > phrase.first else 0)
    linked = last is not None and continues_list(words, last.end, item.first)
    movement = verdict.movement
    if linked and last is not None and not verdict.harmed and last.quantity.movement != NO_MOVEMENT:
        movement = last.quantity.movement
    own, place = _whose_and_where(reader, sentence, item, verdict)
    if movement == DEPLOY and own and place and own != place and gives_arms(words, sentence, verdict):
        movement = TRANSFER
    if last is not None and (item.whole or (own is None and (is_other(words, item) or is_struck(words, item.first)))):
        own = last.quantity.who
    if linked and last is not None:
        status = last.quantity.status
    else:
        after = sentence.first if last is None else last.end
        clause = reader.clause_of(item.first)
        status = status_of(reader.text, (item.first, phrase.last), verdict.verb, after, clause, movement)
    return build(
        Quantity,
        {
            **_evidence(reader.text, sentence, number.start, end),
            "value": number.value,
            "low": number.low,
            "high": number.high,
            "op": number.op,
            "unit": verdict.unit,
            "who": own,
            "near": place,
            "category": verdict.category,
            "status": status,
            "movement": movement,
            "is_deployment": movement in _DEPLOYING,
            "derived": False,
        },
    )


def _whose_and_where(
    reader: _Reader, sentence: Sentence, item: Counted, verdict: Verdict
) -> tuple[str | None, str | None]:
    """Whose people or arms, and the country they are near."""
    words, mentions = reader.text.words, reader.mentions
    span, bounds = (item.first, item.phrase.last), (sentence.first, sentence.last)
    if not verdict.harmed:
        struck = verdict.unit in EQUIPMENT and is_struck(words, item.first)
        own = launcher(words, mentions, span) if struck else who(words, mentions, span, bounds)
        place = near(words, mentions, span, own)
        return own or (place if verdict.unit == FIGHTERS else None), place
    place = near(words, mentions, span, None, come_from=verdict.unit not in _FLIGHT) if mentions else reader.sole
    fled = origin(words, mentions, item.phrase.last) if verdict.unit in _FLIGHT else None
    local = verdict.category == CIVILIAN or verdict.unit in _FLIGHT
    return fled or victims(words, mentions, span, bounds, verdict.verb, place, local=local), place


def _derived(reader: _Reader, sentence: Sentence, item: Counted, last: _Previous | None) -> Quantity | None:
    """The soldiers of army formations, from their published size."""
    words, bounds = reader.text.words, (sentence.first, sentence.last)
    strength = strength_of(words, item.number, item.phrase, bounds)
    if strength is None:
        return None
    span = (item.first, strength.last)
    own = who(words, reader.mentions, span, bounds)
    movement, verb = movement_of(words, *span, *bounds, TROOPS)
    value, low, high = bounded(RANGE, strength.low, strength.high)
    after = sentence.first if last is None else last.end
    return build(
        Quantity,
        {
            **_evidence(reader.text, sentence, item.number.start, reader.text.ends[strength.last - 1]),
            "value": value,
            "low": low,
            "high": high,
            "op": RANGE,
            "unit": TROOPS,
            "who": own,
            "near": near(words, reader.mentions, span, own),
            "category": MILITARY,
            "status": status_of(reader.text, span, verb, after, reader.clause_of(item.first), movement),
            "movement": movement,
            "is_deployment": movement in _DEPLOYING,
            "derived": True,
        },
    )


def _evidence(text: Text, sentence: Sentence, start: int, end: int) -> dict[str, str | int]:
    end = min(end, start + MAX_QUOTE)
    return {"quote": text.content[start:end], "start": start, "end": end, "sentence": sentence.number}
