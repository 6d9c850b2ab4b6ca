"""Conversations that outlive the process: asked, kept, opened again, continued."""

import asyncio
import sqlite3
from contextlib import closing

from scripted import DONE, Scripted, Step, answered, assisted, opened, settled, until

from nicewen.services import Assistant, Settings
from nicewen.services.errors import CutShort, Refused
from nicewen.services.events import Source, Sources, Text, Thinking, Usage
from nicewen.services.store import Trouble


async def test_a_conversation_is_there_after_a_restart_with_all_that_is_known_of_it() -> None:
    sources = (Source(1, "天气", "https://example.com/", "Example"),)
    usage = Usage(7, 5, 2)
    events: list[Step] = [Thinking("hm"), Sources(sources), Text("**是** "), Text("yes"), usage, DONE]
    async with assisted(Scripted(events, [Refused("error-billing", code="Arrearage", said="Overdue")])) as one:
        conversation = await answered(one, "杭州天气？")
        await answered(one, "again", conversation)
    kept = await opened(conversation.id)
    first, second = kept.exchanges
    assert [first.question, second.question] == ["杭州天气？", "again"]
    answer = first.answer
    assert (answer.text, answer.thinking, answer.state) == ("**是** yes", "hm", "done")
    assert (answer.sources, answer.usage, answer.request_id) == (sources, usage, "request-1")
    assert answer.asked_at <= answer.first_thinking_at <= answer.first_text_at <= answer.ended_at
    while answer.document.is_behind:
        answer.document.refresh()
    assert answer.document.html == "<p><strong>是</strong> yes</p>"
    assert second.answer.state == "failed"
    assert second.answer.error is not None
    assert second.answer.error.sentence("en") == Refused("error-billing").sentence("en")
    assert (second.answer.error.code, second.answer.error.said) == ("Arrearage", "Overdue")


async def test_a_question_sent_again_to_the_next_process_is_asked_once() -> None:
    async with assisted(Scripted([Text("yes"), DONE])) as one:
        conversation = await answered(one, "?", question_id="browser-1")
    provider = Scripted()
    async with assisted(provider) as one:
        known = await one.asked("browser-1")
        assert known is not None
        assert known.id == conversation.id
        assert one.ask("?", question_id="browser-1").conversation is known
        assert await one.asked("browser-2") is None
    assert not provider.requests


async def test_what_is_running_when_the_process_ends_is_kept_as_interrupted() -> None:
    never = asyncio.Event()
    async with assisted(Scripted([Text("half an "), never])) as one:
        conversation = one.ask("?").conversation
        one.ask("and then?", conversation=conversation)
        await until(conversation, lambda: bool(conversation.exchanges[0].answer.parts))
    first, second = (await opened(conversation.id)).exchanges
    assert (first.answer.state, first.answer.text) == ("interrupted", "half an ")
    assert (second.question, second.answer.state) == ("and then?", "interrupted")


async def test_an_answer_goes_on_in_the_same_message() -> None:
    begun = "The lake lies west of the city, and"
    provider = Scripted([Text(begun), CutShort("error-cut-short")], [Text(" has"), Text(" three islands."), DONE])
    async with assisted(provider) as one:
        conversation = await answered(one, "?")
        answer = conversation.exchanges[0].answer
        assert answer.ended_early
        one.continue_answer(conversation, answer.id)
        assert conversation.running is answer
        await until(conversation, lambda: conversation.running is None)
        assert provider.requests[1].begun == begun
    whole = f"{begun} has three islands."
    assert (answer.text, answer.state, answer.error) == (whole, "done", None)
    (kept,) = (await opened(conversation.id)).exchanges
    assert [(one.text, one.state) for one in kept.answers] == [(whole, "done")]


async def test_what_was_added_is_kept_too_when_the_process_ends_meanwhile() -> None:
    never = asyncio.Event()
    async with assisted(Scripted([Text("one "), CutShort("error-cut-short")], [Text("two "), never])) as one:
        conversation = await answered(one, "?")
        one.continue_answer(conversation, conversation.last_answer_id)
        await until(conversation, lambda: conversation.exchanges[0].answer.text == "one two ")
    (kept,) = (await opened(conversation.id)).exchanges
    assert (kept.answer.text, kept.answer.state) == ("one two ", "interrupted")


