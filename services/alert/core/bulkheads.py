"""How many deliveries each endpoint, each host and all failing endpoints may have in flight. Counts; sends nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PER_ENDPOINT = 4
PER_HOST = 128
FAILING_SHARE = 4
"""Endpoints whose last try failed get one place each, and all together one of this many parts of the places."""


@dataclass(slots=True)
class Bulkheads:
    """`places` bounds everything in flight; `bulk` gives, by kind, how many rows one call takes.

    A lane is `kind`, or `kind:host:endpoint` for an endpoint on a host. A kind that is not named has no room.
    """

    places: int
    bulk: Mapping[str, int]
    _lanes: Counter[str] = field(default_factory=Counter)
    _hosts: Counter[str] = field(default_factory=Counter)
    _failing: set[str] = field(default_factory=set)
    crowded: bool = False
    """Whether the last offer turned any row down, so that a place that becomes free is worth another look."""

    @property
    def in_flight(self) -> int:
        """Rows taken and not yet left."""
        return self._lanes.total()

    def offer(self) -> Callable[[str], int]:
        """A function that says, asked once a lane, how many rows of it may be taken now."""
        self.crowded = False
        hosts = Counter(self._hosts)
        failing = sum(count for lane, count in self._lanes.items() if lane in self._failing)

        def room(lane: str) -> int:
            nonlocal failing
            kind = lane.partition(":")[0]
            bulk = self.bulk.get(kind, 0)
            free = max(0, (PER_ENDPOINT if bulk == 1 else bulk) - self._lanes[lane])
            if lane != kind:
                free = min(free, max(0, PER_HOST - hosts[_host(lane)]))
            if lane in self._failing and bulk == 1:
                free = min(free, 1 - min(1, self._lanes[lane]), max(0, self.places // FAILING_SHARE - failing))
                failing += free
            hosts[_host(lane)] += free
            self.crowded = self.crowded or free == 0
            return free

        return room

    def enter(self, lane: str, rows: int = 1) -> None:
        """Rows of this lane are in flight."""
        self._lanes[lane] += rows
        self._hosts[_host(lane)] += rows

    def leave(self, lane: str, rows: int = 1, *, failed: bool) -> None:
        """They came back; `failed` says whether the endpoint did not do its part."""
        for counter, name in ((self._lanes, lane), (self._hosts, _host(lane))):
            counter[name] -= rows
            if counter[name] <= 0:
                del counter[name]
        (self._failing.add if failed else self._failing.discard)(lane)


def _host(lane: str) -> str:
    return lane.rpartition(":")[0] or lane
