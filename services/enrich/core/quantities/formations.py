"""Army formations read as soldiers: "two battalions" has a published size range. Such quantities are marked derived."""

from typing import NamedTuple

from services.enrich.core.members import VAGUE
from services.enrich.core.numbers import Number
from services.enrich.core.quantities.lexicon import BESIDE_FORMATION, FORMATION_SIZES, SURE_FORMATIONS
from services.enrich.core.quantities.phrase import Phrase


class Strength(NamedTuple):
    """Soldiers between low and high; `last` is the token behind the formation's name."""

    low: float
    high: float
    last: int


def strength_of(words: list[str], number: Number, phrase: Phrase, sentence: tuple[int, int]) -> Strength | None:
    """The strength of the formations that a number counts; None when it counts none, or soldiers themselves."""
    if phrase.joined or number.low <= 0 or number.op == VAGUE:
        return None
    for i in range(phrase.first, phrase.last):
        size = FORMATION_SIZES.get(words[i])
        following = words[i + 1] if i + 1 < phrase.last else ""
        if size is None or following in FORMATION_SIZES:
            continue
        if (number.value == 1) == words[i].endswith("s"):
            return None  # 155 Brigade names one
        if phrase.head >= 0 and following != "of":
            return None
        if _is_military(words, i, sentence) and not _has_own_count(words, i):
            return Strength(number.low * size[0], (number.high or number.low) * size[1], i + 1)
        return None
    return None


def _is_military(words: list[str], i: int, sentence: tuple[int, int]) -> bool:
    if words[i] in SURE_FORMATIONS:
        return True
    first, last = max(sentence[0], i - 10), min(sentence[1], i + 10)
    return not BESIDE_FORMATION.isdisjoint(words[first:last])


def _has_own_count(words: list[str], i: int) -> bool:
    """A company of 14 tanks: the number behind it counts better."""
    return i + 2 < len(words) and words[i + 1] == "of" and words[i + 2][0].isdigit()
