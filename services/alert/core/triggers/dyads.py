"""The tension of each dyad over time: a mean of articles' scores that forgets, one series for all rules. Pure.

The mean of half-life h at time T is the sum of s(i) 2^(-(T-t(i))/h) over the sum of 2^(-(T-t(i))/h): the exponentially
time-decayed average of Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay" (ICDE 2009). It moves only when an
article comes; articles may come in any order.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.alert.core.triggers.settings import HalfLife
from services.contracts.message import Message, Moment

CELL = timedelta(minutes=30)
"""History is kept to half an hour: the lowest, the highest and the last mean of each."""
_EPOCH_CELL = timedelta(minutes=30).total_seconds()


class Mean(Message):
    """Sum and weight at the series' time, so that old articles only add their share."""

    sum: float = 0.0
    weight: float = 0.0


class Extent(Message):
    """Where a mean stood within one cell."""

    low: float
    high: float
    last: float


class Point(Message):
    """One cell of history, from `at` on."""

    at: Moment
    articles: int
    means: dict[HalfLife, Extent]


class Series(Message):
    """One dyad as of `at`, the newest event time; `articles` that were fed, ever; `cell`, the newest of its history."""

    at: Moment | None = None
    articles: int = 0
    means: dict[HalfLife, Mean] = {}
    cell: Point | None = None

    def mean(self, half_life: HalfLife) -> float:
        """0 to 100; 0 before the first article."""
        known = self.means.get(half_life)
        return known.sum / known.weight if known is not None and known.weight > 0 else 0.0


def feed(series: Series, score: float, at: datetime) -> Series:
    """The series with one more article, and its newest cell with where it stands then."""
    newest = at if series.at is None else max(series.at, at)
    means, extents = {}, {}
    cell = series.cell if series.cell is not None and series.cell.at == cell_of(newest) else None
    for half_life in HalfLife:
        old = series.means.get(half_life, Mean())
        kept = 1.0 if series.at is None else _decay(newest - series.at, half_life)
        weight = _decay(newest - at, half_life)
        means[half_life] = mean = Mean(sum=old.sum * kept + score * weight, weight=old.weight * kept + weight)
        extents[half_life] = _extent(cell.means[half_life] if cell else None, mean)
    point = Point(at=cell_of(newest), articles=(cell.articles if cell else 0) + 1, means=extents)
    return Series(at=newest, articles=series.articles + 1, means=means, cell=point)


def _extent(before: Extent | None, mean: Mean) -> Extent:
    stands = round(mean.sum / mean.weight, 3)
    low, high = (min(before.low, stands), max(before.high, stands)) if before else (stands, stands)
    return Extent(low=low, high=high, last=stands)


def cell_of(moment: datetime) -> datetime:
    """Where the cell of a moment begins."""
    return moment - timedelta(seconds=moment.timestamp() % _EPOCH_CELL)


def extremes(
    history: Sequence[Point], half_life: HalfLife, since: datetime
) -> tuple[tuple[float, datetime], tuple[float, datetime]] | None:
    """The lowest and the highest mean after `since`, each with its cell; None without a history.

    Counts in the mean that held at `since`, and the whole of the cell that `since` is in.
    """
    standing = [point for point in history if point.at + CELL <= since][-1:]
    within = [point for point in history if point.at + CELL > since]
    found = [(point.means[half_life].last,) * 2 + (since,) for point in standing]
    found += [(point.means[half_life].low, point.means[half_life].high, point.at) for point in within]
    if not found:
        return None
    lowest, highest = min(found, key=lambda f: f[0]), max(found, key=lambda f: f[1])
    return (lowest[0], lowest[2]), (highest[1], highest[2])


def _decay(passed: timedelta, half_life: HalfLife) -> float:
    return math.pow(2.0, -min(passed / half_life.span, 1_000.0))
