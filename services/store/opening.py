"""Opening a database: what has to hold before the first question, each failure as one sentence."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from nicewen.services.errors import StartError, StoreError
from nicewen.services.store.address import Address
from nicewen.services.store.database import Database
from nicewen.services.store.migrating import migrate
from nicewen.services.store.ownership import Ownership
from nicewen.services.store.parts import prune_parts
from nicewen.services.store.recovery import recover
from nicewen.services.store.trouble import trouble_of

_SENTENCES = {
    "store-damaged": "start-database-not-one",
    "store-gone": "start-database-read-only",
    "store-read-only": "start-database-read-only",
    "store-unreachable": "start-database-unreachable",
}


async def open_database(database: Database, ownership: Ownership) -> tuple[str, ...]:
    """Claim the database, connect, migrate and tidy up; on failure everything is given back.

    Returns the ids of the answers that a dead process had left.

    Raises:
        StartError: It cannot be used; the sentence says why.
    """
    async with _start_errors(database.address):
        await ownership.begin()
        try:
            database.connect()
            await migrate(database)
            database.remember_file()
            recovered = await recover(database, ownership)
            async with database.writing() as connection:
                await prune_parts(connection)
            return recovered
        except BaseException:
            await close_database(database, ownership)
            raise


async def close_database(database: Database, ownership: Ownership) -> None:
    """Close every connection, then give the claim back."""
    try:
        await database.disconnect()
    finally:
        await ownership.end()


@asynccontextmanager
async def _start_errors(address: Address) -> AsyncIterator[None]:
    try:
        yield
    except (StoreError, SQLAlchemyError, OSError) as error:
        trouble = trouble_of(error)
        key = _SENTENCES.get(trouble.key, "start-database-failed")
        raise StartError(key, place=address.place, reason=trouble.reason) from error
