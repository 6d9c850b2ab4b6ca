"""Whose conversations they are."""

import time

import sqlalchemy as sa

from nicewen.services.store.database import Database
from nicewen.services.store.tables import clean, users
from nicewen.services.store.upserts import insert_or_nothing
from nicewen.services.store.values import new_id


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
