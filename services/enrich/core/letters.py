"""What the capitals of a text tell: whether they set names apart, and which tokens stand in one name."""

from typing import Final

from services.enrich.core.text import Text

_SAMPLE: Final = 400
FUNCTION_WORDS: Final = frozenset(
    "the a an and or but nor if in on at to from by for of with about against into over under after before during "
    "since until while when where who what which why how that this these those there here it its he his him she her "
    "they their them we our us i my me you your as so yet not no is are was were be been has have had will would "
    "can could may might must shall should do does did then than mr mrs ms dr also some many most more all both "
    "each one two three".split()
)
"""Words in capitals at the head of sentences and titles that begin no name."""


def is_one_case(text: Text) -> bool:
    """Whether a text is written in capitals only, or without any, so that capitals do not set names apart."""
    words = [word for word in text.spelled[:_SAMPLE] if len(word) > 3]
    others = [word for word in words if not word.islower()]
    lower, upper = len(words) - len(others), sum(map(str.isupper, others))
    return upper > lower or (lower > 10 and not others)


def is_name_word(word: str) -> bool:
    """Whether a token looks like a word of a name: a capital and more letters."""
    return len(word) > 1 and word[0].isupper()


def touches(text: Text, at: int) -> bool:
    """Whether nothing but one space, or nothing, stands between a token and the one before it."""
    if at <= 0:
        return False
    end, start = text.ends[at - 1], text.starts[at]
    return end == start or (start - end == 1 and text.content[end] != "\n")
