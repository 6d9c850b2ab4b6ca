"""A long conversation on a page: the newest turns at first, earlier ones when they are asked for."""

import time
from functools import partial

import pytest
from nicegui import ui
from nicegui.testing import User
from ui.test_page import Scripted, ask, click, states, until, visiting, with_testid

from nicewen.components import chat_log
from nicewen.components.chat_log import TURNS, ChatLog
from nicewen.components.message import Message
from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import Answer, Conversation, Exchange

COUNT = 3 * TURNS


def told(count: int = COUNT) -> Conversation:
    """Return a conversation that nobody has seen yet."""
    conversation = Conversation()
    for number in range(count):
        answer = Answer("dashscope", "qwen-plus", state="done", parts=[f"Answer {number}."], ended_at=time.time())
        answer.document.append(answer.text)
        answer.document.close()
        exchange = Exchange(f"Question {number}?", f"q-{number}", Alternatives([answer]))
        conversation.add(exchange, conversation.last)
    return conversation


def log_of(user: User) -> ChatLog:
    (log,) = user.find(ChatLog).elements
    return log


def messages_of(user: User) -> list[Message]:
    return [one for one in log_of(user).descendants() if isinstance(one, Message)]


def shown(user: User) -> list[object]:
    """Return the numbers of the questions and answers on the page, from top to bottom."""
    said = [one.props.get("text") or text_of(one) for one in messages_of(user)]
    return [int("".join(filter(str.isdigit, str(words)))) for words in said]


def text_of(message: ui.element) -> str:
    (text,) = (one for one in message.descendants() if isinstance(one, StreamingMarkdown))
    return str(text._to_dict()["props"]["leaves"])


def both(numbers: range) -> list[int]:
    """Return the numbers as turns show them: once for the question and once for the answer."""
    return [number for number in numbers for _ in range(2)]


def misses(user: User, count: int) -> bool:
    """Whether so many turns are not on the page."""
    return bool(log_of(user).props["earlier"] == count)


async def test_the_newest_turns_are_built_at_first_and_earlier_ones_when_asked_for() -> None:
    async with visiting(Scripted(), language="en") as (user, assistant):
        conversation = told()
        assistant._conversations.add(conversation)
        await user.open(f"/c/{conversation.id}")
        for first in (2 * TURNS, TURNS, 0):
            await until(partial(misses, user, first))
            assert shown(user) == both(range(first, COUNT))
            user.find(ChatLog).trigger("earlier", first)
        assert len(with_testid(user, "answer-text")) == COUNT


@pytest.mark.parametrize("wish", [-1, 0, 1, COUNT, None, "x", [2 * TURNS]])
async def test_a_wish_that_is_not_about_what_the_page_misses_is_not_met(wish: object) -> None:
    async with visiting(Scripted(), language="en") as (user, assistant):
        conversation = told()
        assistant._conversations.add(conversation)
        await user.open(f"/c/{conversation.id}")
        await until(partial(misses, user, 2 * TURNS))
        user.find(ChatLog).trigger("earlier", wish)
        user.find(ChatLog).trigger("earlier", 2 * TURNS)  # and the same wish twice is one
        user.find(ChatLog).trigger("earlier", 2 * TURNS)
        await until(partial(misses, user, TURNS))
        assert shown(user) == both(range(TURNS, COUNT))


async def test_a_slow_machine_shows_the_last_turn_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_log, "SLICE_SECONDS", 0.0)
    async with visiting(Scripted(), language="en") as (user, assistant):
        conversation = told()
        assistant._conversations.add(conversation)
        await user.open(f"/c/{conversation.id}")
        assert shown(user) == both(range(COUNT - 1, COUNT))
        monkeypatch.setattr(chat_log, "SLICE_SECONDS", 0.01)
        await until(partial(misses, user, 2 * TURNS))
        assert shown(user) == both(range(2 * TURNS, COUNT))


async def test_the_last_answer_is_asked_again_in_its_place_and_the_next_question_stands_below() -> None:
    provider = Scripted()
    async with visiting(provider, language="en") as (user, assistant):
        conversation = told()
        assistant._conversations.add(conversation)
        await user.open(f"/c/{conversation.id}")
        await until(partial(misses, user, 2 * TURNS))
        user.find(ChatLog).trigger("again", messages_of(user)[-1].html_id)
        await until(lambda: "writing" in states(user, "assistant"))
        assert len(with_testid(user, "answer-text")) == TURNS
        ask(user, "Question 100?", "q-100")
        await until(lambda: bool(with_testid(user, "withdraw")))
        user.find(ChatLog).trigger("earlier", 2 * TURNS)
        await until(partial(misses, user, TURNS))
        assert messages_of(user)[-1].props["text"] == "Question 100?"
        assert len(conversation.exchanges[-1].answers) == 2
        click(user, "withdraw")
        provider.go_on.set()
        await until(lambda: "writing" not in states(user, "assistant"))
        assert len(with_testid(user, "answer-text")) == 2 * TURNS
