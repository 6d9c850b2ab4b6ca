"""Pieces of running answers in the database: appended while they run, joined at their end."""

import time
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.following import Parts
from nicewen.services.store.tables import clean, message_parts, messages, raw_events
from nicewen.services.store.upserts import insert_or_replace
from nicewen.services.store.values import RawEvent

RECORD = "\x1e"
"""What begins each raw event in a row, as in JSON text sequences (RFC 7464); it is followed by a time and a space."""

_KEY = ["message_id", "seq"]

_THINKING_BEGAN = (
    sa.update(messages)
    .where(messages.c.id == sa.bindparam("message"))
    .values(state="thinking", first_thinking_at=sa.bindparam("now"))
)
_TEXT_BEGAN = (
    sa.update(messages)
    .where(messages.c.id == sa.bindparam("message"))
    .values(state="writing", first_text_at=sa.bindparam("now"))
)


async def save_parts(connection: AsyncConnection, parts: Sequence[Parts]) -> None:
    """Append what is new. Saved twice, it stands once: a piece's key is its message and its number."""
    if rows := [row for one in parts for row in _rows(one)]:
        await connection.execute(insert_or_replace(connection, message_parts, _KEY, "text"), rows)
    if events := [_events(one) for one in parts if one.events]:
        await connection.execute(insert_or_replace(connection, raw_events, _KEY, "events"), events)
    now = time.time()
    if begun := [{"message": one.message_id, "now": now} for one in parts if one.is_first_thinking]:
        await connection.execute(_THINKING_BEGAN, begun)
    if begun := [{"message": one.message_id, "now": now} for one in parts if one.is_first_text]:
        await connection.execute(_TEXT_BEGAN, begun)


async def joined_parts(connection: AsyncConnection, message_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the text and the thinking saved so far, by message: what an answer began with, and its pieces."""
    begun = sa.select(messages.c.id, messages.c.text, messages.c.thinking).where(messages.c.id.in_(message_ids))
    pieces = {row[0]: ([row[1]], [row[2]]) for row in await connection.execute(begun)}
    part = message_parts.c
    query = sa.select(part.message_id, part.kind, part.text).where(part.message_id.in_(message_ids))
    for message_id, kind, text in await connection.execute(query.order_by(part.message_id, part.seq)):
        pieces[message_id][kind == "thinking"].append(text)
    return {message_id: ("".join(text), "".join(thinking)) for message_id, (text, thinking) in pieces.items()}


async def reached_by_raw_events(connection: AsyncConnection, message_id: str) -> tuple[int, int]:
    """Return the number that the next raw event of a message has, and how many bytes of them are kept.

    The first of them may be removed already, so that counting what is there would give a number twice.
    """
    event = raw_events.c
    rows = sa.select(event.seq, event.events).where(event.message_id == message_id).order_by(event.seq.desc()).limit(1)
    last = (await connection.execute(rows)).first()
    kept = await events_on(connection, event.message_id == message_id)
    return last[0] + last[1].count(RECORD) if last else 0, sum(one.size for one in kept)


async def events_on(connection: AsyncConnection, where: sa.ColumnElement[bool]) -> list[RawEvent]:
    """Return raw events of one message in their order."""
    rows = (await connection.scalars(sa.select(raw_events.c.events).where(where).order_by(raw_events.c.seq))).all()
    records = (record.partition(" ") for row in rows for record in row.split(RECORD)[1:])
    return [RawEvent(float(at), event) for at, _, event in records]


async def prune_parts(connection: AsyncConnection) -> None:
    """Remove the pieces of messages that hold them joined, or are there no more.

    Now and then for all of them: they lie among the pieces of answers that still run, and each page is written anew.
    """
    running = sa.select(messages.c.id).where(messages.c.owner.is_not(None))
    await connection.execute(sa.delete(message_parts).where(message_parts.c.message_id.not_in(running)))


def _rows(parts: Parts) -> list[dict[str, object]]:
    kinds = (("thinking", parts.thinking), ("text", parts.text))
    return [
        {"message_id": parts.message_id, "seq": parts.tick * 2 + at, "kind": kind, "text": text}
        for at, (kind, text) in enumerate(kinds)
        if text
    ]


def _events(parts: Parts) -> dict[str, object]:
    """Return the raw events as one row, numbered as the first of them; a row for each would cost ten times as much."""
    records = [f"{RECORD}{event.at!r} {event.event.replace(RECORD, ' ')}" for event in parts.events]
    at, events = parts.events[0].at, clean("".join(records))
    return {"message_id": parts.message_id, "seq": parts.first_event, "at": at, "events": events}
