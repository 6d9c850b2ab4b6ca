"""The page without a browser: what is said, in which language, and what a question does to it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction
from nicegui.testing.user_simulation import user_simulation

from nicewen.components import register_pages
from nicewen.components.chat_log import ChatLog
from nicewen.components.composer import Composer
from nicewen.services import Assistant, Settings
from nicewen.services.errors import Refused
from nicewen.services.events import AnswerEvent, Finished, Text
from nicewen.services.language import words_of
from nicewen.services.providers.provider import AnswerRequest


class Scripted:
    """A provider that answers each question when the test says so."""

    name = "dashscope"
    default_model = "qwen-plus"

    def __init__(self, name: str = "dashscope") -> None:
        self.name = name
        self.go_on = asyncio.Event()

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        question = request.turns[-1].text
        yield Text(f"**{question}**")
        await self.go_on.wait()
        if question == "fail":
            raise Refused("error-billing", code="Arrearage", said="Overdue <b>payment</b>", request_id="r-1")
        yield Text(" and more.")
        yield Finished("stop")

    async def close(self) -> None:
        """Hold nothing."""


@asynccontextmanager
async def visiting(provider: Scripted, /, **settings: object) -> AsyncIterator[tuple[User, Assistant]]:
    assistant = Assistant(Settings(_env_file=None, **settings), make_provider=lambda _: provider)
    async with user_simulation() as user:
        register_pages(assistant)
        await assistant.open()
        try:
            yield user, assistant
        finally:
            await assistant.close()


def ask(user: User, text: str, question_id: str = "q-1") -> None:
    """Send what the browser's half of the composer sends."""
    user.find(Composer).trigger("ask", {"id": question_id, "text": text})


def with_testid(user: User, testid: str) -> list[ui.element]:
    assert user.client is not None
    return [one for one in user.client.elements.values() if one.props.get("data-testid") == testid]


def click(user: User, testid: str) -> None:
    UserInteraction(user, set(with_testid(user, testid)), target=None).click()


def states(user: User, role: str) -> list[object]:
    return [one.props["data-state"] for one in with_testid(user, "message") if one.props["data-role"] == role]


def are_done(user: User, count: int) -> bool:
    return states(user, "assistant") == ["done"] * count


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 (a view shows changes at its own pace; NiceGUI has no event for it)
            await asyncio.sleep(0.001)  # a loop that never rests keeps the database's thread from Python's lock


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_names_the_model_and_says_how_to_set_a_key(language: str) -> None:
    words = words_of(language)
    async with visiting(Scripted("local"), language=language, model="SmolLM2") as (user, _):
        await user.open("/")
        await user.should_see(words("answers-local", model="SmolLM2"))
        await user.should_see(words("set-a-key"))
        await user.should_see(words("get-a-key"))


@pytest.mark.parametrize("chosen", [{"auth": "password"}, {"provider": "local"}])
async def test_who_cannot_set_a_key_or_wants_none_is_not_told_where_they_come_from(chosen: dict[str, str]) -> None:
    async with visiting(Scripted("local"), language="en", model="SmolLM2", **chosen) as (user, _):
        await user.open("/")
        await user.should_see(words_of("en")("answers-local", model="SmolLM2"))
        await user.should_not_see(words_of("en")("get-a-key"))


async def test_with_a_key_the_page_does_not_ask_for_one() -> None:
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        await user.should_see("Answers come from qwen-plus through DashScope.")
        await user.should_not_see(words_of("en")("set-a-key"))


async def test_the_page_speaks_the_browsers_language() -> None:
    async with visiting(Scripted()) as (user, _):
        user.http_client.headers["accept-language"] = "zh-CN,zh;q=0.9,en;q=0.8"
        await user.open("/")
        await user.should_see("新对话")
        user.http_client.headers["accept-language"] = "de-DE,de;q=0.9"
        await user.open("/")
        await user.should_see("New conversation")


async def test_a_question_stands_above_its_growing_answer() -> None:
    provider = Scripted()
    async with visiting(provider, language="en") as (user, _):
        await user.open("/")
        ask(user, "What is tea?")
        await until(lambda: states(user, "assistant") == ["writing"])
        question, answer = with_testid(user, "message")
        assert (question.props["data-role"], answer.props["data-role"]) == ("user", "assistant")
        await user.should_see("What is tea?")
        (text,) = with_testid(user, "answer-text")
        provider.go_on.set()
        await until(lambda: states(user, "assistant") == ["done"])
        await until(lambda: getattr(text, "content", "") == "**What is tea?** and more.")


