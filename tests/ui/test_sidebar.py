"""The list of conversations without a browser: what a page shows when something changes, and what it may wish."""

import asyncio
import time
from typing import Any

import pytest
from nicegui.testing import User
from ui.test_page import Scripted, ask, states, until, visiting, with_testid

from nicewen.components.sidebar import PAGE, Sidebar
from nicewen.services.language import words_of
from nicewen.services.store import Question
from store.asked import answered, opened

RUNNING, UNREAD = 2, 4


def sidebar(user: User) -> Sidebar:
    (one,) = user.find(Sidebar).elements
    return one


def titles(user: User) -> list[str]:
    return [title for _, title, _, _ in sidebar(user).rows.values()]


def flags(user: User) -> list[int]:
    return [flags for *_, flags in sidebar(user).rows.values()]


def wish(user: User, what: str, conversation_id: str, **rest: object) -> None:
    """Send what the browser's half sends for a choice from a row's menu."""
    user.find(Sidebar).trigger("act", {"what": what, "id": conversation_id, **rest})


async def filled(url: str, count: int, *, turns: int = 1) -> list[Question]:
    """Keep so many conversations, the newest last, before Nicewen starts."""
    now, last = time.time(), []
    async with opened(url) as store:
        user = await store.user("local")
        for number in range(count):
            at = now - (count - number) * 60
            one = await answered(store, user, f"Question {number}", "answer", title=f"Title {number}", asked_at=at)
            last.append(one)
            for turn in range(1, turns):
                more = {"conversation_id": one.conversation_id, "parent_id": last[-1].answer_id, "title": None}
                last.append(await answered(store, user, f"Turn {turn}", "more", asked_at=at + turn, **more))
    return last


async def test_a_new_conversation_appears_runs_and_ends_in_every_page() -> None:
    provider = Scripted()
    async with visiting(provider, language="en") as (user, assistant):
        await user.open("/")
        assert titles(user) == []
        assistant.ask("What is\n  tea?", question_id="elsewhere")
        await until(lambda: titles(user) == ["What is tea?"] and flags(user)[0] & RUNNING > 0)
        provider.go_on.set()
        await until(lambda: flags(user) == [UNREAD])


async def test_a_conversation_is_renamed_pinned_put_away_and_brought_back(own_database: str) -> None:
    one, _ = await filled(own_database, 2)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        assert titles(user) == ["Title 1", "Title 0"]
        wish(user, "pin", one.conversation_id)
        await until(lambda: titles(user) == ["Title 0", "Title 1"])
        wish(user, "rename", one.conversation_id, title="  A \n better  title ")
        await until(lambda: titles(user) == ["A better title", "Title 1"])
        wish(user, "archive", one.conversation_id)
        await until(lambda: titles(user) == ["Title 1"])
        user.find(Sidebar).trigger("archived", True)
        await until(lambda: titles(user) == ["A better title"])
        wish(user, "unarchive", one.conversation_id)
        await until(lambda: titles(user) == [])
        user.find(Sidebar).trigger("archived", False)
        await until(lambda: titles(user) == ["A better title", "Title 1"])


async def test_what_is_deleted_cannot_be_opened_until_it_is_wanted_back(own_database: str) -> None:
    (one,) = await filled(own_database, 1)
    path = f"/c/{one.conversation_id}"
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open(path)
        wish(user, "delete", one.conversation_id)
        await until(lambda: titles(user) == [])
        assert (await user.http_client.get(path)).status_code == 404
        await user.should_see(words_of("en")("store-not-there"))
        wish(user, "undelete", one.conversation_id)
        await until(lambda: titles(user) == ["Title 0"])
        assert (await user.http_client.get(path)).status_code == 200
        await user.should_not_see(words_of("en")("store-not-there"))


