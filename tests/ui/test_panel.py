"""The panel without a browser: what it refuses, whose conversations it shows, and what is left when it is removed."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nicegui import Client, ui
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation
from ui.test_page import Scripted, are_done, ask, click, states, until, with_testid

from nicewen.components import chat_panel
from nicewen.components.chat import Chat
from nicewen.components.chat_log import ChatLog
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.errors import StoreError


@asynccontextmanager
async def hosting(**panel: object) -> AsyncIterator[tuple[User, Assistant, Scripted]]:
    """A host's page with a panel; its model answers at once."""
    provider = Scripted()
    provider.go_on.set()
    assistant = Assistant(Settings(_env_file=None), make_provider=lambda _: provider)
    async with user_simulation() as user:

        @ui.page("/")
        def page() -> None:
            with ui.card() as card:
                chat_panel(assistant, **panel)  # type: ignore[arg-type]
            ui.button("remove", on_click=card.clear).props("data-testid=remove")

        await assistant.open()
        try:
            yield user, assistant, provider
        finally:
            await assistant.close()


def client_of(user: User) -> Client:
    assert user.client is not None
    return user.client


async def mount(user: User) -> None:
    """Wait until the chat is built, and tell what the browser does when it shows it."""
    await until(lambda: any(isinstance(one, ChatLog) for one in client_of(user).elements.values()))
    user.find(ChatLog).trigger("shown", 1)


async def test_a_named_conversation_is_the_hosts_users_own_and_there_on_the_next_visit() -> None:
    async with hosting(conversation="orders-help", user=lambda: "ada") as (user, assistant, _):
        await user.open("/")
        await mount(user)
        ask(user, "late?")
        await until(lambda: are_done(user, 1))
        await user.open("/")
        await until(lambda: states(user, "assistant") == ["done"])
        assert not (await assistant.library.listing()).entries
        assert [entry.title for entry in (await assistant.library.listing(user="ada")).entries] == ["late?"]
        assert [one.question for one in (await assistant.named("orders-help", user="ada")).exchanges] == ["late?"]


@pytest.mark.parametrize("nobody", ["", None, lambda: "", lambda: None])
async def test_a_user_who_is_nobody_is_refused(nobody: object) -> None:
    async with user_simulation() as user:
        refused = []

        @ui.page("/")
        def page() -> None:
            try:
                chat_panel(Assistant(Settings(_env_file=None)), user=nobody)  # type: ignore[arg-type]
            except ValueError as error:
                refused.append(error)

        await user.open("/")
        assert "must name somebody" in str(refused[0])


async def test_another_users_conversation_is_refused() -> None:
    async with user_simulation() as user:
        refused = []

        @ui.page("/")
        def page() -> None:
            try:
                chat_panel(Assistant(Settings(_env_file=None)), user="eve", conversation=Conversation(user="ada"))
            except ValueError as error:
                refused.append(error)

        await user.open("/")
        assert "eve" in str(refused[0])


async def test_a_removed_panel_follows_nothing_and_is_forgotten_while_its_page_lives_on() -> None:
    async with hosting() as (user, assistant, provider):
        await user.open("/")
        await mount(user)
        client = client_of(user)
        provider.go_on.clear()
        ask(user, "late?")
        await until(lambda: states(user, "assistant") == ["writing"])
        (kept,) = assistant._conversations.values()
        assert followers(kept) == 1
        click(user, "remove")
        await until(lambda: not with_testid(user, "message"))
        await until(lambda: followers(kept) == 0)
        await until(lambda: not chats())
        assert client.id in Client.instances
        assert kept.running is not None, "the answer belongs to the process"
        provider.go_on.set()
        await until(lambda: kept.running is None)
        assert kept.exchanges[0].answer.state == "done"


def chats() -> list[Chat]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Chat)]


def followers(conversation: Conversation) -> int:
    pulse = conversation.pulse
    return len(pulse._waiting) + len(pulse._resting)


async def test_a_conversation_that_cannot_be_read_is_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosting(conversation="orders-help") as (user, assistant, _):
        named, faults = assistant.named, [StoreError("store-closed")]

        async def sometimes(name: str, *, user: str) -> Conversation:
            if faults:
                raise faults.pop()
            return await named(name, user=user)

        monkeypatch.setattr(assistant, "named", sometimes)
        await user.open("/")
        await until(lambda: bool(with_testid(user, "open-again")))
        assert not with_testid(user, "starter")
        click(user, "open-again")
        await mount(user)
        assert not with_testid(user, "open-again")
        ask(user, "late?")
        await until(lambda: are_done(user, 1))


@pytest.mark.parametrize(("starters", "offered"), [((), 0), (("Why is this order late?",), 1)])
async def test_a_host_offers_its_own_questions_or_none(starters: tuple[str, ...], offered: int) -> None:
    async with hosting(starters=starters) as (user, _, _):
        await user.open("/")
        assert len(with_testid(user, "starter")) == offered
