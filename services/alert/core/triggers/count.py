"""Trigger `count`: enough stories from enough independent sources within a window. Decides; remembers nothing itself.

A window is (t - W, t] of event time and ends at an observation. A late observation checks again every window that holds
it. An alert at t mutes every window that ends less than W before or after t, whatever the order of arrival.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.alert.core.triggers.moments import from_ms, span_ms, to_ms
from services.alert.core.triggers.settings import Count
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Counted
from services.contracts.message import Message

MAX_SEEN = 2_000
"""Most sightings of one group. Over it the largest crowd, of one source or one story, loses its oldest.

Exact below it. Above it only a window with more sightings than this can be misjudged: its stories are far more than
`settings.MAX_STORIES`, and a source with few of them is never thinned while one with many is there."""

Sighting = tuple[int, str, str]
"""Event time in milliseconds, digest of the story, source."""


class CountState(Message):
    """Sightings in order of time, the ends of the windows that were told, and the newest arrival: all in ms."""

    seen: tuple[Sighting, ...] = ()
    told: tuple[int, ...] = ()
    newest: int = 0
    rearms: int = 0


def decide(
    state: CountState, count: Count, lateness: timedelta, story: str, source: str, at: datetime, arrived: datetime
) -> tuple[CountState, Decision]:
    """Decide on one article; `at` is its event time, `arrived` the clock, at most `lateness` later."""
    width, moment = span_ms(count.window), to_ms(at)
    state = _forget(state, max(state.newest, to_ms(arrived)), width + span_ms(lateness))
    if any(end - width < moment <= end for end in state.told):
        return state, Decision(Verdict.TOLD_LATELY)
    seen = _crowd_thinned(_with(state.seen, (moment, story, source)))
    verdict = Verdict.TOO_FEW
    for low, high in _windows(seen, moment, width):
        if not _is_full(seen[low:high], count):
            continue
        end = seen[high - 1][0]
        if any(abs(end - told) < width for told in state.told):
            verdict = Verdict.TOLD_LATELY
            continue
        decision = Decision(Verdict.ENOUGH, str(state.rearms), figures=_figures(seen[low:high], end - width, end))
        # No window that is still armed holds any of these.
        after = {"seen": seen[:low] + seen[high:], "told": (*state.told, end), "rearms": state.rearms + 1}
        return state.model_copy(update=after), decision
    return state.model_copy(update={"seen": seen}), Decision(verdict)


def independent(seen: Sequence[Sighting], enough: int) -> int:
    """How many sources stand behind stories of their own, counted up to `enough`.

    Copies of one story speak for one source, whichever helps most: a maximum matching of sources and stories.
    """
    stories: dict[str, list[str]] = {}
    for _, story, source in seen:
        stories.setdefault(source, []).append(story)
    of_story: dict[str, str] = {}

    def place(source: str, tried: set[str]) -> bool:
        for story in stories[source]:
            if story in tried:
                continue
            tried.add(story)
            if story not in of_story or place(of_story[story], tried):
                of_story[story] = source
                return True
        return False

    found = 0
    for source in stories:
        found += place(source, set())
        if found >= enough:
            break
    return found


def _forget(state: CountState, newest: int, keep: int) -> CountState:
    """Nothing that may still arrive is in a window with what is older than `keep`."""
    first = bisect_right(state.seen, newest - keep, key=_time)
    told = tuple(end for end in state.told if end > newest - keep)
    return CountState(seen=state.seen[first:], told=told, newest=newest, rearms=state.rearms)


def _with(seen: tuple[Sighting, ...], new: Sighting) -> tuple[Sighting, ...]:
    place = bisect_left(seen, new)
    return seen if seen[place : place + 1] == (new,) else (*seen[:place], new, *seen[place:])


def _crowd_thinned(seen: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
    if len(seen) <= MAX_SEEN:
        return seen
    crowds = Counter(part for _, *parts in seen for part in enumerate(parts))
    (place, name), _ = crowds.most_common(1)[0]
    oldest = next(i for i, sighting in enumerate(seen) if sighting[1 + place] == name)
    return seen[:oldest] + seen[oldest + 1 :]


def _windows(seen: Sequence[Sighting], moment: int, width: int) -> Iterator[tuple[int, int]]:
    """The slices of `seen` that are windows ending at a sighting and holding `moment`, by their ends."""
    place, last = bisect_left(seen, moment, key=_time), bisect_left(seen, moment + width, key=_time)
    while place < last:
        end = seen[place][0]
        place = bisect_right(seen, end, key=_time)
        yield bisect_right(seen, end - width, key=_time), place


def _is_full(window: Sequence[Sighting], count: Count) -> bool:
    if len(window) < max(count.at_least, count.sources):
        return False
    stories = {story for _, story, _ in window}
    return len(stories) >= count.at_least and independent(window, count.sources) >= count.sources


def _figures(window: Sequence[Sighting], since: int, until: int) -> Counted:
    return Counted(
        stories=len({story for _, story, _ in window}),
        sources=tuple(sorted({source for _, _, source in window})),
        since=from_ms(since),
        until=from_ms(until),
    )


def _time(sighting: Sighting) -> int:
    return sighting[0]
