"""Whether a word is a verb where it stands, and whether its subject does it or suffers it. Knows no event."""

from typing import Final

from services.enrich.core.inflect import irregular_pasts, verb_forms
from services.enrich.core.text import Text

_DETERMINERS: Final = frozenset(
    "a an the this that these those his her its their our my your any some no every each another such more several "
    "many two three four five first second new recent latest of on in for from with by against after before during "
    "over following about despite between under amid per 's largest most deadly separate major fresh alleged".split()
)
_PRONOUNS: Final = frozenset("he she it they we i you who which that".split())
_MODALS: Final = frozenset("will would shall should can could may might must to 'll not cannot".split())
_BE: Final = frozenset("was were been being is are be am get got".split())
_SAME_PAST: Final = frozenset("hit cut put set shut beat let cast split shed hurt bid quit read".split())
_ADVERBS: Final = frozenset("also then now never again soon still even just".split())
_PLURALS: Final = frozenset({",", "and", "people", "police"})
_BEFORE_GERUNDS: Final = frozenset("of for by from after before in against with".split())
_TAKES_NOUNS: Final = frozenset(
    "make makes made making accept accepted reject rejected receive received issue issued".split()
)
_ARTICLES: Final = frozenset("the a an his her its their all some any every more".split())
_ARTICLES_ALONE: Final = frozenset("the a an his her its their".split())
_SUFFERED: Final = verb_forms("die") | verb_forms("perish")
"""Verbs whose subject suffers."""
_WHERE: Final = frozenset("in at during when while near since over".split())
_HARMED: Final = frozenset(
    "killed wounded injured arrested detained captured abducted kidnapped murdered seized shot".split()
)
"""Participles that stand alone: soldiers injured in Iraq; one who does it needs an object there."""
_TRAITS: Final = _HARMED | frozenset(
    "suspected alleged accused wanted exiled jailed banned convicted deposed ousted besieged occupied displaced "
    "imprisoned condemned threatened disputed divided deported freed liberated exiled sanctioned hijacked".split()
)
"""Participles that often say only what somebody is: captured pilots, suspected rebels."""
_BEFORE_TRAITS: Final = frozenset(
    "of for by from against with between in among about on at as into over including".split()
)
_NO_NOUN: Final = (
    _DETERMINERS | _PRONOUNS | _BE | frozenset("and or but when while as not him them himself themselves".split())
)
_ADJECTIVAL: Final = ("ian", "ese", "ish", "rican", "xican", "uan")
"""Endings of adjectives of nations that name no state itself."""
_COUNTING: Final = frozenset({"at", "over", "near"})
_LEAST: Final = frozenset("least most hundreds dozens scores thousands".split())
_TAKEN: Final = frozenset({"hostage", "captive", "prisoner"})
_HELD: Final = frozenset({"held", "taken"})
_HAVE: Final = frozenset("have has had having".split())
_IRREGULAR: Final = irregular_pasts()


def is_verb(text: Text, i: int, end: int, first: int) -> bool:
    """Whether the word at `i` is a verb there: "attacks" after "the" is none, after "rebels" it may be one."""
    words = text.words
    low = words[i]
    if (low in _HAVE and _perfect(words, i)) or is_in_name(text, i, first):
        return False
    if low in _MODALS or (end - i > 1 and not (low.endswith("s") and _is_object(words, i, first))):
        return True
    k = i - 1
    while k > first and (words[k].endswith("ly") or words[k] in _ADVERBS):
        k -= 1
    before = words[k] if k >= first else None
    if low.endswith("ed") or low in _IRREGULAR:
        return (before is None or before not in _ARTICLES_ALONE) and not (low in _TRAITS and _is_trait(text, i, before))
    if before is None:
        return low.endswith("ing")
    if before in _MODALS or before in _PRONOUNS:
        return True
    if before in _DETERMINERS or before.endswith("'s") or before.isdigit():
        return low.endswith("ing") and before in _BEFORE_GERUNDS
    return low.endswith("ing") or _follows_subject(text, i, k)


