"""Short ways to what most tests begin with."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from nicewen.services.store import MessageRow, Question, Store, new_id


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    one = Store(url, patience=0)
    await one.open()
    try:
        yield one
    finally:
        await one.close()


@dataclass(frozen=True)
class Written:
    """A running answer as the store sees it: two lists that grow."""

    id: str
    question: Question
    text: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)

    def ended(self, at: float | None = None) -> MessageRow:
        return MessageRow(self.id, text="".join(self.text), thinking="".join(self.thinking), ended_at=at or time.time())


def question(user_id: str, text: str = "?", *, title: str | None = "New", **values: Any) -> Question:
    given = {"conversation_id": new_id(), "client_id": new_id(), "id": new_id(), "answer_id": new_id()}
    asked_at = values.pop("asked_at", time.time())
    return Question(user_id=user_id, text=text, title=title, asked_at=asked_at, **{**given, **values})


async def asked(store: Store, user_id: str, text: str = "?", **values: Any) -> Question:
    one = question(user_id, text, **values)
    await store.save_question(one)
    return one


async def answered(store: Store, user_id: str, text: str, answer: str = "", **values: Any) -> Question:
    one = await asked(store, user_id, text, **values)
    store.finish(MessageRow(one.answer_id, text=answer, ended_at=one.asked_at))
    assert await store.save()
    return one


async def writing(store: Store, user_id: str) -> Written:
    one = await asked(store, user_id)
    written = Written(one.answer_id, one)
    store.follow(written.id, written.text, written.thinking)
    return written


async def text_of(store: Store, message_id: str) -> str:
    return (await store.messages([message_id]))[0].text
