"""Names of countries and nations that are words of the language there: turkey the bird, "said in English"."""

from services.enrich.core.places.toponym import Toponym
from services.enrich.core.roster.names import Kind
from services.enrich.core.text import Text

_WORDS = frozenset("turkey chad jersey guernsey china japan".split())
_SPEAKING = frozenset(
    "in into speak speaks speaking spoke spoken fluent learn learns learning learnt learned teach teaches teaching "
    "taught study studying translate translated conversational basic".split()
)
_LANGUAGES = frozenset(
    "english spanish french german italian portuguese russian ukrainian arabic chinese japanese korean turkish "
    "persian dutch polish greek hebrew hindi urdu swahili swedish norwegian danish finnish hungarian romanian "
    "serbian croatian thai vietnamese indonesian".split()
)
_GOES_ON = frozenset(
    "and or with on at for to by as that which who but when while because , . ; : ) \" ” ’ ' - –".split()
)


def is_no_place(text: Text, toponym: Toponym) -> bool:
    """Whether a name is the name of a bird, a kind of cup or a language where it stands."""
    name = toponym.surface
    if toponym.kind == Kind.STATE and name in _WORDS:
        return any(token.text == name for token in text.tokens)
    if toponym.kind != Kind.DEMONYM or name not in _LANGUAGES or toponym.first == 0:
        return False
    if text.tokens[toponym.first - 1].lower not in _SPEAKING:
        return False
    return toponym.last >= len(text.tokens) or text.tokens[toponym.last].lower in _GOES_ON
