"""While nothing can be saved, the answer goes on; once it can, nothing is missing."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nicewen.services.errors import StoreError
from nicewen.services.language import LANGUAGES, Language
from nicewen.services.store import Question, Store, Trouble
from store.asked import Written, asked, opened, text_of, writing
from store.children import ENVIRONMENT, program
from store.postgres_server import PostgresServer
from store.watching import listening

PIECE = "天气很好。" * 400  # 6 kB


class Watched:
    """A store on a file, and each change of its trouble as it is told."""

    def __init__(self, url: str) -> None:
        self.told: asyncio.Queue[Trouble | None] = asyncio.Queue()
        self.store = Store(url, on_trouble=self.told.put_nowait, patience=0)

    async def next_trouble(self) -> str | None:
        async with asyncio.timeout(30):
            trouble = await self.told.get()
        assert trouble == self.store.trouble
        return trouble.key if trouble else None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nicewen.db"


@pytest.fixture
async def watched(file: Path) -> AsyncIterator[Watched]:
    one = Watched(f"sqlite:///{file}")
    await one.store.open()
    try:
        yield one
    finally:
        await one.store.close()


async def write_on(one: Written, pieces: int) -> None:
    for _ in range(pieces):
        one.text.append(PIECE)
        await asyncio.sleep(0)


async def set_pages(store: Store, count: int) -> None:
    async with store.writing() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={count}")


async def test_a_full_disk_stops_saving_until_there_is_room(watched: Watched) -> None:
    store = watched.store
    one = await writing(store, await store.user("ada"))
    await set_pages(store, 60)
    await write_on(one, 60)
    assert await watched.next_trouble() == "store-full"
    with pytest.raises(StoreError, match="disk is full"):
        await asked(store, one.question.user_id, PIECE * 50)
    await write_on(one, 60)
    await set_pages(store, 100_000)
    assert await watched.next_trouble() is None
    assert await store.save()
    assert await text_of(store, one.id) == "".join(one.text)
    store.finish(one.ended())
    assert await store.save()
    assert await text_of(store, one.id) == "".join(one.text)


async def test_a_program_that_holds_the_file_delays_saving(watched: Watched, file: Path) -> None:
    store = watched.store
    one = await writing(store, await store.user("ada"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await write_on(one, 5)
        assert await watched.next_trouble() == "store-locked"
        assert await text_of(store, one.id) == ""
        await write_on(one, 5)
        other.execute("ROLLBACK")
    assert await watched.next_trouble() is None
    assert await store.save()
    assert await text_of(store, one.id) == "".join(one.text)


async def cancelled_at(number: int, work: Coroutine[Any, Any, object]) -> object:
    """Return what becomes of work that is cancelled in the middle of its statement of this number."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        if asyncio.current_task() is task:
            left -= 1
            if left == 0:
                task.cancel()

    task = asyncio.create_task(work)
    with listening("before_cursor_execute", count):
        (ended,) = await asyncio.gather(task, return_exceptions=True)
    return ended


async def test_what_is_given_up_half_way_lets_go_of_the_file(watched: Watched) -> None:
    store = watched.store
    user_id = await store.user("ada")
    one = await asked(store, user_id)
    ended: list[object] = []  # with all that their frames hold
    while not (ended and isinstance(ended[-1], Question)):
        again = asked(store, user_id, "?", conversation_id=one.conversation_id, parent_id=one.answer_id)
        ended.append(await cancelled_at(len(ended) + 1, again))
        await asked(store, user_id, "and this is saved at once")
    assert {type(one) for one in ended[:-1]} == {asyncio.CancelledError}
    assert len(ended) > 4, "there are several statements to be cancelled in"


async def test_a_file_that_is_moved_away_and_back_has_everything(watched: Watched, file: Path) -> None:
    store = watched.store
    one = await writing(store, await store.user("ada"))
    elsewhere = file.with_name("elsewhere.db")
    os.rename(file, elsewhere)  # noqa: PTH104  pathlib is taken to block
    await write_on(one, 5)
    assert await watched.next_trouble() == "store-gone"
    os.rename(elsewhere, file)  # noqa: PTH104
    assert await watched.next_trouble() is None
    assert await store.save()
    assert await text_of(store, one.id) == "".join(one.text)


async def test_an_answer_that_ends_during_trouble_is_saved_after_it(watched: Watched) -> None:
    store = watched.store
    one = await writing(store, await store.user("ada"))
    await set_pages(store, 40)
    await write_on(one, 60)
    store.finish(one.ended())
    assert await watched.next_trouble() == "store-full"
    await set_pages(store, 100_000)
    assert await watched.next_trouble() is None
    row = (await store.messages([one.id]))[0]
    assert (row.text, row.state) == ("".join(one.text), "done")


def test_a_file_that_may_not_grow_stops_saving_until_it_may(tmp_path: Path) -> None:
    """In a child process: `RLIMIT_FSIZE`, at which the system refuses to write and sends SIGXFSZ."""
    ended = subprocess.run(
        program("limited_file.py", f"sqlite:///{tmp_path}/nicewen.db"),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["store-failing", "None", "whole"]), ended.stderr


async def test_a_server_that_stops_and_starts_again_misses_nothing(own_postgres: PostgresServer) -> None:
    watched = Watched(own_postgres.new_database())
    store = watched.store
    await store.open()
    one = await writing(store, await store.user("ada"))
    ended = await writing(store, one.question.user_id)
    await write_on(one, 5)
    assert await store.save()
    own_postgres.stop()
    await write_on(one, 5)
    ended.text.append("the end")
    store.finish(ended.ended())
    assert await watched.next_trouble() == "store-unreachable"
    with pytest.raises(StoreError, match="cannot be reached"):
        await text_of(store, one.id)
    own_postgres.start()
    assert await watched.next_trouble() is None
    assert await store.save()
    assert await text_of(store, one.id) == "".join(one.text)
    assert await text_of(store, ended.id) == "the end"
    async with opened(own_postgres.url("test_0")) as other:
        assert await other.recover() == ()  # the first took its lock again, so its answer is known to live
        assert (await other.messages([one.id]))[0].state == "writing"
    await store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_trouble_has_a_sentence(language: Language) -> None:
    keys = ("full", "read-only", "locked", "gone", "damaged", "unreachable", "failing")
    assert len({Trouble(f"store-{key}", "why").sentence(language) for key in keys}) == len(keys)
