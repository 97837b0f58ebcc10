"""Reads one run of digits with what is attached to it: sign, currency, grouping, fraction, suffix, exponent."""

import re
from dataclasses import dataclass, replace
from typing import Final

from services.enrich.core.numbers.digits import figures
from services.enrich.core.numbers.lexicon import CURRENCY_CODES, SPACED_CODES, SUFFIXES, UNIT_KINDS
from services.enrich.core.numbers.number import (
    DATE,
    DISTANCE,
    FRACTION,
    MEASURE,
    MONEY,
    NAME,
    ORDINAL,
    SCORE,
    TIME,
    YEAR,
    Kind,
)
from services.enrich.core.numbers.surroundings import following

_MONEY: Final = re.compile(r"(?:([a-z]{1,3}) ?)?[$€£¥₹₽₪₩₴](?:us|a|c|nz|hk|s)?$|y=$")
_SIGNS: Final = frozenset("$€£¥₹₽₪₩₴=")
_POWERS: Final = frozenset("ex×^")
_CODE: Final = re.compile(r"(?<![^\W_])([a-z]{1,3})$")
_ATTACHED: Final = re.compile(r"[^\W\d_]+(?:[23](?![^\W_]))?")
_POWER: Final = re.compile(r"e([+-]?[0-9]{1,2})\b|[x×]10\^?([-−]?[0-9]{1,2})\b|\^([+-]{0,2}[0-9]{1,2})\b")
_HYPHENATED: Final = re.compile(r"(?<![^\W_])([^\W\d_]+)-$")
_FRACTION: Final = re.compile(r"([0-9]{1,4})[/⁄]([0-9]{1,4})")
_MIXED: Final = re.compile(r"[ -]([0-9]{1,3})[/⁄]([0-9]{1,3})(?![/⁄0-9])")
_OPENING_DIGITS: Final = re.compile(r"[0-9]{1,6}")
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?")
_SPACED_SCALES: Final = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_MODEL: Final = re.compile(r"-\d")
"""What stands behind the letter of a model: T-72."""
_ORDINALS: Final = frozenset(("st", "nd", "rd", "th"))
_SPACED_ORDINAL: Final = re.compile(r" (?:st|nd|rd|th)\b")
_ONLY_ATTACHED: Final = {"g": MEASURE, "d": MEASURE, "in": DISTANCE}
"""Letters that are units only where they touch the figures: 4in."""
_FEWEST_GIGA: Final = 10
"""3G to 6G are generations of mobile networks."""
_THING_WORD: Final = re.compile(r" [^\W\d_]{3,}")
_GLYPHS: Final = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8}
_NO_MILLION: Final = frozenset(
    "away from tall deep long wide high north south east west sprint race above below of and or".split()
)


@dataclass(slots=True)
class Figure:
    """Digits at start..end, read; `lead` begins the currency before them. `kind` is None while nothing decides it."""

    start: int
    end: int
    lead: int
    value: float
    plain: bool
    kind: Kind | None
    scale: float

    def __init__(
        self, start: int, end: int, lead: int, value: float, plain: bool, kind: Kind | None = None, scale: float = 1.0
    ) -> None:
        self.start = start
        self.end = end
        self.lead = lead
        self.value = value
        self.plain = plain
        self.kind = kind
        self.scale = scale


def read_figure(content: str, lower: str, start: int, end: int) -> Figure | None:
    """The figure whose digits are start..end; None for identifiers and malformed digits."""
    digits = lower[start:end].rstrip(".,:/'’")
    end = start + len(digits)
    if (
        start
        and lower[start - 1] == "."
        and (start == 1 or not (lower[start - 2].isalnum() or lower[start - 2] == "."))
    ):
        digits, start = f".{digits}", start - 1
    if ("/" in digits or lower[end : end + 1] == "⁄") and (slash := _FRACTION.match(lower, start)):
        return _slashed(lower, slash, end)
    if ":" in digits:
        kind = TIME if _CLOCK.fullmatch(digits) else SCORE
        opening = _OPENING_DIGITS.match(digits)
        return Figure(start, end, start, float(opening[0]) if opening else 0.0, False, kind)
    lead = _money(lower, start)
    attached = _ATTACHED.match(lower, end)
    value = _value(lower, digits, end, money=lead < start)
    if value is None:
        return None
    if lead == start and _in_name(lower, start):
        return Figure(start, end, start, value, False, NAME)
    start, lead, value = _signed(lower, start, lead, value)
    figure = Figure(start, end, lead, value, digits.isdigit(), MONEY if lead < start else None)
    following_sign = lower[end : end + 1]
    if following_sign in _POWERS and (power := _POWER.match(lower, end)):
        return replace(figure, value=_raised(value, power), end=power.end(), plain=False)
    may_go_on = figure.plain and following_sign in (" ", "-") and lower[end + 1 : end + 2].isdigit()
    if may_go_on and (mixed := _MIXED.match(lower, end)) and float(mixed[2]):
        part = float(mixed[1]) / float(mixed[2])
        return replace(figure, value=value + (part if value >= 0 else -part), end=mixed.end(), plain=False)
    return _suffixed(content, lower, figure, attached)


def _in_name(lower: str, start: int) -> bool:
    """Whether letters are joined to the figures: S400, T-72, COVID-19; but sub-300, minus-40."""
    before = lower[max(0, start - 8) : start]
    if before[-1:].isalpha() or before.endswith("_"):
        return True
    joined = _HYPHENATED.search(before) if "-" in before[-2:] else None
    return joined is not None and joined[1] not in ("sub", "minus", "plus", "pre", "post", "mid", "to", "and", "or")


