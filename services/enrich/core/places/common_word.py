"""Names of countries and nations that are words of the language there: turkey the bird, "said in English"."""

from collections.abc import Collection
from typing import Final

from services.enrich.core.places.toponym import Toponym
from services.enrich.core.roster.names import DEMONYM, STATE
from services.enrich.core.text import Text

_WORDS: Final = frozenset("turkey chad jersey guernsey china japan".split())
_SPEAKING: Final = frozenset(
    "in into speak speaks speaking spoke spoken fluent learn learns learning learnt learned teach teaches teaching "
    "taught study studying translate translated conversational basic".split()
)
_LANGUAGES: Final = frozenset(
    "english spanish french german italian portuguese russian ukrainian arabic chinese japanese korean turkish "
    "persian dutch polish greek hebrew hindi urdu swahili swedish norwegian danish finnish hungarian romanian "
    "serbian croatian thai vietnamese indonesian".split()
)
_SUSPECT: Final = _WORDS | _LANGUAGES
_GOES_ON: Final = frozenset(
    "and or with on at for to by as that which who but when while because , . ; : ) \" ” ’ ' - –".split()
)


def without_common_words(text: Text, toponyms: list[Toponym]) -> list[Toponym]:
    """The toponyms that are not the name of a bird, a kind of cup or a language where they stand."""
    suspects = {t.surface for t in toponyms if t.surface in _SUSPECT}
    if not suspects:
        return toponyms
    # Once for the text, not for each mention; the content is searched first because that takes no time.
    written_small = {word for word in suspects & _WORDS if word in text.content and word in text.spelled}
    return [t for t in toponyms if t.surface not in suspects or not _is_common(text, t, written_small)]


def _is_common(text: Text, toponym: Toponym, written_small: Collection[str]) -> bool:
    name = toponym.surface
    if name in _WORDS and toponym.kind == STATE:
        return name in written_small
    if name not in _LANGUAGES or toponym.kind != DEMONYM or toponym.first == 0:
        return False
    if text.words[toponym.first - 1] not in _SPEAKING:
        return False
    return toponym.last >= len(text.words) or text.words[toponym.last] in _GOES_ON
