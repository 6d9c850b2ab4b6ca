"""The panel without a browser: what it refuses, whose conversations it shows, and what is left when it is removed."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nicegui import Client, core, ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction
from nicegui.testing.user_simulation import user_simulation
from ui.test_page import Scripted, are_done, ask, click, states, until, with_testid

from nicewen.components import ChatPanel, chat_panel, stream_into
from nicewen.components import chat as chat_module
from nicewen.components.chat import Chat
from nicewen.components.chat_log import ChatLog
from nicewen.components.composer import Composer
from nicewen.components.empty_state import EmptyState
from nicewen.services import Assistant, Settings, keeper
from nicewen.services.conversation import Answer, Conversation
from nicewen.services.errors import AnswerError, StartError, StoreError
from nicewen.services.language import words_of


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
                shown = chat_panel(assistant, **panel)  # type: ignore[arg-type]
            ui.button("remove", on_click=card.clear).props("data-testid=remove")
            ui.button("explain", on_click=lambda: shown.ask("Explain")).props("data-testid=explain")
            said = ui.card()
            ui.button("say", on_click=lambda: stream_into(said, assistant.ask("Say"))).props("data-testid=say")

        await assistant.open()
        try:
            yield user, assistant, provider
        finally:
            await assistant.close()


@asynccontextmanager
async def showing(assistant: Assistant, **panel: object) -> AsyncIterator[User]:
    """A host's page with nothing but a panel."""
    async with user_simulation() as user:

        @ui.page("/")
        def page() -> None:
            chat_panel(assistant, **panel)  # type: ignore[arg-type]

        await user.open("/")
        yield user


async def refusal_of(assistant: object = None, **panel: object) -> str:
    """Return what a panel with these options says instead of being built."""
    refused: list[Exception] = []
    async with user_simulation() as user:

        @ui.page("/")
        def page() -> None:
            try:
                chat_panel(assistant or Assistant(Settings(_env_file=None)), **panel)  # type: ignore[arg-type]
            except (TypeError, ValueError) as error:
                refused.append(error)

        await user.open("/")
    (error,) = refused
    return f"{type(error).__name__}: {error}"


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
    said = await refusal_of(user=nobody)
    assert said.startswith("ValueError: ")
    assert "must name somebody" in said


async def later() -> str:
    return "ada"


WRONG = {
    "number as name": ({"conversation": 4711}, "conversation= takes a name"),
    "empty name": ({"conversation": ""}, "conversation= takes a name"),
    "one starter": ({"starters": "Why?"}, "takes a list of questions"),
    "number as context": ({"context": 42}, "not int"),
    "texts as context": ({"context": ["a", "b"]}, "not a list of str"),
    "no starter": ({"starters": [None]}, "each a str"),
    "word as compact": ({"compact": "yes"}, "compact= takes True, False or None"),
    "word as hook": ({"on_question": "x"}, "on_question= takes a function"),
    "async user": ({"user": later}, "not an async one"),
    "unknown language": ({"language": "de"}, 'takes "zh" or "en"'),
}


@pytest.mark.parametrize(("option", "said"), WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_option_is_refused_where_it_stands(option: dict[str, object], said: str) -> None:
    assert said in await refusal_of(**option)


async def test_what_is_no_question_and_no_element_is_refused_where_it_stands() -> None:
    async with hosting() as (user, assistant, _):
        await user.open("/")
        (panel,) = (one for one in client_of(user).elements.values() if isinstance(one, ChatPanel))
        for ask_for_it in (panel.ask, assistant.ask):
            with pytest.raises(TypeError, match="not 17"):
                ask_for_it(17)  # type: ignore[arg-type]
            with pytest.raises(ValueError, match="empty"):
                ask_for_it(" ")
        with pytest.raises(TypeError, match="takes an element"):
            stream_into("card", assistant.ask("hello"))  # type: ignore[arg-type]
        with panel, pytest.raises(TypeError, match=r"assistant\.ask"):
            stream_into(ui.card(), "hello")  # type: ignore[arg-type]


async def draft_of(**panel: object) -> str:
    async with hosting(**panel) as (user, _, _):
        await user.open("/")
        await mount(user)
        (composer,) = (one for one in client_of(user).elements.values() if isinstance(one, Composer))
        return str(composer.props["draft"])


async def test_an_unsent_question_is_not_shown_to_the_next_person() -> None:
    drafts = [await draft_of(conversation="orders", user=name) for name in ("ada", "eve")]
    drafts.append(await draft_of(conversation="orders"))
    assert len(set(drafts)) == 3
    assert drafts[0] == await draft_of(conversation="orders", user="ada")
    assert not any(name in draft for draft in drafts for name in ("ada", "eve"))


async def test_what_is_no_assistant_is_refused() -> None:
    assert "takes an Assistant" in await refusal_of(Settings(_env_file=None))


def test_outside_a_page_a_panel_says_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.app.config, "_has_run_config", False)
    with pytest.raises(RuntimeError, match="must be called inside a page"):
        chat_panel(Assistant(Settings(_env_file=None)))


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh_TW"])
async def test_the_language_may_be_a_tag(tag: str) -> None:
    async with hosting(language=tag) as (user, _, _):
        await user.open("/")
        await user.should_see(words_of("zh")("empty-hint"))