async def test_an_error_stands_where_the_answer_would_with_retry_and_folded_facts() -> None:
    provider = Scripted()
    provider.go_on.set()
    async with visiting(provider, language="en") as (user, assistant):
        await user.open("/")
        ask(user, "fail")
        await until(lambda: states(user, "assistant") == ["failed"])
        await user.should_see("cannot be charged")
        for fact in ("Overdue <b>payment</b>", "Code: Arrearage", "Request: r-1"):
            await user.should_see(fact)
        click(user, "regenerate")
        conversation = next(iter(assistant._conversations))
        await until(lambda: len(conversation.exchanges[0].answers) == 2)


async def test_a_question_sent_meanwhile_is_shown_as_waiting_and_can_be_taken_back() -> None:
    provider = Scripted()
    async with visiting(provider, language="en") as (user, _):
        await user.open("/")
        ask(user, "first")
        await until(lambda: states(user, "assistant") == ["writing"])
        ask(user, "second", "q-2")
        await until(lambda: states(user, "user") == ["done", "waiting"])
        await user.should_see("Waits for its turn")
        click(user, "withdraw")
        await until(lambda: not with_testid(user, "withdraw"))
        provider.go_on.set()
        await until(lambda: states(user, "assistant") == ["done"])
        assert len(with_testid(user, "answer-text")) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_the_model_was_not_sent_is_said_above_the_answer(language: str) -> None:
    provider = Scripted()
    provider.go_on.set()
    long = "long " * 15_000  # as its answer is, too
    async with visiting(provider, language=language, model="some-model") as (user, _):
        await user.open("/")
        for number, question in enumerate((long, "next", "last"), 1):
            ask(user, question, f"q-{number}")
            await until(partial(are_done, user, number))
        notes = [one.props.get("sent") for one in with_testid(user, "message") if one.props["data-role"] == "assistant"]
        said = words_of(language)
        assert notes == [None, said("turns-sent", count=0, all=1), said("turns-sent", count=1, all=2)]


async def test_what_is_not_a_wish_about_a_message_does_nothing() -> None:
    provider = Scripted()
    provider.go_on.set()
    async with visiting(provider, language="en") as (user, assistant):
        await user.open("/")
        ask(user, "What is tea?")
        await until(lambda: states(user, "assistant") == ["done"])
        (conversation,) = assistant._conversations
        for wish in ("again", "continue", "delete", "undo", "branch", "edit"):
            for argument in ("c0", None, 1, ["c0"], ["c0", 1], ["c0", 5], {"message": "c0", "id": "x", "text": "y"}):
                user.find(ChatLog).trigger(wish, argument)
        await asyncio.sleep(0)
        assert len(conversation.exchanges) == len(conversation.exchanges[0].answers) == 1
        assert conversation.running is None


async def test_a_conversation_that_is_not_here_is_said_so() -> None:
    async with visiting(Scripted(), language="en") as (user, _):
        response = await user.http_client.get("/c/nothing")
        assert response.status_code == 404
        assert "This conversation is no longer here" in response.text


@pytest.mark.parametrize(
    "arguments", [{}, {"id": 1, "text": "x"}, {"id": "a", "text": ""}, {"id": "a", "text": "x" * 200_001}, "x"]
)
async def test_what_is_not_a_question_is_not_asked(arguments: object) -> None:
    async with visiting(Scripted(), language="en") as (user, assistant):
        await user.open("/")
        user.find(Composer).trigger("ask", arguments)
        await asyncio.sleep(0)
        assert not list(assistant._conversations)


async def test_a_temporary_conversation_that_is_over_says_so_and_no_list_shows_one_that_is_not() -> None:
    async with visiting(Scripted(), language="en") as (user, assistant):
        await user.open("/temporary")
        await user.should_see("in no list, search or export")
        ask(user, "what?")
        await until(lambda: states(user, "assistant") == ["writing"])
        (conversation,) = assistant.temporary._there.values()
        assert not (await assistant.library.listing()).entries
        await user.open(f"/temporary/{conversation.id}")
        await user.should_see("what?")
        assert (await user.http_client.get(f"/c/{conversation.id}")).status_code == 404
        over = await user.http_client.get("/temporary/abc")
        assert over.status_code == 404
        assert "This temporary conversation is over" in over.text
