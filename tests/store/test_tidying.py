"""What is done every hour, with time moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
import sqlalchemy as sa
from scripted import DONE, Scripted, settled
from sqlalchemy.ext.asyncio import create_async_engine

from nicewen.services import Assistant, Settings
from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import Answer, Conversation, Exchange, State
from nicewen.services.events import Text
from nicewen.services.keeping import end_as_kept
from nicewen.services.store import MessageRow, RawEvent, Store
from nicewen.services.store.removing import DAY, DELETED_DAYS, RAW_DAYS, ROWS_AT_ONCE
from nicewen.services.store.tables import messages, raw_events
from nicewen.services.tidying import EVERY, Clock, Tidying
from store.asked import answered, asked, opened, writing
from store.postgres_server import PostgresServer
from store.watching import commits_that, lost


@dataclass
class Hand:
    """Time that stands still but for `pass_by`."""

    time: float
    slept: float = 0.0
    has_slept: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.slept = seconds
        self.has_slept.set()
        await self.go_on.wait()
        self.go_on.clear()
        self.time += seconds

    async def pass_by(self) -> None:
        """Let the time until the next round pass, and that round end."""
        self.has_slept.clear()
        self.go_on.set()
        await self.next_round()

    async def next_round(self) -> None:
        async with asyncio.timeout(20):
            await self.has_slept.wait()


@asynccontextmanager
async def tidied(store: Store, now: float, start_seconds: float = 0) -> AsyncIterator[Hand]:
    """Have the store tidied by a clock that is moved by hand; the first round is over, or waits for the start to be."""
    hand = Hand(now)
    clock = Clock(now=lambda: hand.time, start_seconds=start_seconds, sleep=hand.sleep, jitter=lambda: 0.5)
    one = Tidying(store, on_recovered=lambda _: None, clock=clock)
    one.begin()
    await hand.next_round()
    yield hand
    await one.end()


async def test_raw_events_are_removed_once_a_week_has_passed(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    store.follow(one.answer_id, [], [], events := [RawEvent(1000.0, "old")])
    assert await store.save()
    events.append(RawEvent(1000.0 + 1.5 * EVERY, "younger"))
    assert await store.save()
    async with tidied(store, 1000.0 + RAW_DAYS * DAY) as hand:
        assert len(await store.raw_events(user, one.answer_id)) == 2
        await hand.pass_by()
        assert [event.event for event in await store.raw_events(user, one.answer_id)] == ["younger"]
        assert hand.slept == EVERY * 1.05
        await hand.pass_by()
        assert await store.raw_events(user, one.answer_id) == []


async def test_what_was_deleted_is_removed_with_all_that_hangs_on_it_once_its_time_has_passed(store: Store) -> None:
    user = await store.user("ada")
    kept = await answered(store, user, "kept weather")
    one = await answered(store, user, "gone weather", "sunny")
    await answered(store, user, "?", "cold", conversation_id=one.conversation_id, parent_id=one.answer_id, title=None)
    message = await answered(store, user, "?", conversation_id=kept.conversation_id, title=None)
    store.follow(one.answer_id, [], [], [RawEvent(2.0**33, "x")])
    assert await store.save()
    assert await store.delete(user, one.conversation_id)
    assert await store.delete_message(user, message.id)
    async with store.writing() as connection:
        for table in ("conversations", "messages"):
            await connection.execute(sa.text(f"UPDATE {table} SET deleted_at = 1000 WHERE deleted_at IS NOT NULL"))
    async with tidied(store, 1000.0 + DELETED_DAYS * DAY) as hand:
        assert await rows_of(store, "conversations") == 2
        await hand.pass_by()
        assert await rows_of(store, "conversations") == 1
        assert await rows_of(store, "raw_events") == 0
        assert [row.id for row in await store.outline(kept.conversation_id)] == [kept.id, kept.answer_id]
        assert [found.message_id for found in await store.search(user, "weather")] == [kept.id]


async def test_what_is_due_waits_until_the_start_is_over(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    store.follow(one.answer_id, [], [], [RawEvent(1000.0, "old")])
    assert await store.save()
    async with tidied(store, 1001.0 + RAW_DAYS * DAY, start_seconds=5) as hand:
        assert hand.slept == 5
        assert await rows_of(store, "raw_events") == 1
        await hand.pass_by()
        assert hand.slept == EVERY * 1.05
        assert await rows_of(store, "raw_events") == 0


@pytest.mark.parametrize("what", ["conversations", "messages"])
async def test_more_messages_than_sqlite_removes_by_itself_are_removed(store: Store, what: str) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "the first")
    row = {"conversation_id": one.conversation_id, "role": "user", "state": "done", "created_at": 1.0}
    ids = [one.answer_id, *(f"0{number:031x}" for number in range(1200))]
    async with store.writing() as connection:
        chain = [{**row, "id": here, "parent_id": before} for before, here in pairwise(ids)]
        await connection.execute(sa.insert(messages), chain)
        where = {"id": one.conversation_id if what == "conversations" else one.id}
        await connection.execute(sa.text(f"UPDATE {what} SET deleted_at = 1 WHERE id = :id"), where)
    async for _ in store.removals(now=2.0**33):
        pass
    assert await rows_of(store, "messages") == 0
    assert await rows_of(store, "conversations") == (what == "messages")


async def rows_of(store: Store, table: str) -> int:
    async with store.writing() as connection:
        return int(await connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


async def test_much_is_removed_in_many_small_transactions_between_which_answers_are_saved(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    written = await writing(store, user)
    rows = [{"message_id": one.answer_id, "seq": seq, "at": 1.0, "events": "x"} for seq in range(5 * ROWS_AT_ONCE)]
    async with store.writing() as connection:
        await connection.execute(sa.insert(raw_events), rows)
    left = []
    async for _ in store.removals(now=2.0**40):
        written.text.append("x")
        assert await store.save()
        left.append(await rows_of(store, "raw_events"))
    assert left == [number * ROWS_AT_ONCE for number in (4, 3, 2, 1, 0)]


async def test_a_round_that_fails_is_left_for_the_next(store: Store) -> None:
    user = await store.user("ada")
    one = await asked(store, user)
    store.follow(one.answer_id, [], [], [RawEvent(1.0, "old")])
    assert await store.save()
    failing = ExitStack()
    failing.enter_context(commits_that(lost))
    async with tidied(store, 2.0**33) as hand:
        failing.close()
        assert len(await store.raw_events(user, one.answer_id)) == 1
        await hand.pass_by()
        assert await store.raw_events(user, one.answer_id) == []


async def test_answers_of_a_process_that_dies_meanwhile_are_ended_here_too(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    hand = Hand(1000.0)
    clock = Clock(now=lambda: hand.time, start_seconds=0, sleep=hand.sleep)
    settings = Settings(_env_file=None, database_url=url)
    living = Assistant(settings, make_provider=lambda _: Scripted([Text("yes"), DONE]), clock=clock)
    await living.open()
    await hand.next_round()
    async with opened(url) as dying:
        last = await writing(dying, await dying.user("local"))
        last.text.append("last words")
        assert await dying.save()
        conversation = await living.conversation(last.question.conversation_id)
        assert conversation is not None
        living.ask("and then?", conversation=conversation)
        await hand.pass_by()
        assert conversation.running is not None
        last.text.append(", unseen here")
    async with asyncio.timeout(20):
        while conversation.exchanges[0].answer.state != "interrupted":
            await hand.pass_by()  # the server lets go of what the other process held in its own time
    await settled(conversation)
    answers = [exchange.answer for exchange in conversation.exchanges]
    assert [(answer.state, answer.text) for answer in answers] == [
        ("interrupted", "last words, unseen here"),
        ("done", "yes"),
    ]
    await living.close()


async def test_a_conversation_that_was_half_read_when_its_process_was_found_dead_shows_the_end_too(
    postgres: PostgresServer,
) -> None:
    url = postgres.new_database()
    hand = Hand(1000.0)
    clock = Clock(now=lambda: hand.time, start_seconds=0, sleep=hand.sleep)
    living = Assistant(
        Settings(_env_file=None, database_url=url), make_provider=lambda _: Scripted([DONE]), clock=clock
    )
    await living.open()
    await hand.next_round()
    async with opened(url) as dying:
        user = await dying.user("local")
        seen, unseen = await writing(dying, user), await writing(dying, user)
    shown = await living.conversation(seen.question.conversation_id)
    assert shown is not None
    engine = create_async_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    async with engine.connect() as holding, asyncio.timeout(20):
        while await holding.scalar(sa.text(CLAIMS)) > 1:  # noqa: ASYNC110 (another process does it)
            await asyncio.sleep(0.02)  # the server lets go of what the other process held in its own time
        await holding.execute(sa.text("LOCK TABLE raw_events IN ACCESS EXCLUSIVE MODE"))
        loading = asyncio.create_task(living.conversation(unseen.question.conversation_id))
        while not await holding.scalar(sa.text(WAITING)):  # noqa: ASYNC110 (as above)
            await asyncio.sleep(0.02)  # it has read the messages, and would like to read their events
        hand.go_on.set()
        while shown.running is not None:
            await shown.pulse.after(shown.pulse.count)
        await holding.rollback()
        loaded = await loading
    await engine.dispose()
    assert loaded is not None
    assert loaded.exchanges[0].answer.state == "interrupted"
    await living.close()


HERE = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
CLAIMS = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {HERE}"
WAITING = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {HERE}"


@pytest.mark.parametrize(("state", "is_ours"), [("writing", True), ("done", False), ("interrupted", False)])
def test_an_answer_that_goes_on_here_or_went_on_here_is_left_as_it_is(state: State, is_ours: bool) -> None:
    answer = Answer("scripted", "script", state=state, parts=["more than was kept"])
    conversation = Conversation()
    conversation.add(Exchange("?", "q", Alternatives([answer])), None)
    row = MessageRow(answer.id, state="interrupted", text="what was kept")
    assert not end_as_kept(conversation, [row], ours={answer.id} if is_ours else ())
    assert (answer.state, answer.text) == (state, "more than was kept")
