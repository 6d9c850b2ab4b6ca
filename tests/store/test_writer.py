"""Running answers are saved together, soon, once, and whatever happens in between."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from nicewen.services.events import Usage
from nicewen.services.store import MessageRow, RawEvent, Store, new_id
from nicewen.services.store.tables import message_parts
from store.asked import answered, asked, opened, text_of, writing
from store.watching import commits_that, done_but_not_told, lost, traffic

WORDS = [f"第{at}段，" for at in range(40)]


async def test_what_has_come_can_be_read_while_the_answer_runs(store: Store) -> None:
    one = await writing(store, await store.user("ada"))
    one.thinking.append("hm")
    assert await store.save()
    row = (await store.messages([one.id]))[0]
    assert (row.state, row.thinking, row.text) == ("thinking", "hm", "")
    one.text.extend("晴天")
    assert await store.save()
    row = (await store.messages([one.id]))[0]
    assert (row.state, row.thinking, row.text) == ("writing", "hm", "晴天")
    assert row.first_text_at is not None
    assert row.first_thinking_at is not None


async def test_it_is_saved_by_itself_within_a_quarter_of_a_second(
    store: Store, record_property: Callable[[str, object], None]
) -> None:
    one = await writing(store, await store.user("ada"))
    one.text.append("x")
    began = time.monotonic()
    async with asyncio.timeout(10):
        while await text_of(store, one.id) != "x":
            pass
    record_property("seconds_until_saved", time.monotonic() - began)  # 0.2 and the commit; never asserted as a time


async def test_the_end_leaves_one_text_and_no_pieces(store: Store) -> None:
    one = await writing(store, await store.user("ada"))
    for word in WORDS:
        one.text.append(word)
        assert await store.save()
    store.finish(one.ended())
    assert await store.save()
    assert await text_of(store, one.id) == "".join(WORDS)
    async with store.writing() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(message_parts)) == 0


async def test_fifty_answers_are_saved_in_one_transaction(store: Store) -> None:
    user = await store.user("ada")
    answers = [await writing(store, user) for _ in range(50)]
    for word in WORDS[:3]:
        for one in answers:
            one.text.append(word)
            one.thinking.append(word)
        with traffic() as seen:
            assert await store.save()
        assert seen.commits == 1
    for one in answers:
        store.finish(one.ended())
    with traffic() as seen:
        assert await store.save()
    assert seen.commits == 1
    assert {m.text for m in await store.messages([one.id for one in answers])} == {"".join(WORDS[:3])}


async def test_what_fifty_answers_get_is_saved_by_itself_in_one_transaction_a_tick(store: Store) -> None:
    user = await store.user("ada")
    answers = [await writing(store, user) for _ in range(50)]
    with traffic() as seen:
        for at in range(1, 4):
            for one in answers:
                one.text.append("天气")
            async with asyncio.timeout(10):
                while await text_of(store, answers[-1].id) != "天气" * at:
                    pass
    part = message_parts.c
    async with store.writing() as connection:
        ticks = await connection.execute(sa.select(part.seq, sa.func.count()).group_by(part.seq))
        assert [pieces for _, pieces in ticks] == [50] * 3
    assert len(seen.statements) == 4, "one for each tick, and one that all have begun"


async def test_nothing_new_costs_no_transaction(store: Store) -> None:
    await writing(store, await store.user("ada"))
    with traffic() as seen:
        assert await store.save()
    assert seen.commits == 0


async def test_less_than_three_times_the_text_is_handed_over(
    store: Store, record_property: Callable[[str, object], None]
) -> None:
    """Count every value of every statement but the index's words, over an answer at 60 tokens/s: 12 in each save."""
    one = await writing(store, await store.user("ada"))
    tokens = ["今天", "的", "天气", "很", "好", "，", "适合", "出门", "散步", "。", "不过", "傍晚"]
    with traffic() as seen:
        for _ in range(100):
            one.text.extend(tokens)
            assert await store.save()
        while_running = seen.bytes
        store.finish(one.ended())
        assert await store.save()
    size = len("".join(one.text).encode())
    ratio = (while_running + size) / size
    record_property("bytes_written_per_byte_of_text", ratio)
    assert ratio < 3


