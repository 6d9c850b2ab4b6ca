"""What is saved is read again, in order, by its owner only."""

from dataclasses import replace

import pytest

from nicewen.services.errors import StoreError
from nicewen.services.events import Source, Usage
from nicewen.services.store import MessageRow, Store, new_id
from store.asked import answered, asked, question


async def titles(store: Store, user_id: str, *, archived: bool = False) -> list[str]:
    return [row.title for row in await store.conversations(user_id, archived=archived)]


async def leaf_of(store: Store, user_id: str, conversation_id: str) -> str | None:
    row = await store.conversation(user_id, conversation_id)
    assert row is not None
    return row.leaf_id


async def test_a_question_and_its_answer_are_read_as_they_were_saved(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user, "天气？", title="Weather", provider="dashscope", model="qwen-plus")
    ended = MessageRow(
        one.answer_id,
        text="晴",
        thinking="hm",
        sources=(Source(1, "t", "https://example.com"),),
        state="failed",
        finish_reason="stop",
        model="qwen-plus-1",
        provider="dashscope",
        request_id="r",
        usage=Usage(1, 2, 3, 4, 5),
        asked_at=1.5,
        first_thinking_at=2.5,
        first_text_at=3.5,
        ended_at=4.5,
        error={"key": "error-busy", "values": {"seconds": 3}},
    )
    store.finish(ended)
    assert await store.save()
    asking, answer = await store.messages([one.id, one.answer_id])
    assert (asking.text, asking.role, asking.client_id, asking.state) == ("天气？", "user", one.client_id, "done")
    told = {"conversation_id": one.conversation_id, "parent_id": one.id, "created_at": one.asked_at}
    assert answer == MessageRow(**{**{name: getattr(ended, name) for name in MessageRow.__dataclass_fields__}, **told})


async def test_a_new_conversation_ends_with_the_blank_answer(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user, title="Weather")
    row = await store.conversation(user, one.conversation_id)
    assert row is not None
    assert (row.title, row.leaf_id, row.updated_at) == ("Weather", one.answer_id, one.asked_at)
    assert [(m.id, m.parent_id, m.role, m.state) for m in await store.outline(one.conversation_id)] == [
        (one.id, None, "user", "done"),
        (one.answer_id, one.id, "assistant", "waiting"),
    ]


