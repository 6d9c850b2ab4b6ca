"""Whose conversations they are, and who may log in as whom."""

import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from nicewen.services.errors import StartError
from nicewen.services.store.address import address_of
from nicewen.services.store.database import Database
from nicewen.services.store.migrating import is_newest
from nicewen.services.store.opening import close_database, open_database
from nicewen.services.store.ownership import ownership_of
from nicewen.services.store.tables import clean, conversations, secrets, users
from nicewen.services.store.upserts import insert_or_nothing
from nicewen.services.store.values import new_id

_U, _C = users.c, conversations.c


@dataclass(frozen=True, slots=True)
class Person:
    """A user who has a password, or conversations, or both."""

    name: str
    has_password: bool
    conversations: int


class People:
    """Users, their passwords' hashes and the number of times all their sessions were ended (`generation`).

    Raises:
        StoreError: The database cannot do its part.
    """

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def all(self) -> list[Person]:
        """Return everybody, by name."""
        own = sa.and_(_C.user_id == _U.id, _C.deleted_at.is_(None))
        query = (
            sa.select(_U.name, _U.password_hash.is_not(None), sa.func.count(_C.id))
            .outerjoin(conversations, own)
            .group_by(_U.id, _U.name, _U.password_hash)
            .order_by(_U.name)
        )
        async with self._database.reading() as connection:
            return [Person(name, bool(has), count) for name, has, count in await connection.execute(query)]

    async def password_hash(self, name: str) -> str | None:
        """Return the hash of the password of somebody who may log in; else None."""
        found = await self.password(name)
        return found[0] if found else None

    async def password(self, name: str) -> tuple[str, int] | None:
        """Return the hash of a password, and the generation of the sessions that it may begin."""
        query = sa.select(_U.password_hash, _U.session_generation).where(_U.name == clean(name))
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).first()
            return None if found is None or found[0] is None else (str(found[0]), int(found[1]))

    async def set_password_hash(self, name: str, value: str | None) -> None:
        """Give somebody a password, or take it away; all their sessions end."""
        await user_named(self._database, name)
        await self._change(name, password_hash=value, session_generation=_U.session_generation + 1)

    async def renew_password_hash(self, name: str, old: str, value: str) -> None:
        """Keep the hash of the same password in a better form, unless it was changed meanwhile; sessions go on."""
        same = sa.update(users).where(_U.name == clean(name), _U.password_hash == old)
        async with self._database.writing() as connection:
            await connection.execute(same.values(password_hash=value))

    async def generations(self, names: Collection[str]) -> Mapping[str, int]:
        """Return each one's generation; who is not there has none."""
        query = sa.select(_U.name, _U.session_generation).where(_U.name.in_([clean(name) for name in names]))
        async with self._database.reading() as connection:
            return {name: int(generation) for name, generation in await connection.execute(query)}

    async def end_sessions(self, name: str) -> None:
        """Raise a user's generation."""
        await self._change(name, session_generation=_U.session_generation + 1)

    async def delete_conversations(self, name: str) -> int:
        """Hide all conversations of a user until they are removed for ever; return how many."""
        own = sa.select(_U.id).where(_U.name == clean(name)).scalar_subquery()
        hidden = sa.update(conversations).where(_C.user_id == own, _C.deleted_at.is_(None))
        async with self._database.writing() as connection:
            return (await connection.execute(hidden.values(deleted_at=time.time()))).rowcount

    async def secret(self, name: str, new: str) -> str:
        """Return the secret of this name, which is `new` if there was none; all processes get the same."""
        query = sa.select(secrets.c.value).where(secrets.c.name == name)
        async with self._database.reading() as connection:
            if found := await connection.scalar(query):
                return str(found)
        async with self._database.writing() as connection:
            await connection.execute(insert_or_nothing(connection, secrets, "name").values(name=name, value=new))
        async with self._database.reading() as connection:
            return str(await connection.scalar(query))

    async def _change(self, name: str, **values: object) -> None:
        async with self._database.writing() as connection:
            await connection.execute(sa.update(users).where(_U.name == clean(name)).values(**values))


@asynccontextmanager
async def people_at(url: str | None) -> AsyncIterator[People]:
    """Open a database for its people alone, also while a Nicewen runs with it.

    Raises:
        StartError: It cannot be used.
    """
    address = address_of(url)
    database, ownership = Database(address), ownership_of(address, 0)
    try:
        await open_database(database, ownership)
    except StartError as error:
        if error.key != "start-database-in-use":
            raise
        database.connect()
        if not await is_newest(database):
            await database.disconnect()
            raise
        try:
            yield People(database)
        finally:
            await database.disconnect()
        return
    try:
        yield People(database)
    finally:
        await close_database(database, ownership)


async def user_named(database: Database, name: str) -> str:
    """Return the id of the user of this name; two calls at once add one user."""
    name = clean(name)
    query = sa.select(users.c.id).where(users.c.name == name)
    async with database.reading() as connection:
        if found := await connection.scalar(query):
            return str(found)
    async with database.writing() as connection:
        row = {"id": new_id(), "name": name, "created_at": time.time()}
        await connection.execute(insert_or_nothing(connection, users, "name").values(row))
    async with database.reading() as connection:
        return str(await connection.scalar(query))