async def test_a_refusal_to_go_on_leaves_what_was_written() -> None:
    async with assisted(Scripted([Text("one"), CutShort("error-cut-short")], [Refused("error-billing")])) as one:
        conversation = await answered(one, "?")
        one.continue_answer(conversation, conversation.last_answer_id)
        await until(conversation, lambda: conversation.running is None)
        answer = conversation.exchanges[0].answer
    assert (answer.text, answer.state) == ("one", "interrupted")
    assert answer.error is not None
    assert answer.error.key == "error-billing"


async def test_a_question_taken_back_is_not_there_after_a_restart_and_those_behind_it_are() -> None:
    go_on = asyncio.Event()
    async with assisted(Scripted([Text("1"), go_on, DONE], [Text("3"), DONE])) as one:
        conversation = one.ask("one").conversation
        one.ask("two", conversation=conversation, question_id="second")
        one.ask("three", conversation=conversation)
        assert one.withdraw(conversation, "second") == "two"
        go_on.set()
        await until(conversation, lambda: conversation.running is None and not conversation.waiting)
    kept = await opened(conversation.id)
    assert [(one.question, one.answer.text) for one in kept.exchanges] == [("one", "1"), ("three", "3")]


async def test_while_the_database_is_held_answers_go_on_and_are_saved_afterwards(own_database: str) -> None:
    provider = Scripted([Text("first"), DONE], [Text("second"), DONE])
    async with assisted(provider) as one:
        conversation = await answered(one, "1")
        with closing(sqlite3.connect(own_database.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await answered(one, "2", conversation)
            await until(conversation, lambda: conversation.trouble is not None, 20)
            assert conversation.exchanges[1].answer.text == "second"
            assert conversation.trouble is not None
            assert conversation.trouble.key == "store-locked"
            other.execute("ROLLBACK")
        await until(conversation, lambda: conversation.trouble is None, 20)
    kept = await opened(conversation.id)
    assert [one.answer.text for one in kept.exchanges] == ["first", "second"]


async def test_a_page_that_is_asked_for_before_the_store_is_open_waits_for_it() -> None:
    async with assisted(Scripted([Text("yes"), DONE])) as one:
        conversation = await answered(one, "?", question_id="browser-1")
    again = Assistant(Settings(_env_file=None), make_provider=lambda _: Scripted())
    early = asyncio.create_task(again.conversation(conversation.id))
    sent_again = asyncio.create_task(again.asked("browser-1"))
    await asyncio.sleep(0)
    await again.open()
    try:
        assert await early is not None
        assert await sent_again is await early
        assert [entry.id for entry in (await again.library.listing()).entries] == [conversation.id]
    finally:
        await again.close()


async def test_what_the_service_sent_is_kept_beside_the_answer_also_when_it_goes_on() -> None:
    first: list[Step] = ["1", Text("one "), "2", CutShort("error-cut-short")]
    async with assisted(Scripted(first, ["3", Text("two"), "4", DONE])) as one:
        conversation = await answered(one, "?")
        one.continue_answer(conversation, conversation.last_answer_id)
        await settled(conversation)
    async with assisted(Scripted([Text("none"), DONE])) as one:
        kept = await one.conversation(conversation.id)
        assert kept is not None
        await answered(one, "?", kept)
        answers = [exchange.answer for exchange in kept.exchanges]
        store, user = one._keeper.store, await one._keeper.user_id("local")
        events = [[event.event for event in await store.raw_events(user, answer.id)] for answer in answers]
    assert events == [["1", "2", "3", "4"], []]
    assert [answer.has_raw_events for answer in answers] == [True, False]


async def test_a_fault_of_our_own_is_told_where_something_is_not_saved_and_nowhere_else() -> None:
    async with assisted(Scripted([Text("1"), DONE], [Text("2"), DONE], [Text("3"), DONE])) as one:
        conversation, other = await answered(one, "1"), await answered(one, "2")

        async def fail() -> None:
            raise ZeroDivisionError

        one._keeper._steps.put(fail, conversation)
        await until(conversation, lambda: conversation.trouble is not None)
        assert conversation.trouble == Trouble("store-fault", "ZeroDivisionError")
        await answered(one, "3", other)
        await one._keeper.caught_up()
        assert other.trouble is None
    assert [exchange.answer.text for exchange in (await opened(other.id)).exchanges] == ["2", "3"]
