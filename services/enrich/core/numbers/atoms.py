"""Finds where numbers may stand: digits and number words of the lower-cased text, and what joins them to runs."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from operator import attrgetter
from typing import Final

from services.enrich.core.numbers.lexicon import DENOMINATORS, FEW, MONTHS, SCALES, SMALL, TENS, VAGUE, VAGUE_OF
from services.enrich.core.text import ENDINGS, Text


class Part(StrEnum):
    """What an atom contributes to a number."""

    FIGURES = "figures"
    SMALL = "small"
    TEN = "ten"
    HUNDRED = "hundred"
    SCALE = "scale"
    DOZEN = "dozen"
    DENOMINATOR = "denominator"
    """third, quarter, fifth: a fraction or an ordinal."""
    DENOMINATORS = "denominators"
    """Plural, always a fraction."""
    VAGUE = "vague"
    VAGUE_OF = "vague_of"
    FEW = "few"
    COUPLE = "couple"
    POINT = "point"
    MINUS = "minus"
    AND = "and"
    A = "a"
    OF = "of"


PART_FIGURES: Final = Part.FIGURES
PART_SMALL: Final = Part.SMALL
PART_TEN: Final = Part.TEN
PART_HUNDRED: Final = Part.HUNDRED
PART_SCALE: Final = Part.SCALE
PART_DOZEN: Final = Part.DOZEN
PART_DENOMINATOR: Final = Part.DENOMINATOR
PART_DENOMINATORS: Final = Part.DENOMINATORS
PART_VAGUE: Final = Part.VAGUE
PART_VAGUE_OF: Final = Part.VAGUE_OF
PART_FEW: Final = Part.FEW
PART_COUPLE: Final = Part.COUPLE
PART_POINT: Final = Part.POINT
PART_MINUS: Final = Part.MINUS
PART_AND: Final = Part.AND
PART_A: Final = Part.A
PART_OF: Final = Part.OF
"""The members as plain names, for the reason that `members.py` gives."""


@dataclass(slots=True)
class Atom:
    """Code points start..end hold one part; `value` is its number (0 where it has none or is not read yet)."""

    start: int
    end: int
    part: Part
    value: float

    def __init__(self, start: int, end: int, part: Part, value: float) -> None:
        self.start = start
        self.end = end
        self.part = part
        self.value = value


_PARTS: dict[str, tuple[Part, float]] = {
    "hundred": (Part.HUNDRED, 100),
    "dozen": (Part.DOZEN, 12),
    "doz": (Part.DOZEN, 12),
    "dozs": (Part.DOZEN, 12),
    "couple": (Part.COUPLE, 2),
    "point": (Part.POINT, 0),
    "minus": (Part.MINUS, -1),
    "negative": (Part.MINUS, -1),
    "halves": (Part.DENOMINATORS, 2),
}
_PARTS |= {word: (Part.SMALL, float(value)) for word, value in SMALL.items()}
_PARTS |= {word: (Part.TEN, float(value)) for word, value in TENS.items()}
_PARTS |= {word: (Part.SCALE, value) for word, value in SCALES.items()}
_PARTS |= {word: (Part.DENOMINATOR, float(value)) for word, value in DENOMINATORS.items()}
_PARTS |= {f"{w}s": (Part.DENOMINATORS, float(value)) for w, value in DENOMINATORS.items() if w != "half"}
_PARTS |= {word: (Part.VAGUE, low) for word, (low, _) in VAGUE.items()}
_PARTS |= {word: (Part.VAGUE_OF, low) for word, (low, _) in VAGUE_OF.items()}
_PARTS |= dict.fromkeys(FEW, (Part.FEW, 3.0))

_JOINTS: dict[str, tuple[Part, ...]] = {
    "": (),
    "and": (Part.AND,),
    "and a": (Part.AND, Part.A),
    "and an": (Part.AND, Part.A),
    "a": (Part.A,),
    "of": (Part.OF,),
    "of a": (Part.OF, Part.A),
}
"""What may stand between two atoms of one number, hyphens and spaces apart."""


_TOKENS: Final = {word + ending: word for word in _PARTS for ending in ("", *ENDINGS)}
"""Tokens that are a number word, alone or with an ending ("one's")."""
_LONGEST_JOINT = 9
_ATOMS = 4
"""Atoms of an ordinary number; a text with more for each run is no prose."""
_GROUP = re.compile(r"[0-9]{3}[.,:]?")
# begins with a plain set of characters, for which `re` skips everything else
_DIGITS: Final = re.compile(r"[0-9½¼¾⅓⅔⅛][0-9½¼¾⅓⅔⅛]*+(?:[.,'’:/\u00a0\u202f\u2009][0-9]++)*+")
_IN_ORDER: Final = attrgetter("start")


def runs(text: Text, lower: str, at_most: int) -> list[list[Atom]]:
    """Atoms that may form one number together, at most `at_most` runs. Linear in the text; `lower` is its content."""
    found = _figures(lower, at_most * _ATOMS)
    if words := _words(text, lower, at_most * _ATOMS):
        found += words
        found.sort(key=_IN_ORDER)
    result: list[list[Atom]] = []
    for atom in found:
        joints = _joints(lower, result[-1][-1], atom) if result else None
        if joints is None:
            if len(result) == at_most:
                break
            result.append([atom])
        else:
            gap = result[-1][-1].end
            result[-1] += [*(Atom(gap, atom.start, part, 0.0) for part in joints), atom]
    return result


def _words(text: Text, lower: str, at_most: int) -> list[Atom]:
    """The number words; what a digit or an underscore is attached to is an identifier."""
    known = _TOKENS
    found: list[Atom] = []
    for i in [i for i, token in enumerate(text.words) if token in known]:
        word, start = known[text.words[i]], text.starts[i]
        end = start + len(word)
        behind = lower[end : end + 1]
        if behind != "_" and not behind.isalnum() and lower[start - 1 : start] != "_":
            part, value = _PARTS[word]
            found.append(Atom(start, end, part, value))
    return found[:at_most]


def _figures(lower: str, at_most: int) -> list[Atom]:
    """Runs of digits; groups of three behind a space belong together (40 000), but not behind a month (May 12 300)."""
    found: list[Atom] = []
    grouped = False
    for m in islice(_DIGITS.finditer(lower), at_most):
        last = found[-1] if found else None
        follows = last is not None and last.end + 1 == m.start() and lower[last.end] == " " and _GROUP.fullmatch(m[0])
        if last is not None and m[0] == "000" and lower[last.end : m.start()] == ", ":
            last.end = m.end()  # 170, 000 in text that was split into words
        elif last is not None and follows and (grouped or _opens_groups(lower, last)):
            last.end = m.end()
            grouped = True
        else:
            found.append(Atom(m.start(), m.end(), PART_FIGURES, 0.0))
            grouped = False
    return found


def _opens_groups(lower: str, atom: Atom) -> bool:
    if atom.end - atom.start > 3 or not lower[atom.start : atom.end].isdigit() or lower[atom.start] == "0":
        return False
    before = lower[max(0, atom.start - 12) : atom.start].replace(".", " ").split()
    return not before or before[-1] not in MONTHS


def _joints(lower: str, left: Atom, right: Atom) -> tuple[Part, ...] | None:
    """What joins two neighbours to one number; None when nothing does."""
    if right.start - left.end > _LONGEST_JOINT or right.part is PART_FIGURES:
        return None
    gap = lower[left.end : right.start]
    if "\n" in gap or (left.part is PART_FIGURES and gap == "-" and right.part not in (PART_SCALE, PART_HUNDRED)):
        return None
    return _JOINTS.get(" ".join(gap.replace("-", " ").replace("\u2011", " ").split()))