@pytest.mark.parametrize("fail", [lost, done_but_not_told])
async def test_a_save_that_fails_or_seems_to_loses_nothing_and_doubles_nothing(store: Store, fail: object) -> None:
    assert callable(fail)
    user = await store.user("ada")
    one, two = await writing(store, user), await writing(store, user)
    for at, word in enumerate(WORDS):
        one.text.append(word)
        two.thinking.append(word)
        if at % 3:
            with commits_that(fail):
                assert not await store.save()
            assert store.trouble is not None
        else:
            assert await store.save()
            assert store.trouble is None
            assert await text_of(store, one.id) == "".join(WORDS[: at + 1])
    store.finish(one.ended())
    with commits_that(fail):
        assert not await store.save()
    assert await store.save()
    first, second = await store.messages([one.id, two.id])
    assert (first.text, first.state) == ("".join(WORDS), "done")
    assert second.thinking == "".join(WORDS)
    assert len(await store.search(user, "第3段")) == 1


async def test_trouble_is_told_when_it_begins_and_when_it_ends(url: str) -> None:
    told: list[str | None] = []
    store = Store(url, on_trouble=lambda trouble: told.append(trouble.key if trouble else None))
    await store.open()
    one = await writing(store, await store.user("ada"))
    one.text.append("x")
    with commits_that(lost):
        for _ in range(3):
            assert not await store.save()
    assert await store.save()
    assert told == ["store-failing", None]
    await store.close()


async def test_an_answer_whose_conversation_was_purged_keeps_back_no_other(store: Store) -> None:
    user = await store.user("ada")
    gone, ended, kept = await writing(store, user), await writing(store, user), await writing(store, user)
    for one in (gone, ended):
        assert await store.delete(user, one.question.conversation_id)
    assert await store.purge(deleted_before=2.0**40) == 2
    gone.text.append("lost")
    kept.text.append("kept")
    store.finish(ended.ended())
    assert await store.save()
    kept.text.append(" on")
    assert await store.save()
    assert await text_of(store, kept.id) == "kept on"


async def test_what_no_column_can_hold_keeps_back_no_other(store: Store) -> None:
    user = await store.user("ada")
    odd, kept = await writing(store, user), await writing(store, user)
    kept.text.append("kept")
    store.finish(MessageRow(odd.id, usage=Usage(10**30)))
    assert await store.save()
    assert await text_of(store, kept.id) == "kept"


async def test_what_is_unsaved_is_saved_at_the_close(url: str) -> None:
    async with opened(url) as store:
        one = await writing(store, await store.user("ada"))
        one.text.append("last words")
        store.finish(one.ended())
    async with opened(url) as store:
        assert await text_of(store, one.id) == "last words"


async def test_two_pages_that_send_one_question_at_once_save_it_once(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "first")
    again = replace(one, client_id=new_id())
    many = [replace(again, id=new_id(), answer_id=new_id(), conversation_id=new_id()) for _ in range(8)]
    saved = await asyncio.gather(*(store.save_question(each) for each in many))
    assert sorted(each.was_there for each in saved) == [False] + [True] * 7
    assert len({(each.conversation_id, each.question_id, each.answer_id) for each in saved}) == 1
    assert len(await store.conversations(user)) == 2


