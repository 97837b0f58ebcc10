"""Towns that only the gazetteer knows, in the runs of capitals that no known name holds; guarded against words."""

from collections.abc import Collection

from services.enrich.core.actors.roster_files import words
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.places.gazetteer import Gazetteer
from services.enrich.core.places.toponym import Toponym, of_towns
from services.enrich.core.text import Text

_BIG = 300_000
_SMALL = 15_000
_LOCATIVE = frozenset(
    "in at near from to around outside inside into through toward towards between across via of throughout within off "
    "northern southern eastern western central north south east west town city village port nearby downtown".split()
)
_WORDS = words("words.txt")
_GIVEN = words("given_names.txt")
_SURNAMES = words("surnames.txt")


class TownFinder:
    """Looks up runs of name words in a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def at(self, text: Text, at: int, taken: Collection[int], *, one_case: bool) -> Toponym | None:
        """The town whose name begins at a token; the longest name wins."""
        tokens, names = text.tokens, self._gazetteer.names
        first = fold(tokens[at].lower).removesuffix("'s")
        most = self._gazetteer.longest.get(first)
        if most is None:
            return None
        key, best = "", 0
        joined: list[str] = []
        for end in range(at, min(at + most, len(tokens))):
            if end in taken:
                break
            joined.append(fold(tokens[end].lower))
            candidate = " ".join(joined).removesuffix("'s")
            if candidate in names:
                key, best = candidate, end + 1
        if not best or not self._is_town(text, at, best, key, one_case=one_case):
            return None
        support = self._needs_support(text, at, best, key, one_case=one_case)
        return of_towns(at, best, key, self._gazetteer.towns(key), sure=not support)

    def _is_town(self, text: Text, first: int, last: int, key: str, *, one_case: bool) -> bool:
        """Whether the words around leave room for a town."""
        before, behind = _neighbours(text, first, last)
        if fold(before.lower()) in _GIVEN and before and (one_case or before[0].isupper()):
            return False
        if before == "." and first > 1 and len(text.tokens[first - 2].text) == 1 and touches(text, first - 1):
            return False
        one_word = last - first == 1
        if one_word and key in _GIVEN and (is_name_word(behind) or not _is_locative(before)):
            return False
        if one_word and len(key) < 4 and not _is_locative(before):
            return False
        if one_case:
            return self._gazetteer.population(key) >= _SMALL and key not in _WORDS and key not in _GIVEN
        return True

    def _needs_support(self, text: Text, first: int, last: int, key: str, *, one_case: bool) -> bool:
        before, behind = _neighbours(text, first, last)
        word = last - first == 1 and (key in _WORDS or key in _SURNAMES or key in _GIVEN)
        if word:
            return True
        if self._gazetteer.population(key) >= _BIG:
            return False
        alone = not is_name_word(before) and not is_name_word(behind)
        return one_case or not (alone and _is_locative(before))


def _neighbours(text: Text, first: int, last: int) -> tuple[str, str]:
    tokens = text.tokens
    before = tokens[first - 1].text if touches(text, first) else ""
    behind = tokens[last].text if last < len(tokens) and touches(text, last) else ""
    return before, behind


def _is_locative(word: str) -> bool:
    return word.lower() in _LOCATIVE
