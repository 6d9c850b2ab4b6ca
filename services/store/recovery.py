"""Answers whose process is gone: what was saved of them is joined, and they count as interrupted."""

import time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.database import Database
from nicewen.services.store.ending import interrupt
from nicewen.services.store.ownership import Ownership
from nicewen.services.store.parts import joined_parts
from nicewen.services.store.tables import messages

_owner = messages.c.owner


async def recover(database: Database, ownership: Ownership) -> tuple[str, ...]:
    """Interrupt the answers of dead processes; return their ids."""
    async with database.reading() as connection:
        query = sa.select(_owner).where(_owner.is_not(None), _owner != ownership.name).distinct()
        owners = (await connection.scalars(query)).all()
    recovered: list[str] = []
    for owner in owners:
        async with database.writing() as connection:
            if await ownership.is_dead(connection, str(owner)):
                recovered += await _interrupt_all(connection, str(owner))
    return tuple(recovered)


async def _interrupt_all(connection: AsyncConnection, owner: str) -> list[str]:
    ids = list((await connection.scalars(sa.select(messages.c.id).where(_owner == owner))).all())
    for message_id in ids:
        parts = await joined_parts(connection, [message_id])
        await interrupt(connection, message_id, *parts.get(message_id, ("", "")), now=time.time())
    return ids
