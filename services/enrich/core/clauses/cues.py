"""The words that show stance (`data/cues.toml`) and those that show what a text speaks of (`data/domains.toml`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.enrich.core.inflect import irregular_pasts, verb, verb_forms
from services.enrich.core.lexicon_file import LexiconFile, packaged
from services.enrich.core.phrases import Phrases, alternatives
from services.enrich.core.text import Text
from services.enrich.core.word_masks import BREAKER, CUE, DOMAIN, FINITE, MASKS, PAST, SAYS


class Cue(StrEnum):
    """What a word does to the stance of its clause."""

    ATTRIBUTION = "attribution"
    DENIAL = "denial"
    NEGATION = "negation"
    HYPOTHETICAL = "hypothetical"
    DEMAND = "demand"
    PLAN = "plan"
    PREDICTION = "prediction"
    MISGIVING = "misgiving"
    ESTIMATE = "estimate"
    HISTORY = "history"
    REMINDER = "reminder"
    PRESENT_AGAIN = "present_again"
    NEUTRAL = "neutral"


CUE_ATTRIBUTION: Final = Cue.ATTRIBUTION
CUE_DENIAL: Final = Cue.DENIAL
CUE_NEGATION: Final = Cue.NEGATION
CUE_HYPOTHETICAL: Final = Cue.HYPOTHETICAL
CUE_DEMAND: Final = Cue.DEMAND
CUE_PLAN: Final = Cue.PLAN
CUE_PREDICTION: Final = Cue.PREDICTION
CUE_MISGIVING: Final = Cue.MISGIVING
CUE_ESTIMATE: Final = Cue.ESTIMATE
CUE_HISTORY: Final = Cue.HISTORY
CUE_REMINDER: Final = Cue.REMINDER
CUE_PRESENT_AGAIN: Final = Cue.PRESENT_AGAIN
CUE_NEUTRAL: Final = Cue.NEUTRAL
"""The members as plain names, for the reason that `members.py` gives."""


@dataclass(slots=True)
class CueHit:
    """Tokens first..last (exclusive) are a cue."""

    first: int
    last: int
    cue: Cue

    def __init__(self, first: int, last: int, cue: Cue) -> None:
        self.first = first
        self.last = last
        self.cue = cue


@dataclass(slots=True)
class Domain:
    """A field of life and how strongly a phrase points to it."""

    name: str
    weight: int
    kind: str


BORROWED: Final = "borrowed"
"""The kind of words of conflict that other fields use too."""
_POINTS: Final = {"strong": 2, "weak": 1, BORROWED: 1}
CONFLICT: Final = "conflict"
"""The domain that holds against all others."""


def cues_in(file: LexiconFile) -> Iterator[tuple[tuple[str, ...], Cue]]:
    """Every phrase with what it does. Raises `LexiconError`."""
    for name in file.tables:
        cue = file.member(Cue, name, name)
        file.refuse_others(("phrases",), name)
        for phrase in alternatives(file.text(name, "phrases")):
            yield phrase, cue


def domains_in(file: LexiconFile) -> Iterator[tuple[tuple[str, ...], Domain]]:
    """Every phrase with the domain it points to. Raises `LexiconError`."""
    for name, table in file.tables.items():
        file.refuse_others(_POINTS, name)
        for kind in table:
            for phrase in alternatives(file.text(name, kind)):
                domain = Domain(name, _POINTS[kind], kind)
                yield phrase, domain
                if phrase[-1].isalpha() and not phrase[-1].endswith("s"):
                    yield (*phrase[:-1], phrase[-1] + "'s"), domain


CUES: Final[Phrases[Cue]] = Phrases(cues_in(packaged("cues.toml")))
DOMAINS: Final[Phrases[Domain]] = Phrases(domains_in(packaged("domains.toml")))

_SPLIT: Final = (
    (
        verb_forms("reject") | verb_forms("dismiss"),
        frozenset("claim claims accusation accusations allegation allegations report reports suggestion".split()),
        Cue.DENIAL,
    ),
    (verb_forms("want") | verb_forms("ask"), frozenset({"to", "for"}), Cue.DEMAND),
)
"""Cues in two parts: forms of a verb, and a word within a few tokens behind it."""
_SPLIT_REACH: Final = 6

COORDINATORS: Final = frozenset("and but or nor yet".split())
SUBORDINATORS: Final = frozenset(
    "because although though while whereas unless if since after before until as when".split()
)
RELATIVES: Final = frozenset("who which whose where whom".split())
CUTS_AFTER: Final = frozenset(";:)–—")
BREAKERS: Final = (
    COORDINATORS | SUBORDINATORS | RELATIVES | CUTS_AFTER | frozenset({",", "(", "-", "that", "what", "said"})
)
"""Words and signs at which a sentence may be cut."""
MODALS: Final = frozenset("will would shall should can could may might must 'll cannot won't wouldn't can't".split())
AUXILIARIES: Final = MODALS | frozenset(
    "is are was were be been am has have had do does did isn't aren't wasn't weren't hasn't haven't hadn't doesn't "
    "don't didn't it's he's she's they're we're i'm they've we've he'd she'd they'd".split()
)
SAYING: Final = frozenset(
    form
    for base in "say tell add announce claim insist state report declare deny warn believe argue".split()
    for form in verb_forms(base)
    if not form.endswith("ing") and form != "states"  # the United States
)
_PRESENT: Final = frozenset(
    verb(base).third
    for base in """accuse agree appear approach arrive bring call carry come condemn continue cross demand deny describe
    enter expect face fear flee follow give hold include increase invade involve join keep kill know lead leave lose
    make meet move need oppose order plan prepare reject remain release rule say seem send show suggest take tell
    threaten urge want warn win withdraw yield begin become refuse add insist announce call host visit accept
    hear""".split()
) - {"plans", "fears", "demands", "orders", "calls", "needs", "shows", "moves", "leaves", "hosts", "rules", "takes"}
_FINITE: Final = AUXILIARIES | SAYING | irregular_pasts() | _PRESENT | {"put", "cut", "hit", "set", "led"}


MASKS.add(FINITE, _FINITE)
MASKS.add(PAST, irregular_pasts())
MASKS.add(SAYS, SAYING)
MASKS.add(BREAKER, BREAKERS)
MASKS.add_all(CUES.classes(CUE))
MASKS.add_all(DOMAINS.classes(DOMAIN))
MASKS.add(CUE, [form for verbs, _, _ in _SPLIT for form in verbs])


def cues_of(text: Text, starts: list[int]) -> list[CueHit]:
    """All cues of a text, in order; the words of one phrase belong to no other. `starts`: where a cue may begin."""
    words = text.words
    found: list[CueHit] = []
    free = 0
    for i in starts:
        if i < free:
            continue
        if (hit := CUES.at(words, i)) is None:
            if (cue := _split_cue(words, i)) is not None:
                found.append(CueHit(i, i + 1, cue))
            continue
        free = i + hit[0]
        if words[i] in _TWO_FACED and _is_other_word(text, i):
            continue
        for cue in hit[1]:
            if cue not in _NOUN_CUES or not _is_noun(words, i):
                found.append(CueHit(i, free, cue))
    return found


def _split_cue(words: list[str], i: int) -> Cue | None:
    """The cue whose two parts stand apart: rejected Norland's claim, wants the alliance to act."""
    for verbs, seconds, cue in _SPLIT:
        if words[i] not in verbs:
            continue
        if words[i + 1 : i + 2] == ["to"]:
            return None  # wants to act
        if not seconds.isdisjoint(words[i + 1 : i + _SPLIT_REACH]):
            return cue
    return None


