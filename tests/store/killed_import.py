"""Imports many conversations into a database, and says `begun` once some of them are in its file: to be killed."""

import asyncio
import sys

import sqlalchemy as sa

from nicewen.services.exchange.trees import renamed
from nicewen.services.store import Store, Transcript
from store.imported import many


async def main(url: str) -> None:
    store = Store(url)
    await store.open()
    turns = 0

    def committed(_: sa.Connection) -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            print("begun", flush=True)

    user = await store.user("ada")
    transcripts: list[Transcript] = many(200)
    if url.startswith("postgres"):
        print("begun", flush=True)
    sa.event.listen(sa.Engine, "commit", committed)
    await store.save_transcripts(user, transcripts, renamed)
    print("ended", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
