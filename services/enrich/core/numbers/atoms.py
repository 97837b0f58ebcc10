"""Finds where numbers may stand: digits and number words of the lower-cased text, and what joins them to runs."""

import re
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from services.enrich.core.numbers.lexicon import DENOMINATORS, FEW, MONTHS, SCALES, SMALL, TENS, VAGUE, VAGUE_OF


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


(
    PART_FIGURES,
    PART_SMALL,
    PART_TEN,
    PART_HUNDRED,
    PART_SCALE,
    PART_DOZEN,
    PART_DENOMINATOR,
    PART_DENOMINATORS,
    PART_VAGUE,
    PART_VAGUE_OF,
    PART_FEW,
    PART_COUPLE,
    PART_POINT,
    PART_MINUS,
    PART_AND,
    PART_A,
    PART_OF,
) = Part
"""The members as plain names, for the reason that `members.py` gives."""


class Atom(NamedTuple):
    """Code points start..end hold one part; `value` is its number (0 where it has none or is not read yet)."""

    start: int
    end: int
    part: Part
    value: float


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


def _branch(words: list[str]) -> str:
    """A pattern that matches exactly these words and looks at each letter once."""
    tails: dict[str, list[str]] = {}
    for word in words:
        if word:
            tails.setdefault(word[0], []).append(word[1:])
    branches = "|".join(re.escape(first) + _branch(rest) for first, rest in tails.items())
    if not branches:
        return ""
    return f"(?:{branches})?" if "" in words else f"(?:{branches})"


_WORD = re.compile(rf"\b{_branch(sorted(_PARTS))}\b")
_LONGEST_JOINT = 9
_ATOMS = 4
"""Atoms of an ordinary number; a text with more for each run is no prose."""
_GROUP = re.compile(r"[0-9]{3}[.,:]?")
_DIGITS = re.compile(r"[0-9½¼¾⅓⅔⅛]++(?:[.,'’:/\u00a0\u202f\u2009][0-9]++)*+")


def runs(lower: str, at_most: int) -> list[list[Atom]]:
    """Atoms that may form one number together, at most `at_most` runs. Linear in the text."""
    found = _figures(lower, at_most * _ATOMS)
    found += [Atom(m.start(), m.end(), *_PARTS[m[0]]) for m in islice(_WORD.finditer(lower), at_most * _ATOMS)]
    found.sort()
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


def _figures(lower: str, at_most: int) -> list[Atom]:
    """Runs of digits; groups of three behind a space belong together (40 000), but not behind a month (May 12 300)."""
    found: list[Atom] = []
    grouped = False
    for m in islice(_DIGITS.finditer(lower), at_most):
        last = found[-1] if found else None
        follows = last is not None and last.end + 1 == m.start() and lower[last.end] == " " and _GROUP.fullmatch(m[0])
        if last is not None and m[0] == "000" and lower[last.end : m.start()] == ", ":
            found[-1] = last._replace(end=m.end())  # 170, 000 in text that was split into words
        elif last is not None and follows and (grouped or _opens_groups(lower, last)):
            found[-1] = last._replace(end=m.end())
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
    gap = lower[left.end : right.start]
    if len(gap) > _LONGEST_JOINT or right.part == PART_FIGURES or "\n" in gap:
        return None
    if left.part == PART_FIGURES and gap == "-" and right.part not in (PART_SCALE, PART_HUNDRED):
        return None
    return _JOINTS.get(" ".join(gap.replace("-", " ").replace("\u2011", " ").split()))
