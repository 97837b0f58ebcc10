"""The noun phrase behind a number: what it counts, of whom. Reads tokens, decides nothing about harm."""

from typing import NamedTuple

from services.contracts.vocabulary import Category, Unit
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
    NOUNS,
    THINGS,
    Noun,
)
from services.enrich.core.text import Text

MAX_PHRASE = 12
"""Longest phrase, in tokens."""
_LONGEST_MODEL = 2
"""Digits of a model number that may stand inside: Leopard 2."""
_DETERMINERS = frozenset("the his her its their our these those them".split())
_LINKS = frozenset(("and", "or", ","))
_BEFORE_NOUN = frozenset(("-", "'", "&", "/"))


class Phrase(NamedTuple):
    """Tokens first..last (exclusive) behind a number. `head` is the index of its noun, -1 where none is known.

    `suffered` is the harm that stands inside it: twelve wounded soldiers. `joined` marks "155-strong".
    """

    first: int
    last: int
    head: int = -1
    unit: Unit | None = None
    category: Category | None = None
    suffered: Unit | None = None
    joined: bool = False


def phrase_behind(text: Text, first: int, end: int, *, one: bool) -> Phrase:
    """The phrase from token `first`, not beyond token `end`; `one` lets singular nouns head it."""
    words = text.words
    joined = first + 1 < end and words[first] == "-" and words[first + 1] in JOINED
    i = first + 2 if joined else first
    found = Phrase(first, i, joined=joined)
    stop = min(end, first + MAX_PHRASE)
    while i < stop:
        step = _step(text, i, found, stop, one=one)
        if step is None:
            break
        i, found = step
    found = found._replace(last=found.head + 1 if found.head >= 0 and not found.joined else i)
    return _categorised(words, found)


def _step(text: Text, i: int, found: Phrase, stop: int, *, one: bool) -> tuple[int, Phrase] | None:
    """The next token to read and the phrase with token `i`; None where the phrase ends before it."""
    words = text.words
    word = words[i] if words[i] in NOUNS else words[i].removesuffix("'s")
    noun = COMPOUND.get((words[i - 1], word)) or NOUNS.get(word)
    if noun is not None and (not noun.singular or one or found.joined) and not _is_modifier(text, i, stop):
        return i + 1, _headed(found, i, noun)
    if word in COLLECTIVE and found.joined:
        return i + 1, _collective(found, i, word)
    if (harm := DONE.get(word) or HAPPENS.get(word)) is not None:
        return (i + 1, found._replace(suffered=harm)) if found.head < 0 and _modifies(words, i, stop) else None
    if word == "(":
        return _past_bracket(words, i, found, stop)
    if _ends_phrase(text, i, found, stop, word):
        return None
    if word in THINGS or (found.head >= 0 and not found.joined and _changes_head(word)):
        return i + 1, found._replace(head=-1, unit=None)
    return i + 1, found


def _ends_phrase(text: Text, i: int, found: Phrase, stop: int, word: str) -> bool:
    if word in DOING or (word in UNIT_STOP and not _may_pass(text, i, found, stop)):
        return True
    if word[0].isdigit():
        return len(word) > _LONGEST_MODEL
    if word in SMALL and i > found.first:
        return True
    return not word[0].isalnum() and word not in _BEFORE_NOUN and not _links_adjectives(text.words, i, found, stop)


def _past_bracket(words: list[str], i: int, found: Phrase, stop: int) -> tuple[int, Phrase] | None:
    """Behind a short bracket: Frontier Guard (FG) personnel."""
    closing = next((j for j in range(i + 1, min(stop, i + 4)) if words[j] == ")"), None)
    return None if closing is None else (closing + 1, found)


def _headed(found: Phrase, i: int, noun: Noun) -> Phrase:
    if found.head >= 0 and noun.unit is None and found.unit is not None:
        return found
    return found._replace(head=i, unit=noun.unit, category=noun.category)


def _collective(found: Phrase, i: int, word: str) -> Phrase:
    category = Category.MILITARY if COLLECTIVE[word] == Unit.TROOPS else Category.MILITANT
    return found._replace(head=i, unit=COLLECTIVE[word], category=category)


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


def _categorised(words: list[str], found: Phrase) -> Phrase:
    """Let a word inside the phrase decide the category: rebel soldiers, military and civilian personnel."""
    named = {CATEGORY_WORDS[word] for word in words[found.first : found.last] if word in CATEGORY_WORDS}
    if not named or found.category is None or found.unit in (Unit.REFUGEES, Unit.DISPLACED):
        return found
    if len(named) > 1:
        return found._replace(category=Category.MIXED)
    return found._replace(category=named.pop())
