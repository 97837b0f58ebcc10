"""Finds the verbs and nouns of a text that state events, and says which event in that surrounding."""

from typing import NamedTuple

from services.contracts.vocabulary import Event
from services.enrich.core.inflect import irregular_pasts, verb_forms
from services.enrich.core.mentions import StancedClause
from services.enrich.core.signals.lexicon import NOUNS, VERBS, Frame, Sense
from services.enrich.core.text import Token

_WINDOW = 10
"""Tokens after a verb in which its object is looked for."""
_FIGURE = 4
"""Tokens after a verb among which the object of a figure of speech stands."""
_BEFORE = 5
"""Tokens before a passive verb in which its object is looked for."""
_DETERMINERS = frozenset(
    "a an the this that these those his her its their our my your any some no every each another such more several "
    "many two three four five first second new recent latest of on in for from with by against after before during "
    "over following about despite between under amid per 's largest most deadly separate major fresh alleged".split()
)
_PRONOUNS = frozenset("he she it they we i you who which that".split())
_MODALS = frozenset("will would shall should can could may might must to 'll not cannot".split())
_BE = frozenset("was were been being is are be am get got".split())
_SAME_PAST = frozenset("hit cut put set shut beat let cast split shed hurt bid quit read".split())
_ADVERBS = frozenset("also then now again soon still even just".split())
_PLURALS = frozenset({",", "and", "people", "police"})
_BEFORE_GERUNDS = frozenset("of for by from after before in against with".split())
_TAKES_NOUNS = frozenset("make makes made making accept accepted reject rejected receive received issue issued".split())
_ARTICLES = frozenset("the a an his her its their all some any every more".split())
_SUFFERED = verb_forms("die") | verb_forms("perish")
"""Verbs whose subject suffers."""
_WHERE = frozenset("in at during when while near since over".split())
_HARMED = frozenset("killed wounded injured arrested detained captured abducted kidnapped murdered seized shot".split())
"""Participles that stand alone: soldiers injured in Iraq; one who does it needs an object there."""
_HAVE = frozenset("have has had having".split())
_IRREGULAR = irregular_pasts()


class Trigger(NamedTuple):
    """Tokens first..last (exclusive) state `sense`; `object_at` is the token that decided it, or last."""

    first: int
    last: int
    sense: Sense
    event: Event
    verb: bool
    passive: bool
    object_at: int


def triggers_in(tokens: list[Token], clause: StancedClause, verbs: list[int], nouns: list[int]) -> list[Trigger]:
    """Triggers of a clause, in order, none inside another. `verbs`, `nouns`: tokens where a phrase may begin."""
    found: list[Trigger] = []
    free = clause.first
    for i in verbs:
        if i >= free and (trigger := _verb(tokens, i, clause)) is not None:
            found.append(trigger)
            free = trigger.last
    if not nouns:
        return found
    covered = [(t.first, max(t.last, t.object_at + 1)) for t in found]
    free = clause.first
    for i in nouns:
        if i < free or any(first <= i < last for first, last in covered):
            continue
        if (trigger := _noun(tokens, i, clause)) is not None:
            found.append(trigger)
            free = trigger.last
    found.sort(key=lambda t: t.first)
    return found


def _verb(tokens: list[Token], i: int, clause: StancedClause) -> Trigger | None:
    passive: bool | None = None
    fallback: Trigger | None = None
    for size, frames in VERBS.every(tokens, i):
        end = i + size
        if end > clause.last:
            continue
        if passive is None:
            if not _is_verb(tokens, i, end, clause.first):
                return None
            passive = is_passive(tokens, i, clause.first) or tokens[i][3] in _SUFFERED or _is_suffered(tokens, i, end)
        frame = frames[0]
        if (best := _best(tokens, frame, i, end, clause, passive)) is not None:
            return Trigger(i, end, best[0], best[0].event, True, passive, best[1])
        if frame.plain is not None and fallback is None and not _is_figure(tokens, frame.plain, end, clause):
            fallback = Trigger(i, end, frame.plain, frame.plain.event, True, passive, end - 1)
    return fallback


def _is_suffered(tokens: list[Token], i: int, end: int) -> bool:
    """Whether the phrase at `i` begins with "be" and ends with a participle: been killed."""
    return tokens[i][3] in _BE and tokens[end - 1][3][-2:] == "ed"


def _is_figure(tokens: list[Token], sense: Sense, end: int, clause: StancedClause) -> bool:
    """Whether what follows makes the verb a figure of speech, or the clause names a mishap that nobody wanted."""
    if sense.unless and any(t[3] in sense.unless for t in tokens[end : min(end + _FIGURE, clause.last)]):
        return True
    last = min(clause.last, len(tokens) - 1)
    # most clauses name none, which is found out without a step for each of their words
    if not sense.without or sense.without.isdisjoint([t[3] for t in tokens[clause.first : last]]):
        return False
    return any(tokens[i][3] in sense.without and tokens[i + 1][3] != "of" for i in range(clause.first, last))


