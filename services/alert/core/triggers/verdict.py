"""Why a matching article became an alert, or did not. Counts and stores names; decides nothing."""

from dataclasses import dataclass
from enum import StrEnum

from services.contracts.alert import Figures


class Verdict(StrEnum):
    """The closed set of reasons; stored with each observation and shown by `/v1/why`."""

    NEW_STORY = "new_story"
    STORY_TOLD = "story_told"
    RUNG_CROSSED = "rung_crossed"
    WINDOW_PASSED = "window_passed"
    RUNG_TOLD = "rung_told"
    BELOW_LADDER = "below_ladder"
    LEVEL_KEPT = "level_kept"
    NO_GROUP = "no_group"
    ENOUGH = "enough"
    TOO_FEW = "too_few"
    TOLD_LATELY = "told_lately"
    RATE_ROSE = "rate_rose"
    BELOW_RATE = "below_rate"
    BELOW_FLOOR = "below_floor"
    BASELINE_SHORT = "baseline_short"
    NEWCOMER = "newcomer"
    SEEN_BEFORE = "seen_before"
    LOOK_BACK_SHORT = "look_back_short"
    SILENT = "silent"
    HEARD = "heard"
    SILENCE_TOLD = "silence_told"
    MOVED = "moved"
    UNMOVED = "unmoved"
    LATE = "late"
    REVISED = "revised"

    @property
    def raises_alert(self) -> bool:
        """Whether the subscriber is told."""
        return self in _RAISING

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_RAISING = frozenset(
    {
        Verdict.NEW_STORY,
        Verdict.RUNG_CROSSED,
        Verdict.WINDOW_PASSED,
        Verdict.ENOUGH,
        Verdict.RATE_ROSE,
        Verdict.NEWCOMER,
        Verdict.SILENT,
        Verdict.MOVED,
    }
)
_SENTENCES = {
    Verdict.NEW_STORY: "first matching article of its story",
    Verdict.STORY_TOLD: "an alert on this story was raised before",
    Verdict.RUNG_CROSSED: "the number rose through a rung of the ladder",
    Verdict.WINDOW_PASSED: "the rung was told before, but its window has passed",
    Verdict.RUNG_TOLD: "the rung was told before and has not re-armed",
    Verdict.BELOW_LADDER: "the number is below every rung of the ladder",
    Verdict.LEVEL_KEPT: "an upper bound, a vague word or an older report does not lower a level",
    Verdict.NO_GROUP: "nothing that belongs to a group: a field of `by`, the number itself, or whom to look for is not "
    "known",
    Verdict.ENOUGH: "enough stories from enough independent sources within the window",
    Verdict.TOO_FEW: "too few stories, or too few independent sources, in every window that holds the article",
    Verdict.TOLD_LATELY: "an alert on this group was raised less than a window before or after",
    Verdict.RATE_ROSE: "the rate in the window rose to so many times its baseline",
    Verdict.BELOW_RATE: "the rate in the window is not so many times its baseline",
    Verdict.BELOW_FLOOR: "fewer articles in the window than a spike has at least",
    Verdict.BASELINE_SHORT: "the rule has not watched for a whole baseline yet",
    Verdict.NEWCOMER: "not seen within the look-back",
    Verdict.SEEN_BEFORE: "seen before within the look-back",
    Verdict.LOOK_BACK_SHORT: "the rule has not watched for a whole look-back yet",
    Verdict.SILENT: "nothing matched for the window",
    Verdict.HEARD: "it matched, so it is not silent",
    Verdict.SILENCE_TOLD: "the silence was told and lasts",
    Verdict.MOVED: "the mean of the dyad moved by so many points within the window",
    Verdict.UNMOVED: "the mean of the dyad did not move by so many points within the window",
    Verdict.LATE: "the article came later than the allowed lateness: only `each` and `crosses` still look at it",
    Verdict.REVISED: "a later revision of an article: only `each` and `crosses` look at it again",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict; `episode` names the alert within its group when there is one."""

    verdict: Verdict
    episode: str = ""
    before: float | None = None
    after: float | None = None
    rung: float | None = None
    figures: Figures | None = None
