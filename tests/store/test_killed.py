"""A process that is killed loses at most the last quarter of a second, and tears nothing."""

import asyncio
import random
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from nicewen.services.store import MessageRow, Store
from nicewen.services.store.writer import BEHIND
from store.asked import answered, opened, writing
from store.children import ENVIRONMENT, program
from store.killed_writer import ANSWERS, piece
from store.postgres_server import PostgresServer

PROMISED = 0.25
"""Seconds of text that may be lost where the machine is not slow; how slow it is, the process itself tells."""


async def test_what_a_killed_process_wrote_is_there(url: str) -> None:
    for _ in range(5):
        await kill_once(url)


@pytest.mark.soak
async def test_what_a_process_killed_a_hundred_times_wrote_is_there(url: str) -> None:
    for _ in range(100):
        await kill_once(url)


async def kill_once(url: str) -> None:
    ids, lines, killed_at = await asyncio.to_thread(killed, url, random.uniform(0.02, 1.5))
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    store = Store(url, patience=0)
    assert set(await store.open()) == set(ids)
    try:
        last, slow = lines[-1][1], lines[-1][2]
        promised = max((at for when, at, _ in lines if when < killed_at - max(PROMISED, BEHIND + slow)), default=0)
        for number, row in enumerate(await store.messages(ids)):
            check(row, number, promised, last)
    finally:
        await store.close()


def killed(url: str, seconds: float) -> tuple[list[str], list[tuple[float, int, float]], float]:
    """Let a process write for some time and kill it; return its answers' ids, what it said, and when it ended."""
    process = subprocess.Popen(program("killed_writer.py", url), env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ids = process.stdout.readline().split()
    assert len(ids) == ANSWERS
    time.sleep(seconds)  # the moment of the kill is what is tried here
    process.kill()
    killed_at = time.monotonic()
    said, _, _ = process.stdout.read().rpartition("\n")  # the kill may have cut the last line
    lines = [line.split() for line in said.splitlines()]
    process.wait()
    process.stdout.close()
    return ids, [(float(when), int(at), float(slow)) for when, at, slow in lines], killed_at


def check(row: MessageRow, number: int, promised: int, last: int) -> None:
    """Hold an answer to what was promised: an exact beginning of what was written, and nearly all of it."""
    pieces = [piece(number, at) for at in range(last + 1)]
    assert row.state == "interrupted"
    assert "".join(pieces[:20]).startswith(row.thinking)
    assert "".join(pieces[20:]).startswith(row.text)
    assert len(row.thinking + row.text) >= len("".join(pieces[:promised]))
    assert row.ended_at is not None


async def test_a_recovered_answer_is_found_and_its_pieces_are_gone(url: str) -> None:
    async with opened(url) as store:
        one = await writing(store, await store.user("ada"))
        one.text.append("unfinished thoughts")
    async with opened(url) as store:
        assert [each.message_id for each in await store.search(one.question.user_id, "thoughts")] == [one.id]
        again = await answered(store, one.question.user_id, "go on")
        assert again.answer_id != one.id
    async with opened(url) as store:
        assert await store.recover() == ()


async def test_only_the_dead_are_interrupted_where_several_share_a_server(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    async with opened(url) as living:
        user = await living.user("ada")
        kept = await writing(living, user)
        kept.text.append("alive")
        assert await living.save()
        async with opened(url) as dying:
            lost = await writing(dying, user)
            lost.text.append("last words")
        one, two = Store(url), Store(url)
        recovered = await asyncio.gather(one.open(), two.open())
        assert sorted(recovered) == [(), (lost.id,)]
        states = [(row.state, row.text) for row in await one.messages([kept.id, lost.id])]
        assert states == [("writing", "alive"), ("interrupted", "last words")]
        await asyncio.gather(one.close(), two.close())


async def test_an_answer_given_up_by_mistake_is_whole_in_the_end(postgres: PostgresServer) -> None:
    """A process cut off from the server for a while is taken for dead; what it saves afterwards still counts."""
    url = postgres.new_database()
    async with opened(url) as store:
        one = await writing(store, await store.user("ada"))
        one.text.append("first ")
        assert await store.save()
        async with store.writing() as connection:
            await connection.exec_driver_sql("UPDATE messages SET owner = '1' WHERE owner IS NOT NULL")
        async with opened(url) as other:
            assert (await other.messages([one.id]))[0].state == "interrupted"
        one.text.append("then more")
        assert await store.save()
        store.finish(one.ended())
        assert await store.save()
        row = (await store.messages([one.id]))[0]
        assert (row.text, row.state) == ("first then more", "done")
        assert len(await store.search(one.question.user_id, "more")) == 1
