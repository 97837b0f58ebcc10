"""The noun phrase behind a number: what it counts, of whom. Reads tokens, decides nothing about harm."""

from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import Category, Unit
from services.enrich.core.members import AIRCRAFT, DISPLACED, FIGHTERS, MILITANT, MILITARY, MIXED, REFUGEES, TROOPS
from services.enrich.core.numbers.lexicon import SMALL, UNIT_STOP
from services.enrich.core.quantities.lexicon import (
    CATEGORY_WORDS,
    COLLECTIVE,
    COMPOUND,
    DEAD,
    DOING,
    DONE,
    HAPPENS,
    JOINED,
    MODELS,
    NOUNS,
    THINGS,
    Noun,
)
from services.enrich.core.text import Text

MAX_PHRASE: Final = 12
"""Longest phrase, in tokens."""
_SHORTEST_PAST: Final = 4
_LONGEST_MODEL: Final = 2
"""Digits of a model number that may stand inside: Leopard 2."""
_DETERMINERS: Final = frozenset("the his her its their our these those them".split())
_LINKS: Final = frozenset(("and", "or", ","))
_FLEEING: Final = (REFUGEES, DISPLACED)
_BEFORE_NOUN: Final = frozenset(("-", "'", "&", "/"))


@dataclass(slots=True)
class Phrase:
    """Tokens first..last (exclusive) behind a number, grown word by word, then left alone.

    `head` is the index of its noun, -1 where none is known.
    `suffered` is the harm that stands inside it: twelve wounded soldiers. `joined` marks "155-strong".
    """

    first: int
    last: int
    head: int
    unit: Unit | None
    category: Category | None
    suffered: Unit | None
    joined: bool

    def __init__(
        self,
        first: int,
        last: int,
        head: int = -1,
        unit: Unit | None = None,
        category: Category | None = None,
        suffered: Unit | None = None,
        joined: bool = False,
    ) -> None:
        self.first = first
        self.last = last
        self.head = head
        self.unit = unit
        self.category = category
        self.suffered = suffered
        self.joined = joined


def phrase_behind(text: Text, first: int, end: int, *, one: bool) -> Phrase:
    """The phrase from token `first`, not beyond token `end`; `one` lets singular nouns head it."""
    words = text.words
    joined = first + 1 < end and words[first] == "-" and words[first + 1] in JOINED
    i = first + 2 if joined else first
    found = Phrase(first, i, joined=joined)
    stop = min(end, first + MAX_PHRASE)
    while i < stop and (following := _grown(text, i, found, stop, one=one)):
        i = following
    if found.head < 0 and found.unit is not None:  # a model that no noun follows: 3 Su-34
        found.head, found.unit = (i - 1, found.unit) if words[i - 1][0].isdigit() else (-1, None)
    found.last = found.head + 1 if found.head >= 0 and not joined else i
    if found.category is not None and found.unit not in _FLEEING:
        found.category = _category(words[first : found.last], found.category)
    return found


def _grown(text: Text, i: int, found: Phrase, stop: int, *, one: bool) -> int:
    """Take token `i` into the phrase and return the next to read; 0 where the phrase ends before it."""
    words = text.words
    word = words[i] if words[i] in NOUNS else words[i].removesuffix("'s")
    noun = COMPOUND.get((words[i - 1], word)) or NOUNS.get(word)
    if noun is not None and (not noun.singular or one or found.joined) and not _is_modifier(text, i, stop):
        _head(found, i, noun)
    elif word in COLLECTIVE and found.joined:
        found.head, found.unit = i, COLLECTIVE[word]
        found.category = MILITARY if found.unit == TROOPS else MILITANT
    elif (harm := DONE.get(word) or HAPPENS.get(word)) is not None:
        if found.head >= 0 or not _modifies(words, i, stop):
            return 0
        found.suffered = harm
    elif word == "(":
        return _past_bracket(words, i, stop)
    elif word in MODELS and found.unit is None and i + 2 < stop and words[i + 1] == "-" and words[i + 2][0].isdigit():
        found.unit = MODELS[word]
        if words[i + 2][-1] == "s":
            found.head, found.category = i + 2, MILITARY
        return i + 3
    elif _ends_phrase(text, i, found, stop, word):
        return 0
    elif word in THINGS or (found.head >= 0 and not found.joined and _changes_head(word)):
        found.head, found.unit = -1, None
    return i + 1


