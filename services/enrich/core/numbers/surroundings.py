"""What stands directly before and behind a place in the text: the words that say what a number means."""

import re
from dataclasses import dataclass
from typing import Final

_NEXT: Final = re.compile(r"([ \u00a0]?[-‑]?[ \u00a0]?)([%‰€£¥$₹₽₪₩₴″°]|′(?!s)|[^\W\d_][^\W_]*(?:[.'’&-][^\W\d_]+)*)?")
_WINDOW: Final = 72
_LONGEST: Final = 24
_OPENING: Final = "(\"'“‘«[—–"
_BREAKING: Final = frozenset(".,;:)]!?\"'”’»")
_NO_ENDS: Final = frozenset(("no.", "c.", "u.s."))


@dataclass(slots=True)
class Following:
    """The word (or unit sign) at start..end behind a number; `joint` is what lies between: "", " ", "-"."""

    joint: str
    word: str
    start: int
    end: int

    def __init__(self, joint: str, word: str, start: int, end: int) -> None:
        self.joint = joint
        self.word = word
        self.start = start
        self.end = end


def following(lower: str, end: int) -> Following:
    """The next word; empty when punctuation or the end of the text comes first."""
    if word := spaced_word(lower, end):
        return Following(" ", word, end + 1, end + 1 + len(word))
    found = _NEXT.match(lower, end)
    if found is None or found[2] is None:
        return Following("", "", end, end)
    return Following(found[1], found[2], found.start(2), found.end(2))


def spaced_word(lower: str, at: int) -> str:
    """The letters between the space at `at` and the next one, as most words stand; "" for all else: ask a pattern."""
    if lower[at : at + 1] != " ":
        return ""
    end = lower.find(" ", at + 1, at + _LONGEST)
    word = lower[at + 1 : end] if end > 0 else ""
    return word if word.isalpha() else ""


def word_before(lower: str, start: int) -> tuple[str, int]:
    """The word right before `start` and where it begins; empty across punctuation, a line feed, or no word at all."""
    at = start - 1
    if at < 1 or lower[at] not in " \u00a0":
        return "", start
    floor = max(0, at - _LONGEST)
    word = lower[max(lower.rfind(" ", floor, at) + 1, floor) : at]
    if "\n" in word:
        word = word.rpartition("\n")[2]
    word = word.lstrip(_OPENING)
    return ("", start) if not word or _ends_phrase(word) else (word, at - len(word))


def preceding(lower: str, start: int, most: int) -> list[tuple[str, int]]:
    """Up to `most` words before `start` and where they begin, nearest first; none across punctuation or a line feed."""
    if not start or lower[start - 1].isalnum():
        return []
    begun = max(0, start - _WINDOW)
    begun = max(begun, lower.rfind("\n", begun, start) + 1)
    found: list[tuple[str, int]] = []
    at = start
    for piece in lower[begun:start].rsplit(None, most)[: -most - 1 : -1]:
        at = lower.rfind(piece, begun, at)
        bare = piece.lstrip(_OPENING)
        if not bare or _ends_phrase(bare):
            break
        found.append((bare, at + len(piece) - len(bare)))
        if len(bare) < len(piece):
            break
    return found


def _ends_phrase(word: str) -> bool:
    return word[-1] in _BREAKING and word not in _NO_ENDS