async def test_raw_events_are_kept_up_to_two_megabytes(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    events = [RawEvent(time.time(), "湖" * 100_000)]
    store.follow(one.answer_id, [], [], events)
    for count in (1, 9):
        assert await store.save()
        events += [RawEvent(time.time(), "y" * 300_000)] * count
    assert await store.save()
    assert await store.raw_events(user, one.answer_id) == events[:6], "of 300 kB each"


async def test_raw_events_that_came_last_are_kept_with_the_end(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    events, text = [RawEvent(1.5, "first")], ["x"]
    store.follow(one.answer_id, text, [], events)
    assert await store.save()
    events.append(RawEvent(2.5, "last"))
    text.append("y")
    store.finish(MessageRow(one.answer_id, text="xy"))
    with commits_that(lost):
        assert not await store.save()
    assert await store.save()
    assert await store.raw_events(user, one.answer_id) == events
    assert await text_of(store, one.answer_id) == "xy"
    assert await store.with_raw_events(one.conversation_id) == {one.answer_id}


async def test_raw_events_of_an_answer_that_goes_on_follow_the_earlier_ones_within_the_limit(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    earlier = [RawEvent(1.0, "湖" * 300_000), RawEvent(2.0, "b")]
    store.follow(one.answer_id, [], [], earlier)
    store.finish(MessageRow(one.answer_id, text="x"))
    assert await store.save()
    assert await store.resume(user, one.answer_id) == (2, 900_001)
    later = [RawEvent(3.0, "c"), RawEvent(4.0, "d" * 1_099_998), RawEvent(5.0, "e")]
    store.follow(one.answer_id, ["x"], [], later, saved=(1, 0), earlier_events=(2, 900_001))
    assert await store.save()
    assert await store.raw_events(user, one.answer_id) == [*earlier, *later[:2]]


async def test_raw_events_of_an_answer_that_goes_on_replace_none_where_the_first_are_removed_already(
    store: Store,
) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    events = [RawEvent(1.0, "long ago")]
    store.follow(one.answer_id, [], [], events)
    for event in ("a", "b"):
        assert await store.save()
        events.append(RawEvent(2.0**33, event))
    store.finish(MessageRow(one.answer_id, text="x"))
    assert await store.save()
    async for _ in store.removals(now=2.0**33):
        pass
    earlier = await store.resume(user, one.answer_id)
    store.follow(one.answer_id, ["x"], [], [RawEvent(2.0**33, "c")], saved=(1, 0), earlier_events=earlier)
    assert await store.save()
    assert [event.event for event in await store.raw_events(user, one.answer_id)] == ["a", "b", "c"]


async def test_an_answer_that_is_forgotten_costs_nothing_any_more(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    store.follow(one.answer_id, text := [], [])
    store.forget(one.answer_id)
    text.append("never")
    assert await store.save()
    assert await text_of(store, one.answer_id) == ""


async def test_a_blank_answer_whose_saving_was_uncertain_is_saved_again_without_harm(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    blank = MessageRow(new_id(), one.conversation_id, one.id, created_at=one.asked_at + 1)
    await store.save_blank_answer(user, blank)
    await store.save_blank_answer(user, blank)
    assert [row.id for row in await store.outline(one.conversation_id)] == [one.id, one.answer_id, blank.id]


async def test_raw_events_are_for_their_owner_and_go_with_the_message(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    store.follow(one.answer_id, [], [], [RawEvent(1.0, "x")])
    assert await store.save()
    assert await store.raw_events(await store.user("eve"), one.answer_id) == []
    assert await store.delete_message(user, one.answer_id)
    assert await store.raw_events(user, one.answer_id) == []
    assert await store.undelete_message(user, one.answer_id)
    assert len(await store.raw_events(user, one.answer_id)) == 1


async def test_reading_does_not_wait_for_what_is_being_written(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "weather", "sunny")
    async with store.writing() as connection, asyncio.timeout(5):
        await connection.execute(sa.text("UPDATE messages SET text = 'changed'"))
        assert await text_of(store, one.answer_id) == "sunny"
        assert len(await store.search(user, "weather")) == 1
        assert [row.id for row in await store.conversations(user)] == [one.conversation_id]
        assert await store.conversation(user, one.conversation_id)
        assert [row.id for row in await store.outline(one.conversation_id)] == [one.id, one.answer_id]


async def test_a_caller_that_gives_up_leaves_the_store_working(store: Store) -> None:
    user = await store.user("ada")
    for at in range(10):
        task = asyncio.create_task(asked(store, user))
        for _ in range(at * 3):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (await answered(store, user, "still there")).text == "still there"
