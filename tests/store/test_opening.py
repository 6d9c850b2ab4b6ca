"""A database that cannot be used is told in one sentence; one that can is brought up to date."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from nicewen.services.errors import StartError
from nicewen.services.store import Store, new_id
from nicewen.services.store.address import address_of, default_path
from nicewen.services.store.indexes import metadata
from nicewen.services.store.migrating import NEWEST, copy_of
from nicewen.services.store.upgrading import config
from store.asked import answered, opened, question
from store.children import ENVIRONMENT, program
from store.postgres_server import PostgresServer


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nicewen.db",
        "mysql://host/x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/x",
        "http://x",
        "sqlite:///x?mode=ro",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(StartError, match="looks like sqlite:///nicewen"):
        Store(url)


def test_both_ways_to_write_a_file_mean_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = ["sqlite:///a.db", "sqlite+aiosqlite:///a.db", f"sqlite:///{tmp_path}/a.db"]
    assert {address_of(url).path for url in written} == {tmp_path / "a.db"}
    assert address_of(None).path == default_path()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg"])
def test_an_address_of_postgres_shows_neither_user_nor_password(scheme: str) -> None:
    address = address_of(f"{scheme}://user:secret@host/name?sslmode=require")
    assert address.place == "host/name"
    assert (address.url.drivername, address.url.query["sslmode"]) == ("postgresql+psycopg", "require")


def test_without_its_driver_an_address_of_postgres_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StartError, match=r"pip install .nicewen\[postgres\]"):
        Store("postgresql://host/name")


async def refused(url: str) -> str:
    with pytest.raises(StartError) as told:
        await Store(url, patience=0).open()
    assert "secret" not in str(told.value)
    return told.value.key


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert await refused(f"sqlite:///{tmp_path}/file/nicewen.db") == "start-database-folder"


async def test_a_folder_that_stands_where_the_file_belongs_is_told(tmp_path: Path) -> None:
    (tmp_path / "nicewen.db").mkdir()
    assert await refused(f"sqlite:///{tmp_path}/nicewen.db") == "start-database-read-only"


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "nicewen.db"
    file.write_text("this is a diary, not a database " * 100)
    before = file.read_bytes()
    assert await refused(f"sqlite:///{file}") == "start-database-not-one"
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_file_that_may_not_be_written_is_told(tmp_path: Path, mode: int) -> None:
    """Run as a user for whom the file's mode counts."""
    file = tmp_path / "nicewen.db"
    asyncio.run(_open_and_close(f"sqlite:///{file}"))
    file.chmod(mode)
    ended = as_another("refused_start.py", f"sqlite:///{file}")
    assert ended.stdout.split() == ["start-database-read-only"], ended.stderr


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(0o555)
    ended = as_another("refused_start.py", f"sqlite:///{folder}/nicewen.db")
    assert ended.stdout.split() == ["start-database-folder"], ended.stderr


async def _open_and_close(url: str) -> None:
    async with opened(url):
        pass


def as_another(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this folder as somebody to whom the modes of files apply, which they do not to root."""
    mortal = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*mortal, *program(name, *arguments)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_server_that_is_not_there_is_told() -> None:
    assert await refused("postgresql://user:secret@127.0.0.1:1/x") == "start-database-unreachable"


async def test_a_database_or_user_the_server_does_not_know_is_told(postgres: PostgresServer) -> None:
    assert await refused(postgres.url("no_such_database")) == "start-database-unreachable"
    assert await refused(postgres.url("postgres").replace("nicewen@", "nobody:secret@")) == "start-database-unreachable"


def modes_of(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.glob("nicewen.db*")}


async def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        async with opened(f"sqlite:///{tmp_path}/nicewen.db"):
            modes = modes_of(tmp_path)
    finally:
        os.umask(before)
    assert {modes[name] for name in ("nicewen.db", "nicewen.db-wal", "nicewen.db-shm")} == {0o600}


async def test_a_second_nicewen_on_one_file_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nicewen.db"
    async with opened(url):
        assert await refused(url) == "start-database-in-use"
    async with opened(url):
        pass


async def test_several_share_one_server(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    async with opened(url) as one, opened(url) as two:
        user = await one.user("ada")
        saved = await answered(one, user, "weather")
        assert len(await two.search(user, "weather")) == 1
        again = await two.save_question(saved)
        assert again.was_there


async def test_two_processes_save_one_question_once(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    async with opened(url) as one, opened(url) as two:
        user = await one.user("ada")
        for _ in range(10):
            asked = question(user)
            other = question(user, client_id=asked.client_id)
            saved = await asyncio.gather(one.save_question(asked), two.save_question(other))
            assert sorted(each.was_there for each in saved) == [False, True]
            assert saved[0].answer_id == saved[1].answer_id


def test_two_that_start_at_once_on_a_new_database_make_it_once(url: str) -> None:
    """On a file one of them is refused; on a server both work."""
    command = program("refused_start.py", url)
    started = [subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(process.communicate()[0].strip() for process in started)
    is_file = url.startswith("sqlite")
    assert set(said) <= ({"open", "start-database-in-use"} if is_file else {"open"})
    assert "open" in said
    asyncio.run(_open_and_close(url))


async def test_a_database_of_a_newer_nicewen_is_refused_and_left_alone(url: str) -> None:
    async with opened(url) as store, store.writing() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert await refused(url) == "start-database-newer"
    assert await refused(url) == "start-database-newer"


async def test_a_file_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "nicewen.db"
    await asyncio.to_thread(make_first_version, f"sqlite:///{file}")
    async with opened(f"sqlite:///{file}") as store:
        user = await store.user("ada")
        assert [each.title for each in await store.search(user, "天气")] == ["天气", "天气"]
    copy = copy_of(file, "0001")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert connection.execute("SELECT text FROM messages").fetchall() == [("今天天气怎么样",)]
    assert set(os.listdir(tmp_path)) == {"nicewen.db", "nicewen.db.lock", copy.name}  # noqa: PTH208  not on the loop


async def test_an_older_database_is_migrated_with_what_is_in_it(url: str) -> None:
    await asyncio.to_thread(make_first_version, url)
    async with opened(url) as store:
        user = await store.user("ada")
        assert [each.message_id is None for each in await store.search(user, "天气")] == [True, False]
        assert len(await store.conversations(user)) == 1


def test_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    asyncio.run(_open_and_close(url))
    engine = sa.create_engine(synchronous(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == NEWEST
    engine.dispose()


def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Leave out what only one of the two databases has, and SQLite's own names for indexes of keys."""
    return not str(name).startswith("search_words") and (kind, name) not in {
        ("column", "words"),
        ("index", "ix_search_entries_words"),
    }


def synchronous(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg:")


def make_first_version(url: str) -> None:
    """Make a database as the first migration left it, with one question in it."""
    engine = sa.create_engine(synchronous(url))
    with engine.begin() as connection:
        command.upgrade(config(connection), "0001")
        tables = {name: sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("users", "conversations")}
        connection.execute(tables["users"].insert().values(id="u", name="ada", created_at=1.0))
        row = {"id": "c", "user_id": "u", "title": "天气", "created_at": 1.0, "updated_at": 1.0}
        connection.execute(tables["conversations"].insert().values(row))
        values = {"id": new_id(), "conversation_id": "c", "role": "user", "state": "done", "created_at": 1.0}
        connection.execute(metadata.tables["messages"].insert().values(**values, text="今天天气怎么样"))
    engine.dispose()