async def test_a_model_of_the_hosts_own_may_have_any_name() -> None:
    async with hosting() as (user, _, provider):
        provider.name = "rules"
        await user.open("/")
        await user.should_see("Answers come from qwen-plus.")


@pytest.mark.parametrize("provider", ["auto", "demo"])
async def test_a_hosts_people_are_not_told_where_keys_come_from(provider: str) -> None:
    async with showing(Assistant(Settings(_env_file=None, provider=provider))) as user:
        await user.should_not_see(words_of("en")("get-a-key"))


async def test_a_chat_that_nobody_opened_says_which_line_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "BEGIN_SECONDS", 0.1)
    assistant = Assistant(Settings(_env_file=None, provider="demo"))
    async with showing(assistant, conversation="x") as user:
        await user.should_see("app.on_startup(assistant.open)")
        with pytest.raises(StoreError, match=r"app\.on_startup"):
            await assistant.asked("q-1")
        failed = await assistant.ask("hello").ended()
        assert "app.on_startup(assistant.open)" in str(failed.error)


async def test_a_chat_whose_database_cannot_be_opened_says_so(tmp_path: Path) -> None:
    assistant = Assistant(Settings(_env_file=None, provider="demo", database_url=f"sqlite:///{tmp_path}"))
    waiting = asyncio.create_task(assistant.asked("q-1"))  # as one does who comes while it is being opened
    with pytest.raises(StartError):
        await assistant.open()
    with pytest.raises(StoreError, match="could not be opened"):
        await waiting
    async with showing(assistant, conversation="x") as user:
        await user.should_see("its database could not be opened")


async def test_another_users_conversation_is_refused() -> None:
    assert "eve" in await refusal_of(user="eve", conversation=Conversation(user="ada"))


async def test_a_removed_panel_follows_nothing_and_is_forgotten_while_its_page_lives_on() -> None:
    async with hosting() as (user, assistant, provider):
        await user.open("/")
        await mount(user)
        client = client_of(user)
        provider.go_on.clear()
        ask(user, "late?")
        await until(lambda: states(user, "assistant") == ["writing"])
        (kept,) = assistant._conversations
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
        await user.should_not_see(EmptyState)
        click(user, "open-again")
        await mount(user)
        assert not with_testid(user, "open-again")
        ask(user, "late?")
        await until(lambda: are_done(user, 1))


@pytest.mark.parametrize("starters", [(), ("Why is this order late?",)])
async def test_a_host_offers_its_own_questions_or_none(starters: tuple[str, ...]) -> None:
    async with hosting(starters=starters) as (user, _, _):
        await user.open("/")
        await user.should_see(EmptyState)
        (empty,) = user.find(EmptyState).elements
        assert empty.props.get("starters", ()) == starters
        for question in starters:
            await user.should_see(question)


async def test_a_host_asks_through_the_panel_while_it_is_still_being_read() -> None:
    async with hosting(conversation="orders-help", context="order 17") as (user, assistant, _):
        await user.open("/")
        click(user, "explain")
        await mount(user)
        await until(lambda: are_done(user, 1))
        conversation = await assistant.named("orders-help")
        assert [(one.question, one.sent) for one in conversation.exchanges] == [
            ("Explain", "<context>\norder 17\n</context>\n\nExplain")
        ]
        assert with_testid(user, "message")[0].props["given"] == "With a text of 8 characters"


@pytest.mark.parametrize(("is_wanted", "sent"), [(True, "<context>\nseen 1\n</context>\n\nwhy?"), (False, "why?")])
async def test_what_is_shown_is_read_when_it_is_asked_and_left_out_where_the_person_wants(
    is_wanted: bool, sent: str
) -> None:
    looks: list[int] = []

    async def context() -> str:
        looks.append(1)
        return f"seen {len(looks)}"

    async with hosting(context=context) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        assert not looks
        user.find(Composer).trigger("ask", {"id": "q-1", "text": "why?", "context": is_wanted})
        await until(lambda: are_done(user, 1))
        (conversation,) = assistant._conversations
        assert conversation.exchanges[0].sent == sent


async def test_a_chip_whose_context_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> str:
        raise ValueError("no such row")

    said: list[object] = []
    async with hosting(context=fails) as (user, _, _):
        await user.open("/")
        await mount(user)
        (composer,) = user.find(Composer).elements
        monkeypatch.setattr(composer, "run_method", lambda *sent: said.append(sent))
        user.find(Composer).trigger("look")
        await until(lambda: bool(said))
        assert said == [("showMaterial", words_of("en")("material-unreadable"), "", False)]


async def test_a_context_that_fails_is_logged_and_the_question_asked_without(caplog: pytest.LogCaptureFixture) -> None:
    async with hosting(context=lambda: 1 / 0) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        user.find(Composer).trigger("ask", {"id": "q-1", "text": "why?", "context": True})
        await until(lambda: are_done(user, 1))
        assert [one.exchanges[0].sent for one in assistant._conversations] == ["why?"]
        assert "ZeroDivisionError" in caplog.text
        assert "given" not in with_testid(user, "message")[0].props
        caplog.clear()  # NiceGUI's simulation takes every error that is logged for one of the test


