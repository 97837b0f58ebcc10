"""A text with mentions and a stance put in by hand, so that quantities are tested apart from the finders of names."""

from collections.abc import Mapping

from services.contracts.document import Quantity
from services.contracts.vocabulary import ActorType, Found, Stance, Use
from services.enrich.core.mentions import IN_ORDER, ActorMention, PlaceMention, StancedClause
from services.enrich.core.numbers import find_numbers
from services.enrich.core.quantities import find_quantities
from services.enrich.core.text import Text, read


def quantities_of(
    content: str,
    *,
    actors: Mapping[str, str] | None = None,
    places: Mapping[str, str] | None = None,
    stance: Stance = Stance.REPORTED,
) -> list[Quantity]:
    """The quantities of `content`, where `actors` and `places` map words of it to the code of their country."""
    text = read(content)
    clauses = [StancedClause(s.start, s.end, s.first, s.last, s.number, stance, None) for s in text.sentences]
    return find_quantities(
        text,
        find_numbers(text),
        sorted((_actor(text, word, code) for word, code in (actors or {}).items()), key=IN_ORDER),
        sorted((_place(text, word, code) for word, code in (places or {}).items()), key=IN_ORDER),
        clauses,
    )


def _tokens(text: Text, word: str) -> tuple[int, int, int, int, int]:
    """Start, end, first and last token and sentence of the first place where `word` stands."""
    start = text.content.index(word)
    end = start + len(word)
    inside = [i for i, at in enumerate(text.starts) if start <= at < end and text.ends[i] <= end + 2]
    return start, end, inside[0], inside[-1] + 1, text.sentence_at(start)


def _actor(text: Text, word: str, code: str) -> ActorMention:
    return ActorMention(*_tokens(text, word), code, word, ActorType.STATE, code, None, Found.EXACT)


def _place(text: Text, word: str, code: str) -> PlaceMention:
    return PlaceMention(*_tokens(text, word), code, word, code, Use.PLACE, None, None)
