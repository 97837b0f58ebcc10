"""The tension of each dyad over time: a mean of articles' scores that forgets, one series for all rules. Pure.

The mean of half-life h at time T is the sum of s(i) 2^(-(T-t(i))/h) over the sum of 2^(-(T-t(i))/h): the exponentially
time-decayed average of Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay" (ICDE 2009). It moves only when an
article comes; articles may come in any order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alert.core.triggers.settings import HalfLife

CELL = timedelta(minutes=30)
"""History is kept to half an hour: the lowest, the highest and the last mean of each."""
_CELL_S = CELL.total_seconds()
_SECONDS = tuple(half_life.span.total_seconds() for half_life in HalfLife)
_PLACES = {half_life: place for place, half_life in enumerate(HalfLife)}
_EVERY = range(len(HalfLife))
_NONE = (0.0,) * len(HalfLife)
_ALL = (1.0,) * len(HalfLife)
_AT_ONCE = timedelta()


Extent = tuple[float, float, float]
"""The lowest, the highest and the last mean within a cell."""


@dataclass(frozen=True, slots=True)
class Point:
    """One cell of history, from `at` on; `extents` in the order of `HalfLife`."""

    at: datetime
    articles: int
    extents: tuple[Extent, ...]

    def extent(self, half_life: HalfLife) -> Extent:
        """Where the mean of this half-life stood."""
        return self.extents[_PLACES[half_life]]


@dataclass(frozen=True, slots=True)
class Series:
    """One dyad as of `at`, the newest event time; `articles` that were fed, ever; `cell`, the newest of its history.

    `sums` and `weights` are those at `at`, in the order of `HalfLife`, so that an old article only adds its share.
    """

    at: datetime | None = None
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
    feeding = Feeding(series)
    feeding.add(score, at)
    return feeding.fed().series


@dataclass(frozen=True, slots=True)
class Fed:
    """A series after articles were fed to it, and the cells of its history that they came into, in order."""

    series: Series
    cells: tuple[Point, ...]


class Feeding:
    """A series while many articles are fed to it: messages are made when somebody asks, not at each article.

    Extents are rounded where they are kept: rounding keeps order, so it does not matter when.
    """

    __slots__ = ("_articles", "_at", "_begins", "_changed", "_closed", "_highest", "_in_cell", "_lowest", "_sums", "_weights")  # fmt: skip  # noqa: E501

    def __init__(self, series: Series) -> None:
        self._at, self._articles = series.at, series.articles
        self._sums, self._weights = list(series.sums), list(series.weights)
        self._closed: list[Point] = []
        self._changed = False
        cell = series.cell
        self._begins = cell.at if cell is not None else None
        self._in_cell = cell.articles if cell is not None else 0
        self._lowest = [extent[0] for extent in cell.extents] if cell is not None else []
        self._highest = [extent[1] for extent in cell.extents] if cell is not None else []

    def add(self, score: float, at: datetime) -> None:
        """One more article; an old one adds what is left of its weight."""
        before = self._at
        newest = at if before is None or at > before else before
        kept = _NONE if before is None else _decays(newest - before)
        shares = _decays(newest - at)
        if self._begins is None or newest - self._begins >= CELL:
            self._open_cell(newest)
        self._at, self._changed = newest, True
        self._articles += 1
        self._in_cell += 1
        sums, weights, lowest, highest = self._sums, self._weights, self._lowest, self._highest
        for place in _EVERY:
            sums[place] = total = sums[place] * kept[place] + score * shares[place]
            weights[place] = weight = weights[place] * kept[place] + shares[place]
            mean = total / weight
            if mean < lowest[place]:
                lowest[place] = mean
            if mean > highest[place]:
                highest[place] = mean

    def fed(self) -> "Fed":
        """As it is now."""
        cell = None if self._begins is None else self._cell(self._begins)
        series = Series(
            at=self._at, articles=self._articles, sums=tuple(self._sums), weights=tuple(self._weights), cell=cell
        )
        return Fed(series, (*self._closed, cell) if cell is not None and self._changed else ())

    def _open_cell(self, moment: datetime) -> None:
        if self._begins is not None and self._changed:
            self._closed.append(self._cell(self._begins))
        self._begins, self._in_cell = cell_of(moment), 0
        self._lowest, self._highest = [math.inf] * len(_EVERY), [-math.inf] * len(_EVERY)

    def _cell(self, begins: datetime) -> Point:
        means = [total / weight for total, weight in zip(self._sums, self._weights, strict=True)]
        extents = [
            (round(low, 3), round(high, 3), round(mean, 3))
            for low, high, mean in zip(self._lowest, self._highest, means, strict=True)
        ]
        return Point(at=begins, articles=self._in_cell, extents=tuple(extents))


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
    if passed == _AT_ONCE:
        return _ALL
    seconds = passed.total_seconds()
    return tuple([math.pow(2.0, -min(seconds / half_life, 1_000.0)) for half_life in _SECONDS])
