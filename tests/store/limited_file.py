"""Writes an answer while the file may not grow, then lets it; says each trouble, and `whole` if nothing is missing."""

import asyncio
import resource
import sys

from nicewen.services.store import Store, Trouble
from store.asked import text_of, writing


async def main(url: str) -> None:
    told: asyncio.Queue[Trouble | None] = asyncio.Queue()
    store = Store(url, on_trouble=told.put_nowait)
    await store.open()
    one = await writing(store, await store.user("ada"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
    for _ in range(200):
        one.text.append("天气很好。" * 400)
    for change in ((soft, hard), None):
        trouble = await told.get()
        print(trouble and trouble.key, flush=True)
        if change:
            resource.setrlimit(resource.RLIMIT_FSIZE, change)
    store.finish(one.ended())
    assert await store.save()
    print("whole" if await text_of(store, one.id) == "".join(one.text) else "torn")
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
