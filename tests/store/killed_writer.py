"""Writes answers without end, and says how far each has come: to be killed.

Each line is the time in seconds (of a clock all processes share), the pieces so far, and how slow this machine was at
worst: the longest save, the one that has not ended yet too, and how late its loop was at most.
"""

import asyncio
import sys
import time

import sqlalchemy as sa

from nicewen.services.store import Store
from store.asked import writing

ANSWERS = 5
PACE = 0.005
"""Seconds between two tokens."""


def piece(answer: int, at: int) -> str:
    """Return a piece that no other place has."""
    return f"{answer}/{at} 天气。"


async def main(url: str) -> None:
    slowest = late = 0.0
    began: float | None = None

    def begun(*_: object) -> None:
        nonlocal began
        began = time.monotonic()

    def ended(*_: object) -> None:
        nonlocal slowest, began
        slowest, began = max(slowest, so_far()), None

    def so_far() -> float:
        return 0.0 if began is None else time.monotonic() - began

    store = Store(url)
    await store.open()
    sa.event.listen(sa.Pool, "checkout", begun)
    sa.event.listen(sa.Pool, "checkin", ended)
    user = await store.user("ada")
    answers = [await writing(store, user) for _ in range(ANSWERS)]
    print(" ".join(one.id for one in answers), flush=True)
    slowest, at, last = 0.0, 0, time.monotonic()
    while True:
        for number, one in enumerate(answers):
            (one.thinking if at < 20 else one.text).append(piece(number, at))
        at += 1
        now = time.monotonic()
        late, last = max(late, now - last - PACE), now
        print(now, at, max(slowest, so_far()) + late, flush=True)
        await asyncio.sleep(PACE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