def _is_other_word(text: Text, i: int) -> bool:
    """Whether "may" is the month, or "no" the short form of number."""
    words, spelled = text.words, text.spelled
    following = spelled[i + 1] if i + 1 < len(words) else ""
    if spelled[i] == "May":
        return following[:1].isdigit() or (i > 0 and words[i - 1] in _BEFORE_MONTHS)
    return words[i] == "no" and following == "." and i + 2 < len(words) and spelled[i + 2][0].isdigit()


_TWO_FACED: Final = frozenset({"may", "no"})
_BEFORE_MONTHS: Final = frozenset(
    "in on of since until early late mid last next this by from to during and - before after".split()
)


def _is_noun(words: list[str], i: int) -> bool:
    """Whether demand, request or order stands as a noun: "filed its own demand" reports one."""
    return words[i] in _NOUNS_TOO and i > 0 and (words[i - 1] in _BEFORE_NOUNS or words[i - 1].endswith("'s"))


_NOUN_CUES: Final = frozenset({Cue.DEMAND, Cue.PLAN})
_NOUNS_TOO: Final = frozenset("demand demands request requests petition pressure beg push press order orders".split())
_BEFORE_NOUNS: Final = frozenset(
    "a an the its his her their our own this that these of by on under s no any at".split()
)
