"""Whole conversations, out and in again: the same tree, byte for byte, or nothing."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from exchange.rows import BEGAN, FULL, row_id, transcript
from nicewen.services.errors import StoreError
from nicewen.services.exchange.format import json_of
from nicewen.services.exchange.importing import read_file
from nicewen.services.exchange.trees import checked, renamed
from nicewen.services.store import ConversationRow, MessageRow, Store, Transcript
from nicewen.services.store.tables import message_parts, raw_events
from nicewen.services.store.values import Role
from store.asked import answered, writing


async def whole(store: Store, user_id: str, conversation_id: str) -> Transcript:
    row = await store.conversation(user_id, conversation_id)
    assert row is not None
    outline = await store.outline(conversation_id)
    return Transcript(row, tuple(await store.messages([one.id for one in outline])))


async def saved(store: Store, user_id: str, *transcripts: Transcript) -> tuple[int, int]:
    return await store.save_transcripts(user_id, [checked(one) for one in transcripts], renamed)


def tree(seed: int, size: int) -> Transcript:
    """Return a conversation that branches at random, its messages in any order."""
    dice = random.Random(seed)
    rows: list[MessageRow] = []
    for number in range(size):
        parent = dice.choice([None, *rows])
        role: Role = "assistant" if parent and parent.role == "user" else "user"
        like = FULL if role == "assistant" else MessageRow("", state="done")
        text = "".join(dice.choices("湖茶 a\n\"\\\u2028\U0001f375'<", k=dice.randrange(20)))
        at = BEGAN + dice.choice((0, 0.1, dice.random()))
        above = parent.id if parent else None
        one = replace(like, id=row_id(number + 10), conversation_id=row_id(1), parent_id=above)
        rows.append(replace(one, role=role, text=text, created_at=at))
    dice.shuffle(rows)
    row = ConversationRow(row_id(1), "t", BEGAN, BEGAN, pinned_at=BEGAN, archived_at=0.1, leaf_id=rows[0].id)
    return Transcript(row, tuple(rows))


@pytest.mark.parametrize("one", [transcript("一", "two"), transcript(), *(tree(seed, 30) for seed in range(8))])
async def test_a_round_trip_gives_the_same_bytes(store: Store, tmp_path: Path, one: Transcript) -> None:
    before = json_of(one)
    path = tmp_path / "one.json"
    path.write_bytes(before)
    user_id = await store.user("a")
    assert await saved(store, user_id, *read_file(path).transcripts) == (1, 0)
    assert json_of(await whole(store, user_id, one.conversation.id)) == before


async def test_what_was_deleted_what_runs_and_raw_events_stay_behind(store: Store) -> None:
    user_id = await store.user("a")
    running = await writing(store, user_id)
    running.text.append("half")
    await store.save()
    gone = await answered(store, user_id, "gone", conversation_id=running.question.conversation_id, title=None)
    await store.delete_message(user_id, gone.id)
    deleted = await answered(store, user_id, "deleted")
    await store.delete(user_id, deleted.conversation_id)
    assert await store.conversation_ids(user_id) == [running.question.conversation_id]
    document = json.loads(json_of(await whole(store, user_id, running.question.conversation_id)))
    messages = document["conversation"]["messages"]
    assert [(one["text"], one["state"]) for one in messages] == [("?", "done"), ("half", "interrupted")]


async def test_imported_conversations_are_found_by_their_words(store: Store) -> None:
    user_id = await store.user("a")
    await saved(store, user_id, transcript("西湖有多大"))
    assert {found.message_id for found in await store.search(user_id, "西湖")} == {row_id(2), row_id(3)}
    assert [found.message_id for found in await store.search(user_id, "lake")] == [None]


async def test_what_is_there_with_the_same_messages_is_skipped(store: Store) -> None:
    user_id = await store.user("a")
    one = transcript("?")
    await saved(store, user_id, one)
    await store.rename(user_id, one.conversation.id, "Another title")
    await store.mark_seen(user_id, one.conversation.id)
    assert await store.show_message(user_id, one.messages[1].id, 5.0)
    assert await saved(store, user_id, one, one) == (0, 2)
    assert len(await store.conversation_ids(user_id)) == 1


async def test_what_has_changed_is_imported_beside_it_once(store: Store) -> None:
    user_id = await store.user("a")
    one = transcript("?")
    await saved(store, user_id, one)
    other = replace(one, messages=(one.messages[0], replace(one.messages[1], text="changed")))
    assert await saved(store, user_id, other) == (1, 0)
    assert await saved(store, user_id, other, one) == (0, 2)
    first, second = [await whole(store, user_id, one) for one in await store.conversation_ids(user_id)]
    assert {first.messages[1].text, second.messages[1].text} == {"**?**", "changed"}
    assert not {message.id for message in first.messages} & {message.id for message in second.messages}
    assert second.conversation.leaf_id in {message.id for message in second.messages}


async def test_another_users_conversation_is_neither_seen_nor_touched(store: Store) -> None:
    mine, others = await store.user("a"), await store.user("b")
    one = transcript("?")
    await saved(store, others, one)
    assert await saved(store, mine, one) == (1, 0)
    (own,) = await store.conversation_ids(mine)
    assert own != one.conversation.id
    assert await whole(store, others, one.conversation.id) == one


async def test_a_deleted_conversation_comes_back_as_another(store: Store) -> None:
    user_id = await store.user("a")
    one = transcript("?")
    await saved(store, user_id, one)
    await store.delete(user_id, one.conversation.id)
    assert await saved(store, user_id, one) == (1, 0)
    (back,) = await store.conversation_ids(user_id)
    assert [message.text for message in (await whole(store, user_id, back)).messages] == ["?", "**?**"]


async def test_all_are_saved_or_none(store: Store) -> None:
    user_id = await store.user("a")
    broken = transcript("?", first=100)
    orphan = replace(broken, messages=broken.messages[1:])
    with pytest.raises(StoreError):
        await store.save_transcripts(user_id, [transcript("?"), orphan], renamed)
    assert await store.conversation_ids(user_id) == []
    assert await store.search(user_id, "lake") == []


async def test_an_import_leaves_no_pieces_and_no_raw_events(store: Store) -> None:
    user_id = await store.user("a")
    await saved(store, user_id, transcript("?"))
    async with store.writing() as connection:
        for table in (message_parts, raw_events):
            assert await connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