async def test_the_host_is_told_of_questions_answers_and_errors() -> None:
    told: list[object] = []

    async def on_answer(answer: Answer) -> None:
        told.append(answer.text)
        ui.label("noted").props("data-testid=noted")

    def on_error(error: AnswerError) -> None:
        told.append(error.code)

    hooks = {"on_question": told.append, "on_answer": on_answer, "on_error": on_error}
    async with hosting(**hooks) as (user, _, _):
        await user.open("/")
        await mount(user)
        ask(user, "late?")
        await until(lambda: told == ["late?", "**late?** and more."])
        ask(user, "fail", "q-2")
        await until(lambda: told[2:] == ["fail", "Arrearage"])
        await until(lambda: bool(with_testid(user, "regenerate")))
        click(user, "regenerate")
        await until(lambda: told[4:] == ["fail", "Arrearage"])
        noted = with_testid(user, "noted")
        assert len(noted) == 1
        assert all(one.parent_slot is not None and isinstance(one.parent_slot.parent, ui.card) for one in noted)


async def test_the_host_is_told_of_the_end_of_an_answer_whose_panel_is_gone_and_its_faults_end_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[str] = []

    def on_question(question: str) -> None:
        raise RuntimeError("a fault of the host's")

    async with hosting(on_question=on_question, on_answer=lambda answer: told.append(answer.state)) as (
        user,
        _,
        provider,
    ):
        await user.open("/")
        await mount(user)
        provider.go_on.clear()
        ask(user, "late?")
        await until(lambda: states(user, "assistant") == ["writing"])
        click(user, "remove")
        await until(lambda: not with_testid(user, "message"))
        provider.go_on.set()
        await until(lambda: told == ["done"])
        assert "a fault of the host's" in caplog.text
        caplog.clear()


async def test_an_answer_streams_into_an_element_of_the_hosts_and_the_next_one_takes_its_place() -> None:
    async with hosting() as (user, _, _):
        await user.open("/")
        for _ in range(2):
            click(user, "say")
            await until(lambda: len(with_testid(user, "said")) == 1)
            log = next(one for one in with_testid(user, "said")[0].descendants() if isinstance(one, ChatLog))
            user.find(ChatLog)
            UserInteraction(user, {log}, target=None).trigger("shown", 1)
            await until(lambda: states(user, "assistant") == ["done"])


async def test_a_question_sent_twice_within_a_moment_is_told_once() -> None:
    told: list[str] = []

    async def slow() -> str:
        await asyncio.sleep(0.05)
        return "order 17"

    async with hosting(context=slow, on_question=told.append) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        for _ in range(2):
            user.find(Composer).trigger("ask", {"id": "q-1", "text": "why?", "context": True})
        await until(lambda: are_done(user, 1))
        assert told == ["why?"]
        (conversation,) = assistant._conversations
        assert len(conversation.exchanges) == 1


async def test_a_slow_context_does_not_keep_the_question(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chat_module, "READING_SECONDS", 0.01)

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    async with hosting(context=never) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        user.find(Composer).trigger("ask", {"id": "q-1", "text": "why?", "context": True})
        await until(lambda: are_done(user, 1))
        assert [one.exchanges[0].sent for one in assistant._conversations] == ["why?"]
        assert "TimeoutError" in caplog.text
        caplog.clear()


async def test_a_panel_that_is_removed_while_its_question_is_on_its_way_is_not_followed() -> None:
    go_on = asyncio.Event()

    async def slow() -> str:
        await go_on.wait()
        return "what is shown"

    async with hosting(context=slow) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        user.find(Composer).trigger("ask", {"id": "q-1", "text": "why?", "context": True})
        await until(lambda: any(chat._asking for chat in chats()))
        click(user, "remove")
        await until(lambda: not any(isinstance(one, Composer) for one in client_of(user).elements.values()))
        count = len(client_of(user).elements)
        go_on.set()
        await until(lambda: bool(list(assistant._conversations)))
        (conversation,) = assistant._conversations
        await assistant.ask("and?", conversation=conversation).ended()
        assert followers(conversation) == 0
        assert len(client_of(user).elements) == count
        assert [one.question for one in conversation.exchanges] == ["why?", "and?"]


async def test_what_a_host_asks_is_asked_in_its_order_however_long_the_context_takes() -> None:
    waits = [0.2, 0.0]

    async def slower_first() -> str:
        await asyncio.sleep(waits.pop(0))
        return "what is shown"

    async with hosting(context=slower_first) as (user, assistant, _):
        await user.open("/")
        await mount(user)
        (panel,) = (one for one in client_of(user).elements.values() if isinstance(one, ChatPanel))
        panel.ask("one")
        panel.ask("two")
        await until(lambda: are_done(user, 2))
        (conversation,) = assistant._conversations
        assert [one.question for one in conversation.exchanges] == ["one", "two"]
