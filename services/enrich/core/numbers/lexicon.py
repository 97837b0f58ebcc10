"""The words of the number grammar, read once from `data/numbers.toml`."""

import tomllib
from importlib import resources
from typing import Any

from services.contracts.vocabulary import Op
from services.enrich.core.numbers.number import Kind

_DATA: dict[str, Any] = tomllib.loads(
    (resources.files("services.enrich.core") / "data" / "numbers.toml").read_text(encoding="utf-8")
)
_WORDS = _DATA["words"]

SMALL: dict[str, int] = {word: n for n, word in enumerate(_WORDS["small"].split())}
SMALL |= dict.fromkeys(_WORDS["nought"].split(), 0)
TENS: dict[str, int] = {word: 10 * n for n, word in enumerate(_WORDS["tens"].split(), 2)}
SCALES: dict[str, float] = dict(_WORDS["scales"])
SCALES |= {f"{word}s": value for word, value in _WORDS["scales"].items() if len(word) > 3}
SUFFIXES: dict[str, float] = dict(_WORDS["suffixes"])
VAGUE: dict[str, tuple[float, float]] = {w: (float(a), float(b)) for w, (a, b) in _WORDS["vague"].items()}
VAGUE_OF: dict[str, tuple[float, float]] = {w: (float(a), float(b)) for w, (a, b) in _WORDS["vague_of"].items()}
FEW = frozenset(_WORDS["few"].split())
DENOMINATORS: dict[str, int] = {word: n for n, word in enumerate(_WORDS["denominators"].split()[:17], 3)}
DENOMINATORS |= {"twentieth": 20, "hundredth": 100, "thousandth": 1000, "half": 2, "quarter": 4}
DENOMINATORS |= {"millionth": 10**6, "billionth": 10**9, "trillionth": 10**12}

BEFORE: dict[str, Op] = {phrase: Op(op) for op, phrases in _DATA["before"].items() for phrase in phrases}
"""What stands before a number -> how it bounds it."""
AFTER: dict[str, Op] = {phrase: Op(op) for op, phrases in _DATA["after"].items() for phrase in phrases}
MAX_AFTER = max(len(phrase.split()) for phrase in AFTER)
FILLERS = frozenset(_DATA["between"]["fillers"].split())

UNIT_KINDS: dict[str, Kind] = {word: Kind(kind) for kind, words in _DATA["kinds"].items() for word in words.split()}
"""A word right behind a number -> what kind it makes it: km -> distance, a.m. -> time."""
_LABELS = _DATA["labels"]
LABELS: dict[str, Kind] = dict.fromkeys(_LABELS["name"].split(), Kind.NAME)
LABELS |= dict.fromkeys(_LABELS["section"].split(), Kind.SECTION)
LABELS |= dict.fromkeys(_LABELS["strong"].split(), Kind.SECTION)
LABELS |= dict.fromkeys(_LABELS["strong_name"].split(), Kind.NAME)
"""A word right before a number -> what it names: article -> section, flight -> name."""
STRONG_LABELS = frozenset((*_LABELS["strong"].split(), *_LABELS["strong_name"].split()))
"""Labels in any letter case; the others want a capital."""
SPACED_CODES = frozenset(_DATA["money"]["spaced"].split())
CURRENCY_CODES = frozenset(_DATA["money"]["codes"].split())
STREETS = frozenset(_LABELS["streets"].split())
AIRCRAFT = frozenset(_DATA["labels"]["aircraft"].split())
MONTHS = frozenset(_DATA["calendar"]["months"].split())
WEEKDAYS = frozenset(_DATA["calendar"]["weekdays"].split())
BEFORE_YEAR = frozenset(_DATA["calendar"]["before_year"].split())
BEFORE_AGE = frozenset(_DATA["age"]["before"].split())
NEAR_SCORE = frozenset(_DATA["score"]["near"].split())
PRONOUN_AFTER = frozenset(_DATA["pronoun"]["after"].split())
PRONOUN_BEFORE = frozenset(_DATA["pronoun"]["before"].split())
UNIT_STOP = frozenset(_DATA["unit"]["stop"].split())
"""Words that end the name of what is counted."""
