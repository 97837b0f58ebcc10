"""Which language a text is in. Rather undetermined than wrong: short and mixed texts are `und`."""

from functools import cache
from typing import Any

UNDETERMINED = "und"
SAMPLE = 500
"""Code points that are looked at."""
MIN_LETTERS = 20
"""Fewer letters decide nothing."""
MIN_CONFIDENCE = 0.5


def language_of(text: str) -> str:
    """ISO 639-1 or `und`. Deterministic: the same text is always in the same language."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return UNDETERMINED
    found: str = _identifier().classify(sample)[0]
    return found


def declared_language(tag: str) -> str | None:
    """The ISO 639-1 part of a tag such as `en-GB`; None when there is none.

    >>> declared_language("en_GB"), declared_language("English")
    ('en', None)
    """
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else None


@cache
def _identifier() -> Any:
    # Loading the model takes over half a second, which a start without an article need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=MIN_CONFIDENCE)
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])
    return identifier
