"""An answer and its conversation while they run."""

import asyncio

from scripted import DONE, Scripted, Step, answered, assisted, settled, until

from nicewen.services.errors import CutShort, Refused
from nicewen.services.events import Text, Thinking
from nicewen.services.running_answer import ANSWER_LIMIT

KEY = "sk-canary-0123456789"
BUSY = Refused("error-busy", retryable=True)


async def test_a_failure_before_any_text_is_tried_again() -> None:
    provider = Scripted([BUSY], [Text("Yes."), DONE])
    async with assisted(provider) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert (answer.state, answer.text, len(provider.requests)) == ("done", "Yes.", 2)


async def test_nothing_is_asked_twice_once_text_has_come_even_if_it_is_held_back() -> None:
    provider = Scripted([Text(KEY[:3]), BUSY], [Text("again"), DONE])
    async with assisted(provider, dashscope_api_key=KEY) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert (answer.state, answer.text, len(provider.requests)) == ("failed", KEY[:3], 1)


async def test_nothing_is_asked_twice_once_the_model_has_thought() -> None:
    provider = Scripted([Thinking("hm"), BUSY], [Text("again"), DONE])
    async with assisted(provider) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert (answer.state, answer.thinking, len(provider.requests)) == ("failed", "hm", 1)


async def test_what_was_held_back_counts_as_text_of_a_cut_answer() -> None:
    provider = Scripted([Text("s"), CutShort("error-cut-short")])
    async with assisted(provider, dashscope_api_key=KEY) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert (answer.state, answer.text) == ("interrupted", "s")


async def test_whoever_waits_for_the_end_may_ask_stop_and_ask_again_at_once() -> None:
    never = asyncio.Event()
    provider = Scripted([Text("one"), BUSY], [Text("two"), never], [Text("three"), DONE])
    async with assisted(provider) as one:
        conversation = one.ask("1").conversation
        await until(conversation, lambda: conversation.running is None)
        one.ask_again(conversation, conversation.last_answer_id)
        one.ask("2", conversation=conversation)
        await until(conversation, lambda: conversation.exchanges[0].answer.text == "two")
        one.stop(conversation)
        await settled(conversation)
    assert [answer.state for answer in conversation.exchanges[0].answers] == ["failed", "stopped"]
    assert [exchange.answer.text for exchange in conversation.exchanges] == ["two", "three"]


async def test_a_click_on_an_answer_that_is_not_shown_any_more_asks_nothing() -> None:
    refused: list[Step] = [Text("x"), BUSY]
    provider = Scripted(refused, refused)
    async with assisted(provider) as one:
        conversation = await answered(one)
        earlier = conversation.last_answer_id
        for _ in range(2):  # a double click, the second half of which comes late
            one.ask_again(conversation, earlier)
            await until(conversation, lambda: conversation.running is None)
        assert len(conversation.exchanges[0].answers) == 2


async def test_an_answer_without_end_is_ended_at_the_limit() -> None:
    provider = Scripted([Text("word " * 1000)] * (ANSWER_LIMIT // 5000 + 50))
    async with assisted(provider) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert (answer.state, answer.finish_reason) == ("done", "length")
    assert len(answer.text) <= ANSWER_LIMIT + 5000


async def test_an_error_of_our_own_is_said_and_the_next_question_answered() -> None:
    provider = Scripted([ZeroDivisionError("oops")], [Text("fine"), DONE])
    async with assisted(provider) as one:
        conversation = await answered(one)
        one.ask("next", conversation=conversation)
        await until(conversation, lambda: len(conversation.exchanges) == 2 and conversation.running is None)
    error = conversation.exchanges[0].answer.error
    assert error is not None
    assert (error.key, error.code) == ("error-unexpected", "ZeroDivisionError")
    assert conversation.exchanges[1].answer.text == "fine"


async def test_the_history_leaves_out_what_failed_and_keeps_what_was_stopped() -> None:
    never = asyncio.Event()
    provider = Scripted([Text("half"), never], [Text("bad"), BUSY], [Text("good"), DONE])
    async with assisted(provider) as one:
        conversation = one.ask("a").conversation
        await until(conversation, lambda: conversation.exchanges[0].answer.text == "half")
        one.stop(conversation)
        for question in ("b", "c"):
            one.ask(question, conversation=conversation)
        await settled(conversation)
    assert [turn.text for turn in provider.requests[-1].turns] == ["a", "half", "c"]


async def test_the_time_of_thinking_begins_with_the_first_thought() -> None:
    provider = Scripted([Thinking("hm"), Text("so"), DONE])
    async with assisted(provider) as one:
        answer = (await answered(one)).exchanges[0].answer
    assert answer.asked_at <= answer.first_thinking_at <= answer.first_text_at <= answer.ended_at
