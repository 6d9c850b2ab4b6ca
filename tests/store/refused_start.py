"""Opens a store and says the key of the sentence that refuses it, or `open`."""

import asyncio
import sys

from nicewen.services.errors import StartError
from nicewen.services.store import Store


async def main(url: str) -> str:
    store = Store(url, patience=0)
    try:
        await store.open()
    except StartError as error:
        return error.key
    await store.close()
    return "open"


if __name__ == "__main__":
    print(asyncio.run(main(sys.argv[1])))
