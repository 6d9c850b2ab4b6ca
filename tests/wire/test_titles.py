"""Titles by a model: asked once, given to nobody who has one, and missed by nobody where there is none."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from scripted import DONE, Scripted, Step, answered, until
from wire.test_dashscope import assistant
from wire.test_dashscope import until as until_so

from dashscope_simulator.process import RunningSimulator
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.errors import CutShort, Refused
from nicewen.services.events import Text
from nicewen.services.redaction import MASK
from nicewen.services.titles import TOKENS

KEY = "sk-canary-0123456789"
ANSWER: list[Step] = [Text("Sunny."), DONE]
TITLE: list[Step] = [Text("“Weather in "), Text("Hangzhou”\n\nbecause"), DONE]


@asynccontextmanager
async def titling(provider: Scripted, model: str | None = "titles") -> AsyncIterator[Assistant]:
    settings = Settings(_env_file=None, title_model=model, dashscope_api_key=KEY)
    one = Assistant(settings, make_provider=lambda _: provider)
    await one.open()
    try:
        yield one
    finally:
        await one.close()


async def title_of(one: Assistant, conversation: Conversation) -> str:
    """Return the title in the list, once nothing is being asked."""
    await calm(one)
    (title,) = [entry.title for entry in (await one.library.listing()).entries if entry.id == conversation.id]
    return title


async def test_the_service_is_asked_one_thing_more_for_each_conversation(simulator: RunningSimulator) -> None:
    question = "How is the weather in Hangzhou? [tag=titled]"
    async with assistant(simulator.base_url, "qwen-plus@default,tag=asked", title_model="qwen-flash@default") as one:
        conversation = one.ask(question).conversation
        await until_so(conversation, lambda: bool(conversation.title))
        one.ask("And tomorrow?", conversation=conversation)
        await until_so(conversation, lambda: conversation.running is None and not conversation.waiting)
        one.ask_again(conversation, conversation.exchanges[0].answer.id)
        await until_so(conversation, lambda: conversation.running is None)
        title = await title_of(one, conversation)
    assert title == conversation.title != question
    assert 0 < len(title) <= 60
    assert "\n" not in title
    (request,) = [request for request in simulator.requests("qwen-flash@default") if question in str(request["body"])]
    assert request["body"]["parameters"]["max_tokens"] == TOKENS
    assert request["body"]["parameters"]["enable_thinking"] is False
    assert len(simulator.requests("qwen-plus@default,tag=asked")) == 3


async def test_a_title_is_cleaned_and_found_and_shown_to_pages() -> None:
    async with titling(Scripted(ANSWER, TITLE)) as one:
        conversation = await answered(one, "How is it there?")
        await until(conversation, lambda: conversation.title == "Weather in Hangzhou")
        assert await title_of(one, conversation) == "Weather in Hangzhou"
        assert [found.title for found in await one.library.search("Hangzhou")] == ["Weather in Hangzhou"]


async def test_a_key_in_a_title_is_masked_and_a_long_one_cut() -> None:
    async with titling(Scripted(ANSWER, [Text(f"{KEY[:9]}"), Text(f"{KEY[9:]} " + "long " * 50), DONE])) as one:
        title = await title_of(one, await answered(one, "?"))
    assert title.startswith(f"{MASK} long long")
    assert title.endswith("…")
    assert len(title) <= 60


async def test_a_title_that_a_person_gave_meanwhile_stays() -> None:
    go_on = asyncio.Event()
    async with titling(Scripted(ANSWER, [go_on, *TITLE])) as one:
        conversation = await answered(one, "?")
        await until_asked(one, 2)
        assert await one.library.rename(conversation.id, "Mine")
        go_on.set()
        assert (await title_of(one, conversation), conversation.title) == ("Mine", "Mine")


async def test_of_one_that_a_person_named_while_it_was_answered_nothing_is_asked() -> None:
    go_on = asyncio.Event()
    provider = Scripted([Text("Sunny."), go_on, DONE])
    async with titling(provider) as one:
        conversation = one.ask("?").conversation
        await until(conversation, lambda: bool(conversation.exchanges[0].answer.parts))
        assert await one.library.rename(conversation.id, "Mine")
        go_on.set()
        await until(conversation, lambda: conversation.running is None)
        assert await title_of(one, conversation) == "Mine"
    assert len(provider.requests) == 1


async def test_nothing_is_asked_twice_not_by_the_next_process_either() -> None:
    cut: list[Step] = [Text("Sun"), CutShort("error-cut-short")]
    provider = Scripted(cut, TITLE, [Text("ny."), DONE], [Text("Sunny."), DONE])
    async with titling(provider) as one:
        conversation = await answered(one, "?")
        assert await title_of(one, conversation) == "Weather in Hangzhou"
        one.continue_answer(conversation, conversation.exchanges[0].answer.id)
        await until(conversation, lambda: conversation.running is None)
        await one.library.rename(conversation.id, "?")
    async with titling(provider) as one:
        kept = await one.conversation(conversation.id)
        assert kept is not None
        one.ask_again(kept, kept.exchanges[0].answer.id)
        await until(kept, lambda: kept.running is None)
        assert await title_of(one, kept) == "?"
    assert [request.model for request in provider.requests] == ["script", "titles", "script", "script"]


@pytest.mark.parametrize(
    "title", [[Refused("error-no-access", model="titles")], [Text(" \n"), DONE], [CutShort("error-cut-short")]]
)
async def test_where_there_is_no_title_the_first_words_stay_and_the_log_says_so_once(
    title: list[Step], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nicewen")
    provider = Scripted(ANSWER, title, ANSWER, title)
    async with titling(provider) as one:
        for question in ("First words", "Other words"):
            conversation = await answered(one, question)
            assert await title_of(one, conversation) == question
            assert conversation.exchanges[0].answer.state == "done"
    assert len(provider.requests) == 4
    assert [record.name for record in caplog.records].count("nicewen.services.titles") == 1


async def test_after_a_failed_answer_the_next_one_gives_the_title() -> None:
    refused: list[Step] = [Refused("error-no-access", model="script")]
    async with titling(Scripted(refused, ANSWER, TITLE)) as one:
        conversation = await answered(one, "?")
        assert await title_of(one, conversation) == "?"
        one.ask_again(conversation, conversation.exchanges[0].answer.id)
        await until(conversation, lambda: conversation.running is None)
        assert await title_of(one, conversation) == "Weather in Hangzhou"


async def test_neither_a_temporary_conversation_nor_one_without_such_a_model_asks() -> None:
    for model, temporary in (("titles", True), (None, False)):
        provider = Scripted(ANSWER)
        async with titling(provider, model) as one:
            conversation = one.ask("?", temporary=temporary).conversation
            await calm(one)
            assert conversation.exchanges[0].answer.state == "done"
        assert len(provider.requests) == 1


async def test_what_is_asked_when_the_process_ends_is_given_up() -> None:
    provider = Scripted(ANSWER, [asyncio.Event()])
    async with titling(provider) as one:
        await answered(one, "?")
        await until_asked(one, 2)
    assert not one._titles._tasks


async def calm(one: Assistant) -> None:
    async with asyncio.timeout(5):
        while one._running._tasks or one._titles._tasks:  # noqa: ASYNC110 (an answer's end is told before its task's)
            await asyncio.sleep(0.001)


async def until_asked(one: Assistant, count: int) -> None:
    provider = one.provider
    assert isinstance(provider, Scripted)
    async with asyncio.timeout(5):
        while len(provider.requests) < count:  # noqa: ASYNC110 (a title is asked for in a task of its own)
            await asyncio.sleep(0.001)
