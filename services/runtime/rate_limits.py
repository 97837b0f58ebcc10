"""How much a key may ask, and how often an address may be wrong. Counts in this process alone."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from services.runtime.problems import Problem

WINDOW_S = 60
_SITE_BITS = 64  # whoever has one IPv6 address usually has its /64


@dataclass(frozen=True, slots=True)
class Budget:
    """What a key may still ask in this window."""

    limit: int
    left: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 names them."""
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"key";r={self.left};t={self.reset_s}',
        }


class RateLimits:
    """Two limits on sliding windows of a minute."""

    def __init__(self, requests_per_minute: int, failures_per_minute: int) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(requests_per_minute)
        self._failures = RateLimitItemPerMinute(failures_per_minute)

    async def spend(self, key_id: str) -> Budget:
        """Count a request of a key. Raises 429 when it has asked too much."""
        granted = await self._limiter.hit(self._requests, "key", key_id)
        stats = await self._limiter.get_window_stats(self._requests, "key", key_id)
        budget = Budget(self._requests.amount, stats.remaining, max(1, ceil(stats.reset_time - time())))
        if not granted:
            raise too_many("this key has asked too much", budget.reset_s, budget.headers)
        return budget

    async def barred(self, address: str) -> bool:
        """Whether an address sent too many wrong keys in the last minute."""
        return not await self._limiter.test(self._failures, "address", site_of(address))

    async def failed(self, address: str) -> None:
        """Count a wrong key."""
        await self._limiter.hit(self._failures, "address", site_of(address))


def too_many(detail: str, wait_s: int, headers: dict[str, str] | None = None) -> Problem:
    """429, with the time to wait."""
    return Problem(429, f"{detail}; try again in {wait_s} s", headers={"Retry-After": str(wait_s), **(headers or {})})


def site_of(address: str) -> str:
    """What shares one count: an IPv4 address, or the first 64 bits of an IPv6 one.

    >>> site_of("2001:db8:1:2:3:4:5:6"), site_of("192.0.2.7")
    ('2001:db8:1:2::', '192.0.2.7')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _SITE_BITS << _SITE_BITS))
