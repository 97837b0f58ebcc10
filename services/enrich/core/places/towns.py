"""Towns that only the gazetteer knows, in the runs of capitals that no known name holds; guarded against words."""

from collections.abc import Collection
from typing import Final

from services.enrich.core.folding import fold, key_of
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.places.cut import spellings
from services.enrich.core.places.gazetteer import Gazetteer
from services.enrich.core.places.toponym import Candidate, Toponym, candidates_of_town
from services.enrich.core.roster.files import word_list
from services.enrich.core.text import Text

_BIG: Final = 100_000
_SMALL: Final = 15_000
_LOCATIVE: Final = frozenset(
    "in at near from to around outside inside into through toward towards between across via throughout within off "
    "northern southern eastern western central north south east west town city village port nearby downtown".split()
)
_WORDS: Final = word_list("words.txt")
_GIVEN: Final = word_list("given_names.txt")
_SURNAMES: Final = word_list("surnames.txt")


class TownFinder:
    """Looks up runs of name words in a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._other_spellings: set[str] = set()
        """Names seen that spell the name of a town otherwise."""

    def knows(self, word: str) -> bool:
        """Whether a word is the name of a town."""
        return fold(word) in self._gazetteer.names

    def at(self, text: Text, at: int, taken: Collection[int], *, one_case: bool) -> Toponym | None:
        """The town whose name begins at a token; the longest name wins."""
        words, names = text.words, self._gazetteer.names
        first = words[at] if words[at].isascii() else fold(words[at])
        first = first.removesuffix("'s")
        most = self._gazetteer.longest.get(first)
        if most is None:
            return None
        key, best = "", 0
        joined: list[str] = []
        for end in range(at, min(at + most, len(words))):
            if end in taken:
                break
            word = words[end]
            joined.append(word if word.isascii() else fold(word))
            candidate = joined[0] if end == at else " ".join(joined)
            if word[-2:] == "'s":
                candidate = candidate[:-2]
            if candidate in names:
                key, best = candidate, end + 1
        wider = 0 < best < len(words) - 1 and words[best] == "," and best + 1 in taken  # Hamilton, New Zealand
        if not best or not self._is_town(text, at, best, key, one_case=one_case, wider=wider):
            return None
        candidates = self._candidates.get(key)
        if candidates is None:
            candidates = self._candidates[key] = candidates_of_town(key, self._gazetteer)
            if key not in map(key_of, spellings(candidates[0].name)):
                self._other_spellings.add(key)
        support = self._needs_support(text, at, best, key, one_case=one_case)
        return Toponym(at, best, candidates, key, not support, key in self._other_spellings)

    def _is_town(self, text: Text, first: int, last: int, key: str, *, one_case: bool, wider: bool) -> bool:
        """Whether the words around leave room for a town."""
        before, behind = _neighbours(text, first, last)
        if before and (one_case or before[0].isupper()) and fold(before) in _GIVEN:
            return False
        if before in (".", "-") and first > 1 and touches(text, first - 1):
            return before == "." and len(text.spelled[first - 2]) > 1
        locative = wider or _is_locative(text, first)
        if (
            last - first == 1
            and not locative
            and (len(key) < 4 or key in _GIVEN or (key in _WORDLIKE and not one_case))
        ):
            return False
        if last - first == 1 and key in _GIVEN and is_name_word(behind):
            return False
        if one_case:
            return self._gazetteer.population(key) >= _SMALL and key not in _WORDLIKE
        return True

    def _needs_support(self, text: Text, first: int, last: int, key: str, *, one_case: bool) -> bool:
        if last - first == 1 and key in _WORDLIKE:
            return True
        if self._gazetteer.population(key) >= _BIG and key not in self._other_spellings:
            return False
        before, behind = _neighbours(text, first, last)
        alone = not is_name_word(before) and not is_name_word(behind)
        return one_case or not (alone and _is_locative(text, first))


_WORDLIKE: Final = _WORDS | _SURNAMES | _GIVEN
_OF_TOWNS: Final = frozenset(
    "city town village mayor outskirts port capital suburb suburbs north south east west residents people siege battle "
    "bishop archdiocese municipality district community centre center streets , part".split()
)


def _neighbours(text: Text, first: int, last: int) -> tuple[str, str]:
    spelled = text.spelled
    before = spelled[first - 1] if touches(text, first) else ""
    behind = spelled[last] if last < len(spelled) and touches(text, last) else ""
    return before, behind


def _is_locative(text: Text, at: int) -> bool:
    """Whether a preposition of place stands before a token, or it stands in capitals at the head of a line."""
    words = text.words
    if not touches(text, at):
        return text.spelled[at].isupper() and len(text.spelled[at]) > 3
    before = words[at - 1]
    if before == "of":
        return at > 1 and words[at - 2] in _OF_TOWNS
    return before in _LOCATIVE