def _is_trait(text: Text, i: int, before: str | None) -> bool:
    """Whether the participle at `i` only describes the noun behind it: Wounded soldiers; freed captured pilots."""
    words = text.words
    following = words[i + 1] if i + 1 < len(words) else "."
    if not following[0].isalpha() or following in _NO_NOUN:
        return False
    if before is None:
        return i == text.sentences[text.sentence_at(text.starts[i])].first
    if before in _BEFORE_TRAITS or before.endswith("ed"):
        return True
    return before in _IRREGULAR and before not in _BE and before not in _HAVE


def _is_object(words: list[str], i: int, first: int) -> bool:
    """Whether the word at `i` is a plural noun after a verb or an article: make offers to."""
    before = words[i - 1] if i > first else ""
    return before in _DETERMINERS or before in _TAKES_NOUNS


def _follows_subject(text: Text, i: int, k: int) -> bool:
    """Whether the present form at `i` follows what may be its subject, `k`: rebels attack, but "Iraq murder probe"."""
    low, before = text.words[i], text.words[k]
    capital = text.spelled[k][:1].isupper() and not text.spelled[i].isupper()  # in capitals they tell nothing
    if capital and before.endswith(_ADJECTIVAL):
        return False  # Syrian attacks, British exiles
    if before.endswith("s") or before in _PLURALS or low in _SUFFERED:
        return True
    if capital and (low.endswith("s") or low in _SAME_PAST):
        return True
    takes_object = i + 1 < len(text.words) and _begins_object(text, i + 1)
    return takes_object and (low.endswith("s") or capital or low in _SAME_PAST)


def _begins_object(text: Text, i: int) -> bool:
    """Whether the token `i` after "orders" or "attacks" makes it a verb: orders the release."""
    return text.words[i] in _ARTICLES or text.spelled[i][:1].isupper() or text.spelled[i][:1].isdigit()


def is_in_name(text: Text, i: int, first: int) -> bool:
    """Whether the word is part of a name or a compound: UN Support Mission, Stock Exchange, March 16, Saudi-led."""
    spelled = text.spelled
    word = spelled[i]
    if i > 0 and spelled[i - 1] == "-" and text.ends[i - 1] == text.starts[i]:
        return True
    if i == first or not word[0].isupper() or (word.isupper() and len(word) > 1) or word[-2:] in ("ed", "es"):
        return False
    if word == "March":
        return True
    following = spelled[i + 1] if i + 1 < len(spelled) else ""
    return word[-1:] != "s" and (following[:1].isupper() or (i > 0 and spelled[i - 1][:1].isupper()))


def _perfect(words: list[str], i: int) -> bool:
    """Whether "have" at `i` only makes the perfect of the next verb or the one after an adverb."""
    return any(word.endswith("ed") or word in _IRREGULAR or word == "been" for word in words[i + 1 : i + 3])


def is_passive(words: list[str], i: int, first: int) -> bool:
    """Whether the verb at `i` is a participle after a form of "be", or stands before "by"."""
    low = words[i]
    if not low.endswith("ed") and low not in _IRREGULAR:
        return False
    for k in range(i - 1, max(i - 4, first) - 1, -1):
        if words[k] in _BE:
            return True
        if not (words[k].endswith("ly") or words[k] in {"not", "also", "then", "reportedly", "being", "never"}):
            break
    if i + 1 == len(words):
        return False
    following = words[i + 1]
    if following in _TAKEN:
        return low in _HELD and words[i + 2 : i + 3] == ["by"]
    if following not in _WHERE or low not in _HARMED:
        return following == "by"
    return following not in _COUNTING or i + 2 == len(words) or not _begins_number(words[i + 2])


def _begins_number(low: str) -> bool:
    """Whether "at", "over" or "near" before the word begins a number of those who suffer: killed at least 40."""
    return low in _LEAST or low[0].isdigit()


def is_suffering(words: list[str], i: int, end: int, first: int) -> bool:
    """Whether the subject of the verb at i..end suffers it: was killed, died, been killed (a phrase with "be")."""
    if words[i] in _SUFFERED or (words[end - 1].endswith("ed") and words[i] in _BE):
        return True
    return is_passive(words, i, first)


def begins_name(text: Text, i: int) -> bool:
    """Whether the token `i` begins a name, where capitals tell names from words."""
    spelled = text.spelled
    return i < len(spelled) and spelled[i][:1].isupper() and not spelled[i - 1].isupper()
