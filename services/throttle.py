"""How often somebody may try to log in."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

BY_NAME = "10 per 10 minutes"
BY_ADDRESS = "50 per 10 minutes"
"""Tries that fail; a whole office may come from one address."""

NETWORK_BITS = 64
"""What one household or machine has of IPv6."""

Key = tuple[RateLimitItem, str, str]


class Try:
    """One try: `seconds` is how long to wait, 0 where it may be made; whoever makes it says if it has `succeeded`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.succeeded = False


class Throttle:
    """Counts failed tries by the name and by the address they come from, in this process.

    Tries that are under way count as failed: however many come at once, no more are made than one after the other.
    """

    def __init__(self, by_name: str = BY_NAME, by_address: str = BY_ADDRESS) -> None:
        """Count nothing yet; the limits are written as `limits` reads them."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._by_name, self._by_address = parse(by_name), parse(by_address)
        self._under_way: Counter[Key] = Counter()

    @contextmanager
    def trying(self, name: str, address: str) -> Iterator[Try]:
        """Frame a try; one that succeeds lets those that failed for the name be forgotten."""
        keys: tuple[Key, Key] = (
            (self._by_name, "name", _short(name)),
            (self._by_address, "address", _network(address)),
        )
        one = Try(max(self._seconds(key) for key in keys))
        if one.seconds:
            yield one
            return
        self._under_way.update(keys)
        try:
            yield one
        finally:
            self._under_way -= Counter(keys)
            if one.succeeded:
                self._limiter.clear(*keys[0])
            else:
                for key in keys:
                    self._limiter.hit(*key)

    def _seconds(self, key: Key) -> int:
        window = self._limiter.get_window_stats(*key)
        if window.remaining > self._under_way[key]:
            return 0
        return max(1, int(window.reset_time - time.time()) + 1)


def _short(name: str) -> str:
    return sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((ip, NETWORK_BITS), strict=False)) if isinstance(ip, IPv6Address) else address
