"""What the capitals of a text tell: whether they set names apart, and which tokens stand in one name."""

from services.enrich.core.text import Text

_SAMPLE = 20_000


def is_one_case(content: str) -> bool:
    """Whether a text is written in capitals only, or without any, so that capitals do not set names apart."""
    sample = content[:_SAMPLE]
    upper = sum(map(str.isupper, sample))
    lower = sum(map(str.islower, sample))
    return upper > lower or (upper == 0 and lower > 0)


def is_name_word(word: str) -> bool:
    """Whether a token looks like a word of a name: a capital and letters."""
    return len(word) > 1 and word[0].isupper()


def touches(text: Text, at: int) -> bool:
    """Whether nothing but one space, or nothing, stands between a token and the one before it."""
    tokens = text.tokens
    return (
        at > 0
        and tokens[at].start - tokens[at - 1].end <= 1
        and text.content[tokens[at - 1].end : tokens[at].start] != "\n"
    )