async def test_the_same_question_sent_twice_is_saved_once(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    again = await store.save_question(replace(one, id=new_id(), answer_id=new_id(), conversation_id=new_id()))
    assert (again.conversation_id, again.question_id, again.answer_id, again.was_there) == (
        one.conversation_id,
        one.id,
        one.answer_id,
        True,
    )
    assert len(await store.conversations(user)) == 1


async def test_a_conversation_goes_on_with_another_question_and_branches(store: Store) -> None:
    user = await store.user("ada")
    first = await answered(store, user, "1", "one")
    second = await answered(
        store, user, "2", conversation_id=first.conversation_id, parent_id=first.answer_id, title=None
    )
    edited = await answered(
        store, user, "3", conversation_id=first.conversation_id, parent_id=first.answer_id, title=None
    )
    assert await leaf_of(store, user, first.conversation_id) == edited.answer_id
    assert await store.set_leaf(user, first.conversation_id, second.answer_id)
    assert not await store.set_leaf(user, first.conversation_id, new_id())
    assert await leaf_of(store, user, first.conversation_id) == second.answer_id


async def test_an_answer_asked_for_again_stands_beside_the_first(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "1")
    again = MessageRow(new_id(), one.conversation_id, one.id, asked_at=5.0, created_at=one.asked_at + 1)
    await store.save_blank_answer(user, again)
    assert [(m.parent_id, m.state) for m in await store.outline(one.conversation_id)][1:] == [
        (one.id, "done"),
        (one.id, "waiting"),
    ]


async def test_pinned_conversations_come_first_and_pages_follow_each_other(store: Store) -> None:
    user = await store.user("ada")
    ids = [
        (await answered(store, user, "?", title=f"{at}", asked_at=100.0 + at // 2)).conversation_id for at in range(9)
    ]
    for at in (1, 4):
        assert await store.pin(user, ids[at])
    whole = await titles(store, user)
    assert whole[:2] == ["4", "1"]
    assert sorted(whole) == sorted(f"{at}" for at in range(9))
    paged: list[str] = []
    page = await store.conversations(user, limit=1)
    while page:
        paged += [row.title for row in page]
        page = await store.conversations(user, before=page[-1].cursor, limit=3)
    assert paged == whole
    assert await store.pin(user, ids[4], pinned=False)
    assert (await titles(store, user))[0] == "1"


async def test_a_models_title_is_claimed_once_and_gives_way_to_a_persons(store: Store) -> None:
    user = await store.user("ada")
    one = (await answered(store, user, "?", title="first words")).conversation_id
    assert not await store.give_title(user, one, "not claimed")
    assert [await store.claim_title(user, one) for _ in range(2)] == [True, False]
    assert await store.give_title(user, one, "天气预报")
    assert not await store.give_title(user, one, "twice")
    assert not await store.claim_title(user, one)
    assert await titles(store, user) == ["天气预报"]
    assert [found.conversation_id for found in await store.search(user, "天气")] == [one]
    other = (await answered(store, user, "?", title="first words")).conversation_id
    assert await store.claim_title(user, other)
    assert await store.rename(user, other, "a person's")
    assert not await store.give_title(user, other, "a model's")
    assert await titles(store, user) == ["a person's", "天气预报"]


async def test_archived_conversations_are_listed_apart(store: Store) -> None:
    user = await store.user("ada")
    kept, away = await answered(store, user, "?", title="kept"), await answered(store, user, "?", title="away")
    assert await store.archive(user, away.conversation_id)
    assert (await titles(store, user), await titles(store, user, archived=True)) == (["kept"], ["away"])
    assert await store.archive(user, away.conversation_id, archived=False)
    assert await titles(store, user) == ["away", "kept"]
    assert kept.conversation_id != away.conversation_id


async def test_a_conversation_is_unread_until_it_is_looked_at(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "?")
    assert (await store.conversations(user))[0].is_unread
    assert await store.mark_seen(user, one.conversation_id)
    assert not (await store.conversations(user))[0].is_unread


async def test_what_is_deleted_comes_back_until_it_is_purged(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "weather", "晴天")
    assert await store.delete(user, one.conversation_id)
    assert await store.conversation(user, one.conversation_id) is None
    assert (await titles(store, user), await store.search(user, "weather")) == ([], [])
    assert not await store.rename(user, one.conversation_id, "x")
    assert await store.undelete(user, one.conversation_id)
    assert await titles(store, user) == ["New"]
    assert await store.delete(user, one.conversation_id)
    assert await store.purge(deleted_before=1.0) == 0
    assert await store.purge(deleted_before=2.0**40) == 1
    assert not await store.undelete(user, one.conversation_id)
    assert await store.messages([one.id, one.answer_id]) == []


async def test_a_message_is_deleted_with_what_follows_and_all_of_it_comes_back(store: Store) -> None:
    user = await store.user("ada")
    first = await answered(store, user, "1", "one")
    values = {"conversation_id": first.conversation_id, "title": None}
    second = await answered(store, user, "2", "two", parent_id=first.answer_id, **values)
    third = await answered(store, user, "3", "three", parent_id=second.answer_id, **values)
    assert await store.delete_message(user, third.answer_id)
    assert await store.delete_message(user, second.id)
    assert await leaf_of(store, user, first.conversation_id) == first.answer_id
    assert [m.id for m in await store.outline(first.conversation_id)] == [first.id, first.answer_id]
    assert await store.search(user, "two") == []
    assert await store.undelete_message(user, second.id, leaf_id=third.id)
    assert await leaf_of(store, user, first.conversation_id) == third.id
    assert [m.id for m in await store.outline(first.conversation_id)][2:] == [second.id, second.answer_id, third.id]
    assert await store.purge(deleted_before=2.0**40) == 1


async def test_another_users_conversation_behaves_as_if_it_were_not_there(store: Store) -> None:
    ada, eve = await store.user("ada"), await store.user("eve")
    one = await answered(store, ada, "weather", "sunny")
    there = one.conversation_id
    assert await store.conversation(eve, there) is None
    assert await store.search(eve, "weather") == []
    changes = [
        store.rename(eve, there, "x"),
        store.claim_title(eve, there),
        store.give_title(eve, there, "x"),
        store.pin(eve, there),
        store.archive(eve, there),
        store.mark_seen(eve, there),
        store.set_leaf(eve, there, one.id),
        store.delete(eve, there),
        store.undelete(eve, there),
        store.delete_message(eve, one.id),
        store.undelete_message(eve, one.id),
        store.show_message(eve, one.id, 5.0),
        store.note_turns(eve, one.answer_id, 1, 2),
    ]
    assert [await change for change in changes] == [False] * len(changes)
    for intruding in (
        question(eve, conversation_id=there, title=None),
        question(eve, conversation_id=there, title="x"),
        question(eve, parent_id=one.answer_id),
        replace(one, user_id=eve),
    ):
        with pytest.raises(StoreError, match="no longer here"):
            await store.save_question(intruding)
    with pytest.raises(StoreError, match="no longer here"):
        await store.save_blank_answer(eve, MessageRow(new_id(), there, one.id))
    assert len(await store.outline(there)) == 2


async def test_the_same_name_is_the_same_user(store: Store) -> None:
    assert await store.user("ada") == await store.user("ada") != await store.user("eve")


async def test_text_no_database_can_hold_is_saved_with_marks_in_its_place(store: Store) -> None:
    user = await store.user("a\x00da")
    one = await answered(store, user, "nul\x00 and \ud800", "a\x00b")
    assert [m.text for m in await store.messages([one.id, one.answer_id])] == ["nul\ufffd and \ufffd", "a\ufffdb"]