def _best(
    tokens: list[Token], frame: Frame, i: int, end: int, clause: StancedClause, passive: bool
) -> tuple[Sense, int] | None:
    """The sense whose object stands nearest after the verb (before it, in the passive), and where."""
    limit = min(end + _WINDOW, clause.last)
    begun = max(clause.first, i - _BEFORE)
    found = frame.preferred(tokens, begun, i, end, limit) or frame.nearest(tokens, end, limit)
    if found is None and passive and (found := frame.nearest(tokens, begun, i)) is not None:
        return found[0], end - 1
    return found


def _noun(tokens: list[Token], i: int, clause: StancedClause) -> Trigger | None:
    if _is_in_name(tokens, i, clause.first):
        return None
    for size, senses in NOUNS.every(tokens, i):
        if i + size <= clause.last:
            sense = senses[0]
            return Trigger(i, i + size, sense, sense.event, False, False, i + size - 1)
    return None


def _is_verb(tokens: list[Token], i: int, end: int, first: int) -> bool:
    """Whether the word at `i` is a verb there: "attacks" after "the" is none, after "rebels" it may be one."""
    low = tokens[i][3]
    if (low in _HAVE and _perfect(tokens, i)) or _is_in_name(tokens, i, first):
        return False
    if low in _MODALS or (end - i > 1 and not (low[-1:] == "s" and _is_object(tokens, i, first))):
        return True
    k = i - 1
    while k > first and (tokens[k][3][-2:] == "ly" or tokens[k][3] in _ADVERBS):
        k -= 1
    before = tokens[k] if k >= first else None
    if low[-2:] == "ed" or low in _IRREGULAR:
        return before is None or before[3] not in {"the", "a", "an", "his", "her", "its", "their"}
    if before is None:
        return low[-3:] == "ing"
    if before[3] in _MODALS or before[3] in _PRONOUNS:
        return True
    if before[3] in _DETERMINERS or before[3][-2:] == "'s" or before[3].isdigit():
        return low[-3:] == "ing" and before[3] in _BEFORE_GERUNDS
    return low[-3:] == "ing" or _follows_subject(tokens, i, before)


def _is_object(tokens: list[Token], i: int, first: int) -> bool:
    """Whether the word at `i` is a plural noun after a verb or an article: make offers to."""
    before = tokens[i - 1][3] if i > first else ""
    return before in _DETERMINERS or before in _TAKES_NOUNS


def _follows_subject(tokens: list[Token], i: int, before: Token) -> bool:
    """Whether the present form at `i` follows what may be its subject: rebels attack, but "Iraq murder probe"."""
    low = tokens[i][3]
    if before[3][-1:] == "s" or before[3] in _PLURALS or low in _SUFFERED:
        return True
    if before[2][:1].isupper() and (low[-1:] == "s" or low in _SAME_PAST):
        return True
    takes_object = i + 1 < len(tokens) and _begins_object(tokens[i + 1])
    return takes_object and (low[-1:] == "s" or before[2][:1].isupper())


def _begins_object(token: Token) -> bool:
    """Whether the token after "orders" or "attacks" makes it a verb: orders the release."""
    return token[3] in _ARTICLES or token[2][:1].isupper() or token[2][:1].isdigit()


def _is_in_name(tokens: list[Token], i: int, first: int) -> bool:
    """Whether the word is part of a name or a compound: UN Support Mission, Stock Exchange, March 16, Saudi-led."""
    text = tokens[i][2]
    before = tokens[i - 1] if i > 0 else None
    if before is not None and before[3] == "-" and before[1] == tokens[i][0]:
        return True
    if i == first or not text[0].isupper() or (text.isupper() and len(text) > 1) or text[-2:] in ("ed", "es"):
        return False
    following = tokens[i + 1][2] if i + 1 < len(tokens) else ""
    if text == "March":
        return True
    return text[-1:] != "s" and (following[:1].isupper() or (before is not None and before[2][:1].isupper()))


def _perfect(tokens: list[Token], i: int) -> bool:
    """Whether "have" at `i` only makes the perfect of the next verb or the one after an adverb."""
    return any(token[3][-2:] == "ed" or token[3] in _IRREGULAR or token[3] == "been" for token in tokens[i + 1 : i + 3])


def is_passive(tokens: list[Token], i: int, first: int) -> bool:
    """Whether the verb at `i` is a participle after a form of "be", or stands before "by"."""
    low = tokens[i][3]
    if low[-2:] != "ed" and low not in _IRREGULAR:
        return False
    for k in range(i - 1, max(i - 4, first) - 1, -1):
        if tokens[k][3] in _BE:
            return True
        if not (tokens[k][3][-2:] == "ly" or tokens[k][3] in {"not", "also", "then", "reportedly", "being", "never"}):
            break
    if i + 1 == len(tokens):
        return False
    following = tokens[i + 1][3]
    return following == "by" or (following in _WHERE and low in _HARMED)
