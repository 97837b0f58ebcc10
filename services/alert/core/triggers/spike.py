"""Trigger `spike`: the rate in a window is many times its own baseline. Decides; remembers nothing itself.

Counts articles, copies included, in cells of a twentieth of the window: a window is the cell of an observation and the
nineteen before it, so up to a twentieth shorter than W. What is older than a late article can still reach is kept in
cells of a whole window, and shared out evenly where the baseline begins within one.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta

from services.alert.core.triggers.moments import from_ms, span_ms, to_ms
from services.alert.core.triggers.settings import Spike
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Rate
from services.contracts.message import Message

PARTS = 20
MAX_FINE = 2_000
"""Most cells of a twentieth; the oldest beyond them are folded early, and a late article finds its windows shorter."""

Cells = tuple[tuple[int, int], ...]
"""(number of the cell, articles in it) in order; a cell begins at its number times its width."""


class SpikeState(Message):
    """Live articles in fine cells, older and historic ones in coarse cells, and the fine cells that were told at."""

    fine: Cells = ()
    coarse: Cells = ()
    told: tuple[int, ...] = ()
    newest: int = 0
    since: int | None = None
    """Event time of the oldest historic article, in ms."""
    rearms: int = 0


def feed_history(state: SpikeState, spike: Spike, lateness: timedelta, at: datetime) -> SpikeState:
    """A historic article is part of the baseline, never of a window, and notifies nobody."""
    moment, width = to_ms(at), span_ms(spike.window)
    since = moment if state.since is None else min(state.since, moment)
    coarse = _added(state.coarse, [(moment // width, 1)])
    newest = max(state.newest, coarse[-1][0] * width)
    reached = _reached(coarse, spike, _oldest(spike, lateness, newest))
    return state.model_copy(update={"coarse": reached, "since": since})


def decide(
    state: SpikeState, spike: Spike, lateness: timedelta, created: datetime, at: datetime, arrived: datetime
) -> tuple[SpikeState, Decision]:
    """Decide on one live article; `at` is its event time. The rule has observed since `created`, or its history."""
    cell = to_ms(at) // (span_ms(spike.window) // PARTS)
    state = _folded(state, spike, lateness, max(state.newest, to_ms(arrived)))
    state = state.model_copy(update={"fine": _added(state.fine, [(cell, 1)])})
    covered = min(to_ms(created), state.since if state.since is not None else to_ms(created))
    worst = Decision(Verdict.BELOW_FLOOR)
    for end, _ in _between(state.fine, cell, cell + PARTS):
        verdict, rate = _judge(state, spike, end, covered)
        if verdict is not Verdict.RATE_ROSE:
            worst = max(worst, Decision(verdict), key=lambda d: _NEARNESS[d.verdict])
        elif all(abs(end - told) >= PARTS for told in state.told):
            after = {"told": (*state.told, end), "rearms": state.rearms + 1}
            return state.model_copy(update=after), Decision(verdict, str(state.rearms), figures=rate)
        else:
            worst = Decision(Verdict.TOLD_LATELY)
    return state, worst


def _judge(state: SpikeState, spike: Spike, end: int, covered: int) -> tuple[Verdict, Rate | None]:
    """The window that ends with the fine cell `end` beside the baseline before it."""
    width = span_ms(spike.window)
    begin = (end - PARTS + 1) * (width // PARTS)
    articles = sum(count for _, count in _between(state.fine, end - PARTS + 1, end + 1))
    if articles < spike.at_least:
        return Verdict.BELOW_FLOOR, None
    length = span_ms(spike.baseline)
    if covered > begin - length:
        return Verdict.BASELINE_SHORT, None
    before = _within(state.fine, width // PARTS, begin - length, begin)
    before += _within(state.coarse, width, begin - length, begin)
    expected = before * width / length
    if articles < spike.ratio * expected:
        return Verdict.BELOW_RATE, None
    rate = Rate(articles=articles, expected=expected, since=from_ms(begin), until=from_ms(begin + width))
    return Verdict.RATE_ROSE, rate


def _within(cells: Cells, width: int, since: int, until: int) -> float:
    """Articles in [since, until), of a cell that is partly outside the part that is inside."""
    total = 0.0
    for number, articles in _between(cells, since // width, until // width + 1):
        inside = min((number + 1) * width, until) - max(number * width, since)
        total += articles * max(0, inside) / width
    return total


def _folded(state: SpikeState, spike: Spike, lateness: timedelta, newest: int) -> SpikeState:
    """Fine cells that no window of a late article reaches become coarse; what no baseline reaches is forgotten."""
    oldest = _oldest(spike, lateness, newest)
    if len(state.fine) > MAX_FINE:
        oldest = max(oldest, state.fine[-MAX_FINE][0])
    if not state.fine or state.fine[0][0] >= oldest:
        return state.model_copy(update={"newest": newest})
    coarse = _added(state.coarse, ((number // PARTS, n) for number, n in state.fine if number < oldest))
    return SpikeState(
        fine=tuple(cell for cell in state.fine if cell[0] >= oldest),
        coarse=_reached(coarse, spike, oldest),
        told=tuple(told for told in state.told if told >= oldest - PARTS),
        newest=newest,
        since=state.since,
        rearms=state.rearms,
    )


def _oldest(spike: Spike, lateness: timedelta, newest: int) -> int:
    """The first fine cell that a window of an article which is still to come can reach."""
    width = span_ms(spike.window)
    return (newest - width - span_ms(lateness)) // (width // PARTS)


def _reached(coarse: Cells, spike: Spike, oldest: int) -> Cells:
    """Those that the baseline of a window can reach, which begins with the fine cell `oldest` or later."""
    first = oldest // PARTS - span_ms(spike.baseline) // span_ms(spike.window) - 2
    return coarse[bisect_left(coarse, first, key=_number) :]


def _between(cells: Cells, first: int, behind: int) -> Cells:
    return cells[bisect_left(cells, first, key=_number) : bisect_left(cells, behind, key=_number)]


def _added(cells: Cells, more: Iterable[tuple[int, int]]) -> Cells:
    for number, articles in more:
        place = bisect_left(cells, number, key=_number)
        known = cells[place][1] if place < len(cells) and cells[place][0] == number else 0
        cells = (*cells[:place], (number, known + articles), *cells[place + bool(known) :])
    return cells


def _number(cell: tuple[int, int]) -> int:
    return cell[0]


_NEARNESS = {verdict: i for i, verdict in enumerate((Verdict.BELOW_FLOOR, Verdict.BASELINE_SHORT, Verdict.BELOW_RATE))}
_NEARNESS[Verdict.TOLD_LATELY] = len(_NEARNESS)
"""Of several windows that hold an article, the one that came nearest says why none fired."""
