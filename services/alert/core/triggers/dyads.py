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
_CELL_S = CELL.total_seconds()
_SECONDS = tuple(half_life.span.total_seconds() for half_life in HalfLife)
_PLACES = {half_life: place for place, half_life in enumerate(HalfLife)}
_NONE = (0.0,) * len(HalfLife)


Extent = tuple[float, float, float]
"""The lowest, the highest and the last mean within a cell."""


class Point(Message):
    """One cell of history, from `at` on; `extents` in the order of `HalfLife`."""

    at: Moment
    articles: int
    extents: tuple[Extent, ...]

    def extent(self, half_life: HalfLife) -> Extent:
        """Where the mean of this half-life stood."""
        return self.extents[_PLACES[half_life]]


class Series(Message):
    """One dyad as of `at`, the newest event time; `articles` that were fed, ever; `cell`, the newest of its history.

    `sums` and `weights` are those at `at`, in the order of `HalfLife`, so that an old article only adds its share.
    """

    at: Moment | None = None
    articles: int = 0
    sums: tuple[float, ...] = (0.0,) * len(HalfLife)
    weights: tuple[float, ...] = (0.0,) * len(HalfLife)
    cell: Point | None = None

    def mean(self, half_life: HalfLife) -> float:
        """0 to 100; 0 before the first article."""
        place = _PLACES[half_life]
        return self.sums[place] / self.weights[place] if self.articles else 0.0


def feed(series: Series, score: float, at: datetime) -> Series:
    """The series with one more article, and its newest cell with where it stands then."""
    newest = at if series.at is None else max(series.at, at)
    kept = _decays(newest - series.at) if series.at is not None else _NONE
    shares = _decays(newest - at)
    sums = tuple(s * k + score * w for s, k, w in zip(series.sums, kept, shares, strict=True))
    weights = tuple(v * k + w for v, k, w in zip(series.weights, kept, shares, strict=True))
    means = [round(s / w, 3) for s, w in zip(sums, weights, strict=True)]
    begins, cell = cell_of(newest), series.cell
    if cell is not None and cell.at == begins:
        extents = tuple((min(e[0], m), max(e[1], m), m) for e, m in zip(cell.extents, means, strict=True))
        articles = cell.articles + 1
    else:
        extents, articles = tuple((m, m, m) for m in means), 1
    point = Point.model_construct(at=begins, articles=articles, extents=extents)
    return Series.model_construct(at=newest, articles=series.articles + 1, sums=sums, weights=weights, cell=point)


def cell_of(moment: datetime) -> datetime:
    """Where the cell of a moment begins."""
    return moment - timedelta(seconds=moment.timestamp() % _CELL_S)


def extremes(
    history: Sequence[Point], half_life: HalfLife, since: datetime
) -> tuple[tuple[float, datetime], tuple[float, datetime]] | None:
    """The lowest and the highest mean after `since`, each with its cell; None without a history.

    Counts in the mean that held at `since`, and the whole of the cell that `since` is in.
    """
    standing = [point for point in history if point.at + CELL <= since][-1:]
    within = [point for point in history if point.at + CELL > since]
    found = [(point.extent(half_life)[2], point.extent(half_life)[2], since) for point in standing]
    found += [(*point.extent(half_life)[:2], point.at) for point in within]
    if not found:
        return None
    lowest, highest = min(found, key=lambda f: f[0]), max(found, key=lambda f: f[1])
    return (lowest[0], lowest[2]), (highest[1], highest[2])


def _decays(passed: timedelta) -> tuple[float, ...]:
    """What is left of a weight after so long, for each half-life."""
    seconds = passed.total_seconds()
    return tuple(math.pow(2.0, -min(seconds / half_life, 1_000.0)) for half_life in _SECONDS)
