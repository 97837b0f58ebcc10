"""The numbers of a sentence with the phrases they count, and articles that count one: "a civilian was killed"."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Final

from services.enrich.core.members import EQ
from services.enrich.core.numbers import Number
from services.enrich.core.numbers.number import CARDINAL, PRONOUN
from services.enrich.core.quantities.lexicon import FORMATION_SIZES, NOUNS
from services.enrich.core.quantities.phrase import Phrase, phrase_behind
from services.enrich.core.text import Sentence, Text

_COUNTING: Final = (CARDINAL, PRONOUN)
_ARTICLES: Final = frozenset(("a", "an"))
_FIRST: Final = attrgetter("first")
_NONE: Final = frozenset("no each every any".split())
_ARTICLE_REACH = 5


@dataclass(slots=True)
class Counted:
    """A number whose first token is `first`, and its phrase. `article` is true for "a" and "an".

    `whole` is true for what another number is a part of: 4,000 of its 9,000 soldiers.
    """

    number: Number
    first: int
    phrase: Phrase
    article: bool
    whole: bool

    def __init__(self, number: Number, first: int, phrase: Phrase, article: bool = False) -> None:
        self.number = number
        self.first = first
        self.phrase = phrase
        self.article = article
        self.whole = False


def counted(text: Text, numbers: list[Number]) -> list[tuple[Sentence, list[Counted]]]:
    """Sentences with what they count, in order; sentences without any are left out."""
    words, starts = text.words, text.starts
    by_sentence: dict[int, list[Counted]] = {}
    for number in numbers:
        if number.kind not in _COUNTING:
            continue
        sentence = text.sentences[text.sentence_at(number.numeral_start)]
        first = bisect_left(starts, number.start, sentence.first, sentence.last)
        behind = bisect_left(starts, max(number.end, number.numeral_end), first, sentence.last)
        if number.value == 0 or (first > sentence.first and words[first - 1] in _NONE):
            continue
        items = by_sentence.setdefault(sentence.number, [])
        if items and first < items[-1].phrase.last:
            continue
        phrase = phrase_behind(text, behind, sentence.last, one=number.value == 1)
        items.append(Counted(number, first, phrase))
    for sentence_number, i in _articles(text):
        sentence = text.sentences[sentence_number]
        phrase = phrase_behind(text, i + 1, sentence.last, one=True)
        by_sentence.setdefault(sentence_number, []).append(Counted(_one(text, i), i, phrase, article=True))
    return [(text.sentences[number], _shared(words, _apart(by_sentence[number]))) for number in sorted(by_sentence)]


def _shared(words: list[str], items: list[Counted]) -> list[Counted]:
    """A part counts the same as its whole: 4,000 of its 9,000 soldiers, three of five drones."""
    for item, whole in pairwise(items):
        part, of = item.phrase, whole.phrase
        if part.first < part.last == whole.first and part.head < 0 and words[part.first] == "of":
            item.phrase = Phrase(part.first, of.last, of.head, of.unit, of.category, of.suffered, of.joined)
            whole.whole = True
    return items


def _articles(text: Text) -> list[tuple[int, int]]:
    """Sentence number and token of each article that one person or one formation follows."""
    words, articles = text.words, _ARTICLES
    found: list[tuple[int, int]] = []
    for i in [i for i, word in enumerate(words) if word in articles]:
        for following in words[i + 1 : i + 1 + _ARTICLE_REACH]:
            noun = NOUNS.get(following)
            if (noun is not None and noun.singular) or following in FORMATION_SIZES:
                found.append((text.sentence_at(text.starts[i]), i))
                break
            if not following[0].isalnum():
                break
    return found


def _one(text: Text, article: int) -> Number:
    start, end = text.starts[article], text.ends[article]
    return Number(1.0, 1.0, 1.0, EQ, CARDINAL, start, end, start, end, end, end)


def _apart(items: list[Counted]) -> list[Counted]:
    """In order, none inside the phrase of another."""
    items.sort(key=_FIRST)
    kept: list[Counted] = []
    for item in items:
        if not kept or (
            item.first >= kept[-1].phrase.first and (not item.article or item.first >= kept[-1].phrase.last)
        ):
            kept.append(item)
    return kept
