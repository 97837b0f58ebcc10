"""The words of the number grammar, read once from `data/numbers.toml`."""

from typing import Final

from services.contracts.vocabulary import Op
from services.enrich.core.lexicon_file import LexiconFile, packaged
from services.enrich.core.numbers.number import Kind

_DATA: Final = packaged("numbers.toml")

SMALL: dict[str, int] = {word: n for n, word in enumerate(_DATA.words("words", "small"))}
SMALL |= dict.fromkeys(_DATA.words("words", "nought"), 0)
TENS: Final[dict[str, int]] = {word: 10 * n for n, word in enumerate(_DATA.words("words", "tens"), 2)}
SCALES: dict[str, float] = dict(_DATA.at("words", "scales"))
SCALES |= {f"{word}s": value for word, value in _DATA.at("words", "scales").items() if len(word) > 3}
SUFFIXES: Final[dict[str, float]] = dict(_DATA.at("words", "suffixes"))


def bounds_in(file: LexiconFile, table: str) -> dict[str, tuple[float, float]]:
    """Lower bound and highest number of the vague words of a table. Raises `LexiconError`."""
    at, most = ("words", table), float("inf")
    return {word: (file.number(0, most, *at, word, 0), file.number(0, most, *at, word, 1)) for word in file.at(*at)}


VAGUE, VAGUE_OF = bounds_in(_DATA, "vague"), bounds_in(_DATA, "vague_of")
FEW: Final = frozenset(_DATA.words("words", "few"))
DENOMINATORS: dict[str, int] = {word: n for n, word in enumerate(_DATA.words("words", "denominators")[:17], 3)}
DENOMINATORS |= {"twentieth": 20, "hundredth": 100, "thousandth": 1000, "half": 2, "quarter": 4}
DENOMINATORS |= {"millionth": 10**6, "billionth": 10**9, "trillionth": 10**12}

BEFORE: Final[dict[str, Op]] = {
    phrase: _DATA.member(Op, op, "before", op) for op, phrases in _DATA.at("before").items() for phrase in phrases
}
"""What stands before a number -> how it bounds it."""
AFTER: Final[dict[str, Op]] = {
    phrase: _DATA.member(Op, op, "after", op) for op, phrases in _DATA.at("after").items() for phrase in phrases
}
MAX_AFTER: Final = max(len(phrase.split()) for phrase in AFTER)
FILLERS: Final = frozenset(_DATA.words("between", "fillers"))

UNIT_KINDS: Final[dict[str, Kind]] = {
    word: _DATA.member(Kind, kind, "kinds", kind) for kind in _DATA.at("kinds") for word in _DATA.words("kinds", kind)
}
"""A word right behind a number -> what kind it makes it: km -> distance, a.m. -> time."""
LABELS: dict[str, Kind] = dict.fromkeys(_DATA.words("labels", "name"), Kind.NAME)
LABELS |= dict.fromkeys(_DATA.words("labels", "section"), Kind.SECTION)
LABELS |= dict.fromkeys(_DATA.words("labels", "strong"), Kind.SECTION)
LABELS |= dict.fromkeys(_DATA.words("labels", "strong_name"), Kind.NAME)
"""A word right before a number -> what it names: article -> section, flight -> name."""
STRONG_LABELS: Final = frozenset((*_DATA.words("labels", "strong"), *_DATA.words("labels", "strong_name")))
"""Labels in any letter case; the others want a capital."""
SPACED_CODES: Final = frozenset(_DATA.words("money", "spaced"))
CURRENCY_CODES: Final = frozenset(_DATA.words("money", "codes"))
STREETS: Final = frozenset(_DATA.words("labels", "streets"))
AIRCRAFT: Final = frozenset(_DATA.words("labels", "aircraft"))
MONTHS: Final = frozenset(_DATA.words("calendar", "months"))
WEEKDAYS: Final = frozenset(_DATA.words("calendar", "weekdays"))
BEFORE_YEAR: Final = frozenset(_DATA.words("calendar", "before_year"))
BEFORE_AGE: Final = frozenset(_DATA.words("age", "before"))
CHANGING: Final = frozenset(_DATA.words("change", "before"))
NEAR_SCORE: Final = frozenset(_DATA.words("score", "near"))
PRONOUN_AFTER: Final = frozenset(_DATA.words("pronoun", "after"))
PRONOUN_BEFORE: Final = frozenset(_DATA.words("pronoun", "before"))
UNIT_STOP: Final = frozenset(_DATA.words("unit", "stop"))
"""Words that end the name of what is counted."""
