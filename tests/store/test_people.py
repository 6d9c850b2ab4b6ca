"""Who may log in, on both databases, also while another process has the database."""

import asyncio

import pytest
import sqlalchemy as sa

from nicewen.services.errors import StartError
from nicewen.services.store import Store, people_at
from nicewen.services.store.people import Person
from store.asked import asked, opened


async def test_a_password_is_kept_changed_and_taken_away(store: Store) -> None:
    people = store.people
    assert await people.password_hash("ada") is None
    for value in ("one", "two", None):
        await people.set_password_hash("ada", value)
        assert await people.password_hash("ada") == value
    assert await people.password_hash("eve") is None


async def test_a_better_hash_does_not_bring_back_a_password_that_was_changed(store: Store) -> None:
    await store.people.set_password_hash("ada", "old")
    await store.people.renew_password_hash("ada", "old", "old, but better")
    assert await store.people.password_hash("ada") == "old, but better"
    await store.people.set_password_hash("ada", "new")
    await store.people.renew_password_hash("ada", "old, but better", "old, best")
    assert await store.people.password_hash("ada") == "new"


async def test_every_change_of_a_password_and_every_log_out_ends_what_was_begun(store: Store) -> None:
    people, seen = store.people, [0]
    await store.user("ada")
    await store.user("eve")
    changes = (
        people.set_password_hash("ada", "one"),
        people.set_password_hash("ada", None),
        people.end_sessions("ada"),
    )
    for change in changes:
        await change
        seen.append((await people.generations(["ada"]))["ada"])
    assert seen == [0, 1, 2, 3]
    await people.renew_password_hash("ada", "hash", "better")
    assert await people.generations(["ada", "eve", "nobody"]) == {"ada": 3, "eve": 0}


async def test_all_processes_get_the_same_secret(store: Store) -> None:
    got = await asyncio.gather(*(store.people.secret("sessions", f"new {number}") for number in range(5)))
    assert len(set(got)) == 1
    assert await store.people.secret("sessions", "later") == got[0]
    assert await store.people.secret("others", "another") == "another"


async def test_everybody_is_listed_with_what_they_have(store: Store) -> None:
    await store.people.set_password_hash("eve", "hash")
    ada = await store.user("ada")
    for _ in range(2):
        await asked(store, ada)
    listed = [one for one in await store.people.all() if one.name != "local"]
    assert listed == [Person("ada", False, 2), Person("eve", True, 0)]
    assert await store.people.delete_conversations("ada") == 2
    assert await store.people.delete_conversations("ada") == 0
    assert not await store.conversations(ada)


async def test_people_can_be_changed_while_a_nicewen_runs(url: str) -> None:
    async with opened(url) as running:
        async with people_at(url) as people:
            await people.set_password_hash("ada", "hash")
        assert await running.people.password_hash("ada") == "hash"
    async with people_at(url) as people:
        assert await people.password_hash("ada") == "hash"


async def test_a_running_nicewen_of_another_version_is_left_alone(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/n.db"
    async with opened(url) as running:
        async with running.writing() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        with pytest.raises(StartError, match="in use by another Nicewen"):
            async with people_at(url):
                pass