def _ends_phrase(text: Text, i: int, found: Phrase, stop: int, word: str) -> bool:
    if word in DOING or (word in UNIT_STOP and not _may_pass(text, i, found, stop)):
        return True
    if found.head >= 0 and not found.joined and word[-3:] == "ing":
        return True  # 90 lorries carrying soldiers
    if found.head >= 0 and not found.joined and word[-2:] == "ed" and len(word) > _SHORTEST_PAST:
        return True  # three officers sustained injuries
    if word[0].isdigit():
        return len(word) > _LONGEST_MODEL or text.words[i - 1] in _DETERMINERS or text.words[i - 1] == "of"
    if word in SMALL and i > found.first:
        return True
    return not word[0].isalnum() and word not in _BEFORE_NOUN and not _links_adjectives(text.words, i, found, stop)


def _past_bracket(words: list[str], i: int, stop: int) -> int:
    """The token behind a short bracket, 0 without one: Frontier Guard (FG) personnel."""
    return next((j + 1 for j in range(i + 1, min(stop, i + 4)) if words[j] == ")"), 0)


def _head(found: Phrase, i: int, noun: Noun) -> None:
    if found.head < 0 or noun.unit is not None or found.unit is None:
        flown = found.unit == AIRCRAFT and noun.unit == FIGHTERS  # four F-15 fighters
        found.head, found.category = i, MILITARY if flown else noun.category
        found.unit = AIRCRAFT if flown else noun.unit


def _is_modifier(text: Text, i: int, stop: int) -> bool:
    """Whether the noun only describes the next one: police officers, rebel fighters, missile launchers."""
    words = text.words
    following = words[i + 1] if i + 1 < stop else ""
    if words[i] in NOUNS and NOUNS[words[i]].singular and _may_be_noun(following):
        return True
    return (
        following in NOUNS
        and not NOUNS[following].singular
        and text.starts[i + 1] - text.ends[i] == 1
        and (following not in DEAD)
    )


def _may_be_noun(word: str) -> bool:
    """Whether a word behind a singular noun may be the noun it describes: a student protest."""
    if not word or not word[0].isalpha() or word in UNIT_STOP or word in DONE or word in DOING or word in HAPPENS:
        return False
    return not word.endswith(("ly", "ed", "ing")) and word not in NOUNS


def _modifies(words: list[str], i: int, stop: int) -> bool:
    """Whether a participle stands before its noun: twelve wounded soldiers, but twelve wounded in."""
    following = words[i + 1] if i + 1 < stop else ""
    if not following or not following[0].isalpha() or following in UNIT_STOP or following in DONE:
        return False
    return any(words[j] in NOUNS for j in range(i + 1, min(stop, i + 4)))


def _may_pass(text: Text, i: int, found: Phrase, stop: int) -> bool:
    """Small words that stay inside the phrase: two of its soldiers, serving and former personnel."""
    words = text.words
    word = words[i]
    if i + 1 < stop and text.starts[i + 1] == text.ends[i] and words[i + 1][0].isdigit():
        return True  # A6, AS90
    if word == "of":
        following = words[i + 1] if i + 1 < stop else ""
        return i == found.first or (found.head >= 0 and found.joined) or following in NOUNS or _is_group(words[i - 1])
    if word in _DETERMINERS or word in ("a", "an"):
        return words[i - 1] == "of"
    return _links_adjectives(words, i, found, stop)


def _is_group(word: str) -> bool:
    return word in ("members", "bodies", "groups", "pairs", "units", "company", "lives")


def _links_adjectives(words: list[str], i: int, found: Phrase, stop: int) -> bool:
    """Whether "and", "or" or a comma joins two words before the noun."""
    if words[i] not in _LINKS or found.head >= 0 or i + 1 >= stop:
        return False
    ahead = words[i + 1 : min(stop, i + MAX_PHRASE)]
    if ahead[0] in UNIT_STOP or ahead[0][0].isdigit() or i == found.first:
        return False
    for word in ahead:
        if word in NOUNS and not NOUNS[word].singular:
            return True
        if word in _LINKS:
            continue
        if not word[0].isalpha() or word in UNIT_STOP or word in DONE:
            return False
    return False


def _changes_head(word: str) -> bool:
    """Whether an unknown plural behind the noun takes over: soldiers' families, police stations."""
    return word.endswith("s") and not word.endswith(("ss", "us", "'s")) and len(word) > 4 and word not in DEAD


def _category(words: list[str], of_noun: Category) -> Category:
    """The category by a word inside the phrase, else by its noun: rebel soldiers, military and civilian personnel."""
    named = {CATEGORY_WORDS[word] for word in words if word in CATEGORY_WORDS}
    if len(named) > 1:
        return MIXED
    return named.pop() if named else of_noun
