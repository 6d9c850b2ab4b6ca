"""What a host's own code does with an assistant: it asks, follows the answer, and may answer itself."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from scripted import DONE, Scripted, Step, assisted, until

from nicewen.services import Asked, Assistant, Settings
from nicewen.services.errors import AnswerError, CutShort, Refused
from nicewen.services.events import AnswerEvent, Finished, Text
from nicewen.services.material import Material
from nicewen.services.providers.provider import AnswerRequest

ORDER = Material("order 17", "text", 8, 8)


async def pieces(asked: Asked) -> list[str]:
    return [piece async for piece in asked]


async def test_an_answer_is_followed_piece_by_piece_and_waited_for() -> None:
    go_on = asyncio.Event()
    async with assisted(Scripted([Text("It is "), go_on, Text("late."), DONE])) as one:
        asked = one.ask("Why?")
        following = asked.__aiter__()
        assert await anext(following) == "It is "
        go_on.set()
        assert [piece async for piece in following] == ["late."]
        answer = await asked.ended()
        assert (answer.text, answer.state) == ("It is late.", "done")
        assert await pieces(asked) == ["It is late."]


async def test_an_error_is_raised_after_what_has_come() -> None:
    async with assisted(Scripted([Text("It is "), CutShort("error-cut-short")], [Refused("error-billing")])) as one:
        following = one.ask("Why?").__aiter__()
        assert await anext(following) == "It is "
        with pytest.raises(AnswerError, match=str(CutShort("error-cut-short"))):
            await anext(following)
        failed = await one.ask("And this?").ended()
        assert failed.state == "failed"


async def test_a_question_that_is_taken_back_keeps_nobody_waiting() -> None:
    never = asyncio.Event()
    async with assisted(Scripted([never])) as one:
        first = one.ask("Why?")
        second = one.ask("And?", conversation=first.conversation)
        waiting = asyncio.create_task(second.ended())
        await asyncio.sleep(0)
        one.withdraw(first.conversation, second.exchange.id)
        async with asyncio.timeout(2):
            assert (await waiting).state == "waiting"
            one.stop(first.conversation)
            assert (await first.ended()).state == "stopped"


async def test_the_same_question_of_a_browser_is_the_same_answer() -> None:
    async with assisted(Scripted([Text("Yes."), DONE])) as one:
        first = one.ask("?", question_id="browser-1")
        assert one.ask("?", question_id="browser-1") == first
        await first.ended()
        one.delete(first.conversation, first.exchange.id)
        with pytest.raises(LookupError):
            one.ask("?", question_id="browser-1")


async def test_another_users_conversation_is_refused() -> None:
    async with assisted(Scripted([Text("Yes."), DONE])) as one:
        conversation = one.ask("?", user="ada").conversation
        with pytest.raises(ValueError, match="eve"):
            one.ask("?", user="eve", conversation=conversation)


async def test_what_is_shown_goes_to_the_model_with_each_question_and_the_page_keeps_the_persons_words() -> None:
    yes: list[Step] = [Text("Yes."), DONE]
    provider = Scripted(yes, yes, yes, yes)
    async with assisted(provider) as one:
        asked = one.ask("Why is it late?", context="order 17")
        await asked.ended()
        conversation = asked.conversation
        await one.ask("And now?", conversation=conversation).ended()
        one.edit(conversation, asked.exchange.id, "Is it late?")
        await until(conversation, lambda: conversation.running is None)
        assert conversation.exchanges[0].question == "Is it late?"
        await one.courier.export_conversation(conversation.id, "md")
    async with assisted(provider) as one:
        again = await one.conversation(conversation.id)
        assert again is not None
        assert [exchange.question for exchange in again.exchanges] == ["Is it late?"]
        assert again.exchanges[0].material == ORDER
        await one.ask("Still?", conversation=again).ended()
    sent = [[turn.text for turn in request.turns] for request in provider.requests]
    with_order = "<context>\norder 17\n</context>\n\n"
    assert sent == [
        [f"{with_order}Why is it late?"],
        [f"{with_order}Why is it late?", "Yes.", "And now?"],
        [f"{with_order}Is it late?"],
        [f"{with_order}Is it late?", "Yes.", "Still?"],
    ]


class Own:
    """A provider as a host writes one."""

    name = "orders"
    default_model = "rules"

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        yield Text(f"**{request.turns[-1].text}** is on its way.")
        yield Finished("stop")

    async def close(self) -> None:
        """Hold nothing."""


async def test_a_provider_of_the_hosts_own_takes_the_place_of_ours() -> None:
    one = Assistant(Settings(_env_file=None), make_provider=lambda _: Own())
    await one.open()
    try:
        answer = await one.ask("Order 17").ended()
    finally:
        await one.close()
    assert (answer.text, answer.model, answer.provider) == ("**Order 17** is on its way.", "rules", "orders")
