"""Why a matching article became an alert, or did not. Counts and stores names; decides nothing."""

from dataclasses import dataclass
from enum import StrEnum


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

    @property
    def raises_alert(self) -> bool:
        """Whether the subscriber is told."""
        return self in _RAISING

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_RAISING = frozenset({Verdict.NEW_STORY, Verdict.RUNG_CROSSED, Verdict.WINDOW_PASSED})
_SENTENCES = {
    Verdict.NEW_STORY: "first matching article of its story",
    Verdict.STORY_TOLD: "an alert on this story was raised before",
    Verdict.RUNG_CROSSED: "the number rose through a rung of the ladder",
    Verdict.WINDOW_PASSED: "the rung was told before, but its window has passed",
    Verdict.RUNG_TOLD: "the rung was told before and has not re-armed",
    Verdict.BELOW_LADDER: "the number is below every rung of the ladder",
    Verdict.LEVEL_KEPT: "an upper bound, a vague word or an older report does not lower a level",
    Verdict.NO_GROUP: "no number that belongs to a group: a field of `by`, or the number itself, is not known",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict; `episode` names the alert within its group when there is one."""

    verdict: Verdict
    episode: str = ""
    before: float | None = None
    after: float | None = None
    rung: float | None = None