async def test_deleting_stops_what_is_being_written_and_what_waits() -> None:
    async with visiting(Scripted(), language="en") as (user, assistant):
        await user.open("/")
        ask(user, "first")
        await until(lambda: states(user, "assistant") == ["writing"])
        ask(user, "second", "q-2")
        await until(lambda: states(user, "user") == ["done", "waiting"])
        await until(lambda: len(sidebar(user).rows) == 1)
        wish(user, "delete", next(iter(sidebar(user).rows)))
        await until(lambda: (states(user, "assistant"), states(user, "user")) == (["stopped"], ["done"]))
        assert assistant._running._tasks == {}


async def test_the_list_is_read_a_page_at_a_time_and_a_wish_sent_twice_is_one(own_database: str) -> None:
    await filled(own_database, 2 * PAGE + 5)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        assert len(titles(user)) == PAGE
        for _ in range(2):
            user.find(Sidebar).trigger("more", PAGE)
        await until(lambda: len(titles(user)) == 2 * PAGE)
        await asyncio.sleep(0)
        assert len(titles(user)) == 2 * PAGE
        user.find(Sidebar).trigger("more", 2 * PAGE)
        await until(lambda: len(titles(user)) == 2 * PAGE + 5)


async def test_a_row_is_no_element_of_the_pages(own_database: str) -> None:
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        assert user.client is not None
        without = len(user.client.elements)
    await filled(own_database, PAGE)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        assert user.client is not None
        assert (len(titles(user)), len(user.client.elements)) == (PAGE, without)


async def test_pages_that_look_at_once_share_a_reading(own_database: str) -> None:
    await filled(own_database, 1)
    async with visiting(Scripted()) as (_, assistant):
        one, two = await asyncio.gather(assistant.library.listing(), assistant.library.listing())
        assert one is two
        assert one.entries[0].title == "Title 0"


async def test_a_list_that_cannot_be_read_says_so_and_the_page_works(own_database: str) -> None:
    await filled(own_database, 1)
    async with visiting(Scripted(), language="en") as (user, assistant):
        await assistant.library.close()
        await user.open("/")
        assert titles(user) == []
        assert words_of("en")("store-closed") in sidebar(user).props["first"]
        await user.should_see("What would you like to know?")


async def test_a_page_that_is_opened_at_an_early_message_builds_it(own_database: str) -> None:
    turns = await filled(own_database, 1, turns=60)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open(f"/c/{turns[0].conversation_id}?m={turns[5].answer_id}")
        await until(lambda: len(states(user, "user")) == 55)
        (log,) = [one for one in user.client.elements.values() if "at" in one.props]  # type: ignore[union-attr]
        (first,) = [one for one in with_testid(user, "message") if one.html_id == log.props["at"]]
        assert first.props["data-role"] == "assistant"


@pytest.mark.parametrize("message_id", ["", "nothing"])
async def test_a_message_that_is_not_there_changes_nothing(own_database: str, message_id: str) -> None:
    turns = await filled(own_database, 1, turns=25)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open(f"/c/{turns[0].conversation_id}?m={message_id}")
        await until(lambda: len(states(user, "user")) == 20)
        assert not [one for one in user.client.elements.values() if "at" in one.props]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("act", "x"),
        ("act", {"what": "drop", "id": "a"}),
        ("act", {"what": "rename", "id": "a"}),
        ("act", {"what": "rename", "id": "a", "title": 1}),
        ("act", {"what": "delete", "id": "a" * 65}),
        ("act", {"what": "delete", "id": 1}),
        ("act", {"what": "delete", "id": "not-there"}),
        ("look", {"query": 1, "before": None}),
        ("look", {"query": "a"}),
        ("look", {"query": "   ", "before": None}),
        ("more", None),
        ("more", 17),
        ("archived", "x"),
        ("resync", "x"),
    ],
)
async def test_what_makes_no_sense_does_nothing(own_database: str, kind: str, arguments: Any) -> None:
    await filled(own_database, 1)
    async with visiting(Scripted(), language="en") as (user, _):
        await user.open("/")
        user.find(Sidebar).trigger(kind, arguments)
        await asyncio.sleep(0.05)
        assert titles(user) == ["Title 0"]