def _slashed(lower: str, slash: re.Match[str], end: int) -> Figure:
    start, above, below = slash.start(), float(slash[1]), float(slash[2])
    if slash.end() < end or (above, below) == (9, 11):
        return Figure(start, end, start, above, False, DATE)
    if not below or above >= below:
        return Figure(start, end, start, above, False, NAME)
    start, lead, value = _signed(lower, start, start, above / below)
    return Figure(start, slash.end(), lead, value, False, FRACTION)


def _value(lower: str, digits: str, end: int, *, money: bool) -> float | None:
    glyph = _GLYPHS.get(digits[-1:])
    if glyph is not None:
        return glyph + float(digits[:-1]) if digits[:-1].isdigit() and digits[:-1].isascii() else glyph
    if "." not in digits:
        return figures(digits, counts_things=True)
    after = following(lower, end)
    counts = not money and after.joint == " " and len(after.word) > 1 and after.word not in UNIT_KINDS
    return figures(digits, counts_things=counts and after.word not in SUFFIXES and not after.word.endswith("llion"))


def _money(lower: str, start: int) -> int:
    """Where a currency attached before `start` begins; `start` itself when there is none."""
    before = lower[max(0, start - 8) : start].removesuffix(" ")
    if not before or (
        lower[start - 1] == " " and before[-1] not in _SIGNS and before.rpartition(" ")[2] not in SPACED_CODES
    ):
        return start
    sign = _MONEY.search(before)
    if sign:
        code = sign[1]
        keeps = code is None or code in CURRENCY_CODES
        return start - (len(before) - (sign.start() if keeps else sign.end(1) + 1))
    code_only = _CODE.search(before)
    if code_only and code_only[1] in CURRENCY_CODES and len(code_only[1]) > 1:
        spaced = lower[start - 1] == " "
        if not spaced or code_only[1] in SPACED_CODES:
            return start - len(code_only[1]) - spaced
    return start


def _signed(lower: str, start: int, lead: int, value: float) -> tuple[int, int, float]:
    """Take in a minus or plus sign that nothing precedes: -5, (−1.3%), +0.2%."""
    at = lead - 1
    if at >= 0 and lower[at] in "-−+" and (at == 0 or lower[at - 1] in " (\n\t=^<>"):
        sign = 1 if lower[at] == "+" else -1
        return (at, at, sign * value) if lead == start else (start, at, sign * value)
    return start, lead, value


def _raised(value: float, power: re.Match[str]) -> float:
    if power[3] is not None:
        exponent = int(power[3].lstrip("+-") or 0)
        return _power(value, -exponent if power[3].count("-") % 2 else exponent)
    return value * 10.0 ** int((power[1] or power[2]).replace("−", "-"))


def _power(value: float, exponent: int) -> float:
    try:
        return float(abs(value) ** exponent) * (-1 if value < 0 and exponent % 2 else 1)
    except (OverflowError, ZeroDivisionError):
        return value


def _suffixed(content: str, lower: str, figure: Figure, attached: re.Match[str] | None) -> Figure:
    """Multiply by 8.5k, 2.1bn, 13.6M; know 3rd, 1990s, 5G and names such as 42a."""
    end = figure.end
    if attached is None:
        return _spaced(content, lower, figure)
    letters = attached[0]
    if content[end : end + len(letters)] == "G" and figure.value >= _FEWEST_GIGA:
        return replace(figure, value=figure.value * 1e9, end=attached.end(), plain=False, scale=1e9)
    if letters in SUFFIXES and (letters != "m" or _is_million(content, lower, figure)):
        scale = SUFFIXES[letters]
        return replace(figure, value=figure.value * scale, end=attached.end(), plain=False, scale=scale)
    if letters in _ORDINALS:
        return replace(figure, end=attached.end(), plain=False, kind=ORDINAL)
    if letters == "s" and figure.plain:
        return replace(figure, end=attached.end(), plain=False, kind=YEAR if figure.value >= 1000 else NAME)
    if letters == "x" and lower[attached.end() : attached.end() + 1] == " ":
        return replace(figure, end=attached.end(), plain=False)  # 7x tanks
    if UNIT_KINDS.get(letters) or letters in _ONLY_ATTACHED or figure.kind == MONEY:
        kind = UNIT_KINDS.get(letters) or _ONLY_ATTACHED.get(letters, MEASURE)
        return replace(figure, plain=False, kind=figure.kind or kind)
    return replace(figure, end=attached.end(), plain=False, kind=NAME)


def _spaced(content: str, lower: str, figure: Figure) -> Figure:
    """Take in what stands behind a space: 155 th, 10 k, 1,674 M."""
    end = figure.end
    if lower[end : end + 1] != " ":
        return figure
    if lower[end + 1 : end + 3] in _ORDINALS and (ordinal := _SPACED_ORDINAL.match(lower, end)):
        return replace(figure, end=ordinal.end(), plain=False, kind=ORDINAL)
    letter = content[end + 1 : end + 2]
    scale = _SPACED_SCALES.get(letter)
    if scale is None or lower[end + 2 : end + 3].isalnum() or _MODEL.match(lower, end + 2):
        return figure  # 15 T-72 tanks
    return replace(figure, value=figure.value * scale, end=end + 2, plain=False, scale=scale)


def _is_million(content: str, lower: str, figure: Figure) -> bool:
    """Whether an m behind figures is a million and no metre."""
    end = figure.end
    if content[end] == "M" or figure.kind == MONEY:
        return True
    thing = _THING_WORD.match(lower, end + 1)
    return (
        thing is not None
        and thing[0].strip() not in _NO_MILLION
        and ("." in lower[figure.start : end] or thing[0].endswith("s"))
    )
