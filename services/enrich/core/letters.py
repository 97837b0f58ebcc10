"""What the capitals of a text tell: whether they set names apart, and which tokens stand in one name."""

from services.enrich.core.text import Text

_SAMPLE = 400


def is_one_case(text: Text) -> bool:
    """Whether a text is written in capitals only, or without any, so that capitals do not set names apart."""
    words = [token.text for token in text.tokens[:_SAMPLE] if len(token.text) > 3]
    upper = sum(map(str.isupper, words))
    lower = sum(map(str.islower, words))
    return upper > lower or (lower > 10 and lower == len(words))


def is_name_word(word: str) -> bool:
    """Whether a token looks like a word of a name: a capital and more letters."""
    return len(word) > 1 and word[0].isupper()


def touches(text: Text, at: int) -> bool:
    """Whether nothing but one space, or nothing, stands between a token and the one before it."""
    if at <= 0:
        return False
    end, start = text.tokens[at - 1].end, text.tokens[at].start
    return end == start or (start - end == 1 and text.content[end] != "\n")
