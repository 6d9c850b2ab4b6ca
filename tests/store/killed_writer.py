"""Writes answers without end, and says how far each has come: to be killed.

Each line is the time in seconds (of a clock all processes share), the pieces so far, and how long saving took at worst.
"""

import asyncio
import sys
import time

import sqlalchemy as sa

from nicewen.services.store import Store
from store.asked import writing

ANSWERS = 5


def piece(answer: int, at: int) -> str:
    """Return a piece that no other place has."""
    return f"{answer}/{at} 天气。"


async def main(url: str) -> None:
    slowest = 0.0
    began = 0.0

    def begun(_: sa.Connection) -> None:
        nonlocal began
        began = time.monotonic()

    def ended(_: sa.Connection) -> None:
        nonlocal slowest
        slowest = max(slowest, time.monotonic() - began)

    store = Store(url)
    await store.open()
    sa.event.listen(sa.Engine, "begin", begun)
    sa.event.listen(sa.Engine, "commit", ended)
    user = await store.user("ada")
    answers = [await writing(store, user) for _ in range(ANSWERS)]
    print(" ".join(one.id for one in answers), flush=True)
    slowest, at = 0.0, 0
    while True:
        for number, one in enumerate(answers):
            (one.thinking if at < 20 else one.text).append(piece(number, at))
        at += 1
        print(time.monotonic(), at, slowest, flush=True)
        await asyncio.sleep(0.005)  # the pace of the tokens


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
