"""Whose conversations they are: each user has their own, and a host's named ones among them."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from scripted import DONE, Scripted, assisted, until

from nicewen.services import Assistant
from nicewen.services.conversation import Conversation
from nicewen.services.events import Text

SCRIPT = (Text("Yes."), DONE)


def assistant_of(answers: int = 3) -> AbstractAsyncContextManager[Assistant]:
    return assisted(Scripted(*[SCRIPT] * answers))


async def asked(one: Assistant, conversation: Conversation | None = None, **whose: Any) -> str:
    """Ask something and have it kept; return the id of the conversation."""
    conversation = one.ask("secret", conversation=conversation, **whose).conversation
    await until(conversation, lambda: conversation.running is None)
    assert await one.courier.export_conversation(conversation.id, "md", user=conversation.user)
    return conversation.id


@pytest.mark.parametrize("is_in_memory", [True, False])
async def test_another_users_conversation_is_not_there(is_in_memory: bool) -> None:
    async with assistant_of() as one:
        held = one.ask("secret", user="ada").conversation
        await asked(one, held)
        conversation_id = held.id
        if not is_in_memory:
            del held
        for other in ("eve", "local"):
            assert await one.conversation(conversation_id, user=other) is None
            assert await one.courier.export_conversation(conversation_id, "json", user=other) is None
            library = one.library
            assert not (await library.listing(user=other)).entries
            assert not await library.search("secret", user=other)
            assert not await library.rename(conversation_id, "mine", user=other)
            assert not await library.pin(conversation_id, pinned=True, user=other)
            assert not await library.archive(conversation_id, archived=True, user=other)
            assert not await library.mark_seen(conversation_id, user=other)
            assert not await one.delete_conversation(conversation_id, user=other)
            assert not await library.undelete(conversation_id, user=other)
        assert await one.conversation(conversation_id, user="ada")
        assert [entry.title for entry in (await one.library.listing(user="ada")).entries] == ["secret"]
        assert await one.library.search("secret", user="ada")


async def test_what_another_user_deleted_cannot_be_brought_back() -> None:
    async with assistant_of() as one:
        held = one.ask("secret", user="ada").conversation
        await asked(one, held)
        assert await one.delete_conversation(held.id, user="ada")
        assert not await one.library.undelete(held.id, user="eve")
        assert await one.conversation(held.id, user="ada") is None


@pytest.mark.parametrize("is_restarted", [True, False])
async def test_another_users_question_is_not_known_by_its_id(is_restarted: bool) -> None:
    async with assistant_of() as one:
        conversation_id = await asked(one, user="ada", question_id="browser-1")
        if not is_restarted:
            held = await one.conversation(conversation_id, user="ada")
            assert await one.asked("browser-1", user="ada") is held
            assert await one.asked("browser-1", user="eve") is None
            assert one.ask("mine", user="eve", question_id="browser-1").conversation.id != conversation_id
    if is_restarted:
        async with assistant_of() as one:
            assert await one.asked("browser-1", user="eve") is None
            assert await one.asked("browser-1", user="ada")


async def test_a_named_conversation_is_the_same_one_in_the_next_process_and_anothers_is_another() -> None:
    async with assistant_of() as one:
        fresh = await one.named("orders-help", user="ada")
        assert await one.named("orders-help", user="ada") is fresh
        assert not fresh.exchanges
        conversation_id = await asked(one, fresh)
        assert (await one.named("orders-help", user="eve")).id != conversation_id
        assert (await one.named("stock-help", user="ada")).id != conversation_id
    async with assistant_of() as one:
        again = await one.named("orders-help", user="ada")
        assert (again.id, again.user) == (conversation_id, "ada")
        assert [exchange.question for exchange in again.exchanges] == ["secret"]


async def test_nobody_is_not_everybody() -> None:
    async with assistant_of() as one:
        with pytest.raises(ValueError, match="must name somebody"):
            one.ask("secret", user="")
        for looked_for in (one.named("help", user=""), one.conversation("x" * 32, user=""), one.asked("q-1", user="")):
            with pytest.raises(ValueError, match="must name somebody"):
                await looked_for


async def test_a_named_conversation_whose_earlier_one_is_removed_for_ever_can_be_opened() -> None:
    async with assistant_of() as one:
        first = await asked(one, await one.named("help"))
        assert await one.delete_conversation(first)
        async for _ in one._keeper.store.removals(now=2.0**33):
            pass
        held = await one.named("help")
        assert held.id == first
        await asked(one, held)
        del held
        again = await one.conversation(first)
        assert again is not None
        assert [exchange.question for exchange in again.exchanges] == ["secret"]


async def test_a_named_conversation_that_was_deleted_is_followed_by_an_empty_one_of_that_name() -> None:
    async with assistant_of() as one:
        first = await asked(one, await one.named("help"))
        assert await one.delete_conversation(first)
        second = await asked(one, await one.named("help"))
        assert second != first
        assert (await one.named("help")).id == second
        await one.library.undelete(first)
        assert (await one.named("help")).id == second
