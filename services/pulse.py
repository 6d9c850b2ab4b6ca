"""Waking whoever follows something that changes."""

import asyncio


class Pulse:
    """Counts changes; any number of followers wait until there are more than they have seen.

    A follower that sleeps through many beats wakes once: nothing is queued for it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._resting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Note a change and wake all who wait."""
        self.count += 1
        waiting, self._waiting = self._waiting, set()
        _wake(waiting)

    def hurry(self) -> None:
        """Wake all who rest: what has come is worth a look at once."""
        _wake(self._resting)

    async def rest(self, seconds: float) -> None:
        """Let changes come together for so long, or until there is reason to hurry."""
        future = asyncio.get_running_loop().create_future()
        self._resting.add(future)
        try:
            await asyncio.wait((future,), timeout=seconds)
        finally:
            self._resting.discard(future)

    async def after(self, count: int) -> int:
        """Wait until there have been more beats than `count`; return how many there are now."""
        while self.count <= count:
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self.count


def _wake(futures: set[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
