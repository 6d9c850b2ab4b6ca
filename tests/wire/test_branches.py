"""The tree of a conversation: whatever people do to it, nothing is lost, and it is the same after a restart."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted import DONE, Scripted, Step, answered, assisted, opened, settled, until

from nicewen.services import Assistant
from nicewen.services.conversation import Conversation
from nicewen.services.deleting import Deleted
from nicewen.services.events import Text
from nicewen.services.providers.provider import Turn

Shape = tuple[Any, ...]


def saying(*answers: str) -> Scripted:
    """Return a model that gives these answers, one after the other."""
    scripts: list[list[Step]] = [[Text(answer), DONE] for answer in answers]
    return Scripted(*scripts)


def numbered(count: int) -> Scripted:
    return saying(*(f"answer {number}" for number in range(count)))


def path_of(conversation: Conversation) -> list[tuple[str, str]]:
    return [(one.question, one.answer.text) for one in conversation.exchanges]


def shape_of(conversation: Conversation) -> Shape:
    """Return all questions with all their answers and what follows each."""

    def shape(exchanges: Any) -> Shape:
        return tuple((one.id, tuple((answer.id, shape(answer.next)) for answer in one.answers)) for one in exchanges)

    return shape(conversation.beginnings)


def places_of(conversation: Conversation) -> list[int]:
    """Return which of its siblings is chosen everywhere in the tree, on the path that is shown and off it."""
    places = [conversation.beginnings.place]
    for exchange in conversation.all():
        places += [exchange.answers.place, *(answer.next.place for answer in exchange.answers)]
    return places


def texts(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in turns]


async def told(one: Assistant, *questions: str) -> Conversation:
    conversation = await answered(one, questions[0])
    for question in questions[1:]:
        await answered(one, question, conversation)
    return conversation


async def reopened(conversation: Conversation) -> Conversation:
    """Return the conversation as the next process finds it."""
    return await opened(conversation.id)


async def test_an_edited_question_stands_beside_the_old_one_and_the_model_reads_only_its_own_branch() -> None:
    provider = numbered(4)
    async with assisted(provider) as one:
        conversation = await told(one, "a", "b", "c")
        one.edit(conversation, conversation.exchanges[1].id, "B")
        await settled(conversation)
        assert path_of(conversation) == [("a", "answer 0"), ("B", "answer 3")]
        assert texts(provider.requests[3].turns) == ["a", "answer 0", "B"]
        assert one.choose(conversation, conversation.exchanges[1].id, -1)
        assert path_of(conversation) == [("a", "answer 0"), ("b", "answer 1"), ("c", "answer 2")]
        assert not one.choose(conversation, conversation.exchanges[1].id, -1), "there is none before the first"
    assert path_of(await reopened(conversation)) == path_of(conversation)
    assert shape_of(await reopened(conversation)) == shape_of(conversation)


async def test_an_early_answer_asked_again_takes_what_followed_the_other_one_out_of_sight() -> None:
    provider = numbered(4)
    async with assisted(provider) as one:
        conversation = await told(one, "a", "b", "c")
        one.ask_again(conversation, conversation.exchanges[0].answer.id)
        await settled(conversation)
        assert path_of(conversation) == [("a", "answer 3")]
        assert texts(provider.requests[3].turns) == ["a"]
        kept = await reopened_beside(one, conversation)
        assert one.choose(conversation, conversation.exchanges[0].answer.id, -1)
        assert len(conversation.exchanges) == 3
    assert kept == [("a", "answer 3")]
    assert path_of(await reopened(conversation)) == path_of(conversation)


async def reopened_beside(one: Assistant, conversation: Conversation) -> list[tuple[str, str]]:
    """Return the path that is kept so far."""
    await until(conversation, lambda: True)
    await one._keeper.caught_up()
    kept = await one._keeper.conversation(conversation.id)
    assert kept is not None
    return path_of(kept)


async def test_nothing_is_asked_in_other_words_while_an_answer_is_written_nor_twice() -> None:
    go_on = asyncio.Event()
    async with assisted(Scripted([Text("1"), go_on, DONE], [Text("2"), DONE])) as one:
        conversation = one.ask("a").conversation
        await until(conversation, lambda: bool(conversation.exchanges[0].answer.parts))
        one.edit(conversation, conversation.exchanges[0].id, "A", client_id="browser-1")
        one.ask_again(conversation, conversation.last_answer_id)
        assert (len(conversation.beginnings), len(conversation.exchanges[0].answers)) == (1, 1)
        go_on.set()
        await settled(conversation)
        first = conversation.exchanges[0].id
        for _ in range(2):
            one.edit(conversation, first, "A", client_id="browser-2")
            await settled(conversation)
        assert [exchange.question for exchange in conversation.beginnings] == ["a", "A"]


async def test_an_answer_goes_on_while_another_branch_is_read_and_what_waits_stays_behind_it() -> None:
    go_on = asyncio.Event()
    provider = Scripted([Text("1"), DONE], [Text("2"), go_on, DONE], [Text("3"), DONE], [Text("4"), DONE])
    async with assisted(provider) as one:
        conversation = await answered(one, "a")
        one.edit(conversation, conversation.exchanges[0].id, "A")
        one.ask("behind A", conversation=conversation)
        assert one.choose(conversation, conversation.exchanges[0].id, -1)
        assert conversation.running is not None
        assert conversation.queued == []
        one.ask("behind a", conversation=conversation)
        assert [exchange.question for exchange in conversation.queued] == ["behind a"]
        go_on.set()
        await settled(conversation)
        assert path_of(conversation) == [("a", "1"), ("behind a", "4")]
        assert texts(provider.requests[2].turns) == ["A", "2", "behind A"]
        assert texts(provider.requests[3].turns) == ["a", "1", "behind a"]
        one.choose(conversation, conversation.exchanges[0].id, 1)
        assert path_of(conversation) == [("A", "2"), ("behind A", "3")]


async def test_what_is_deleted_comes_back_where_it_was() -> None:
    async with assisted(numbered(3)) as one:
        conversation = await told(one, "a", "b", "c")
        path, shape = path_of(conversation), shape_of(conversation)
        deleted = one.delete(conversation, conversation.exchanges[1].id)
        assert deleted is not None
        assert path_of(conversation) == path[:1]
        assert await reopened_beside(one, conversation) == path[:1]
        one.undelete(deleted)
        assert (path_of(conversation), shape_of(conversation)) == (path, shape)
    assert path_of(await reopened(conversation)) == path
    assert shape_of(await reopened(conversation)) == shape


async def test_a_deleted_version_gives_way_to_the_one_before_with_what_followed_it() -> None:
    async with assisted(numbered(4)) as one:
        conversation = await told(one, "a", "b")
        one.ask_again(conversation, conversation.exchanges[0].answer.id)
        await settled(conversation)
        one.delete(conversation, conversation.last_answer_id)
        assert path_of(conversation) == [("a", "answer 0"), ("b", "answer 1")]
    assert path_of(await reopened(conversation)) == path_of(conversation)


async def test_deleting_what_is_being_written_stops_it_and_gives_back_what_waits_behind_it() -> None:
    async with assisted(Scripted([Text("1"), asyncio.Event()], [Text("2"), DONE])) as one:
        conversation = one.ask("a").conversation
        one.ask("b", conversation=conversation)
        one.ask("c", conversation=conversation)
        await until(conversation, lambda: bool(conversation.exchanges[0].answer.parts))
        deleted = one.delete(conversation, conversation.exchanges[0].id)
        assert deleted is not None
        assert deleted.unasked == ("b", "c")
        await settled(conversation)
        assert conversation.exchanges == []
        one.undelete(deleted)
        assert [exchange.answer.state for exchange in conversation.exchanges] == ["stopped"]
        one.delete(conversation, conversation.exchanges[0].id)
    assert (await reopened(conversation)).exchanges == []


async def test_only_the_last_turn_can_be_undone_and_its_words_come_back() -> None:
    async with assisted(numbered(2)) as one:
        conversation = await told(one, "a", "b")
        first, last = (exchange.id for exchange in conversation.exchanges)
        assert one.undo_turn(conversation, first) is None
        deleted = one.undo_turn(conversation, last)
        assert deleted is not None
        assert deleted.exchange.question == "b"
        assert path_of(conversation) == [("a", "answer 0")]


WISHES = st.tuples(st.sampled_from(["ask", "edit", "again", "switch", "delete", "undelete"]), st.integers(0, 7))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WISHES, min_size=3, max_size=14))
def test_whatever_is_done_nothing_is_lost_and_a_restart_changes_nothing(
    own_database: str, wishes: list[tuple[str, int]]
) -> None:
    asyncio.run(act_out(wishes))


async def act_out(wishes: list[tuple[str, int]]) -> None:
    async with assisted(numbered(2 * len(wishes) + 2)) as one:
        conversation = await answered(one, "first")
        deleted: list[Deleted] = []
        for number, (wish, place) in enumerate(wishes):
            known = {one.id for one in conversation.all()}
            gone = await fulfilled(one, conversation, wish, place, number, deleted)
            assert known - gone <= {one.id for one in conversation.all()}
            assert_valid(conversation)
    kept = await reopened(conversation)
    assert_valid(kept)
    assert shape_of(kept) == shape_of(conversation)
    assert path_of(kept) == path_of(conversation)
    assert places_of(kept) == places_of(conversation)


async def fulfilled(
    one: Assistant, conversation: Conversation, wish: str, place: int, number: int, deleted: list[Deleted]
) -> set[str]:
    """Do what is wished; return the ids of questions that are gone."""
    path = conversation.exchanges
    here = path[place % len(path)] if path else None
    before = {exchange.id for exchange in conversation.all()}
    if wish == "ask" or here is None:
        one.ask(f"question {number}", conversation=conversation)
    elif wish == "edit":
        one.edit(conversation, here.id, f"edit {number}")
    elif wish == "again":
        one.ask_again(conversation, here.answer.id)
    elif wish == "switch":
        one.choose(conversation, here.id if place % 2 else here.answer.id, 1 if place % 3 else -1)
    elif wish == "delete" and (gone := one.delete(conversation, here.id if place % 2 else here.answer.id)):
        deleted.append(gone)
        return before - {exchange.id for exchange in conversation.all()}
    elif wish == "undelete" and deleted:
        one.undelete(deleted.pop())
    await settled(conversation)
    return set()


def assert_valid(conversation: Conversation) -> None:
    """The path leads from the beginning to an end, each step following the one before."""
    followers = conversation.beginnings
    for exchange in conversation.exchanges:
        assert exchange is followers.chosen
        assert exchange.answers
        followers = exchange.answer.next
    assert not followers


@pytest.mark.parametrize("model", ["qwen-max", "no-model-of-ours"])
async def test_the_oldest_turns_are_left_out_where_the_model_cannot_read_them_all(model: str) -> None:
    long = "湖" * 9_000
    provider = saying(*[long] * 5)
    async with assisted(provider, model=model) as one:
        conversation = await told(one, "a", "b", "c", "d", "e")
        sent = [exchange.answer.sent for exchange in conversation.exchanges]
        assert sent == [None, None, None, (2, 3), (2, 4)]
    assert texts(provider.requests[4].turns) == ["c", long, "d", long, "e"]
    assert [exchange.answer.sent for exchange in (await reopened(conversation)).exchanges] == sent
