"""A large import holds up no running answer, and is there at once or not at all, whatever ends it."""

import asyncio
import subprocess
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from nicewen.services.errors import StoreError
from nicewen.services.exchange.trees import renamed
from nicewen.services.store import Store
from nicewen.services.store.tables import STAGED, conversations, messages, search_entries
from store.asked import answered, opened, text_of, writing
from store.children import ENVIRONMENT, program
from store.imported import many


async def test_a_running_answer_is_saved_again_and_again_during_an_import_which_appears_at_its_end(
    store: Store,
) -> None:
    user = await store.user("ada")
    one = await writing(store, user)
    importing = asyncio.create_task(store.save_transcripts(user, many(60), renamed))
    saves = 0
    while not importing.done():
        one.text.append("天气。")
        assert await store.save()
        if not importing.done():
            saves += 1
            assert await text_of(store, one.id) == "".join(one.text)
            shown = {row.id for row in await store.conversations(user)}
            found = await store.search(user, "lake")
            assert importing.done() or (shown == {one.question.conversation_id} and found == [])
    assert saves > 3
    assert await importing == (60, 0)
    assert len(await store.conversation_ids(user)) == 61
    assert len(await store.search(user, "lake", limit=100)) == 60


async def test_a_killed_import_leaves_nothing_and_can_be_had_again(url: str) -> None:
    await asyncio.to_thread(kill_one, url)
    async with opened(url) as store:
        user = await store.user("ada")
        assert await store.conversations(user) == []
        assert await store.search(user, "lake") == []
        await until_nothing_is_left(store)
        one, two = many(2)
        assert await store.save_transcripts(user, [one, two], renamed) == (2, 0)
        assert await store.conversation_ids(user) == [one.conversation.id, two.conversation.id]


async def test_an_import_that_fails_late_leaves_nothing_and_can_be_had_again(store: Store) -> None:
    user = await store.user("ada")
    kept = await answered(store, user, "lake", "茶")
    *good, bad = many(20)
    orphan = replace(bad, messages=bad.messages[1:])
    with pytest.raises(StoreError):
        await store.save_transcripts(user, [*good, orphan], renamed)
    assert await store.conversation_ids(user) == [kept.conversation_id]
    assert await store.save_transcripts(user, [*good, bad, bad], renamed) == (20, 1)
    ids = await store.conversation_ids(user)
    assert set(ids) == {kept.conversation_id, *(one.conversation.id for one in (*good, bad))}
    assert len(await store.search(user, "lake", limit=100)) == 21


async def test_an_import_that_nobody_waits_for_any_more_leaves_nothing_and_holds_up_nobody(store: Store) -> None:
    user = await store.user("ada")
    one = await writing(store, user)
    importing = asyncio.create_task(store.save_transcripts(user, many(100), renamed))
    await asyncio.sleep(0.3)  # the moment is what is tried here
    importing.cancel()
    await asyncio.gather(importing, return_exceptions=True)
    one.text.append("天气。")
    assert await store.save()
    assert await store.save_transcripts(user, [], renamed) == (0, 0)  # one after the other
    assert await store.conversation_ids(user) == [one.question.conversation_id]
    assert await count(store, messages) == 2


async def test_what_is_being_imported_cannot_be_undeleted_or_purged(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "?")
    async with store.writing() as connection:
        await connection.execute(sa.update(conversations).values(deleted_at=STAGED))
    assert not await store.undelete(user, one.conversation_id)
    assert await store.purge(time.time() + 1e9) == 0


def kill_one(url: str) -> None:
    """Let a process import, and kill it in the middle."""
    command = program("killed_import.py", url)
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.kill()
        assert process.stdout.read() == ""


async def until_nothing_is_left(store: Store) -> None:
    """Wait until the rows of half an import are removed, and their words."""
    async with asyncio.timeout(20):
        while await count(store, conversations):  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.01)
    assert await count(store, messages) == 0
    assert await count(store, search_entries) == 0
    async with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            left = await connection.exec_driver_sql("SELECT count(*) FROM search_words WHERE search_words MATCH 'lake'")
            assert left.scalar() == 0


async def count(store: Store, table: sa.Table) -> int:
    async with store.writing() as connection:
        return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
