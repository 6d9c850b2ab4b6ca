"""Temporary conversations: all that can be done in others, and not one word of it on disk."""

import asyncio
from pathlib import Path

from scripted import DONE, Scripted, answered, assisted, until

from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.errors import CutShort
from nicewen.services.events import Source, Sources, Text, Thinking

WORD = "Zwetschgenkuchen"
SHORT = 0.05  # seconds


def written(folder: Path) -> bytes:
    """Return all bytes of the database, its journal and what else stands beside it."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


async def test_nothing_of_a_temporary_conversation_is_written_whatever_is_done_in_it(tmp_path: Path) -> None:
    never = asyncio.Event()
    provider = Scripted(
        [Thinking(f"{WORD}?"), Sources((Source(1, WORD, "https://example.com/"),)), Text(f"{WORD} 1"), DONE],
        [f"{WORD} as sent", Text(f"{WORD} 2"), CutShort("error-cut-short")],
        [Text(f" {WORD} 3"), DONE],
        [Text(f"{WORD} 4"), DONE],
        [Text(f"{WORD} 5"), DONE],
        [Text(f"{WORD} 6"), never],
        [Text("kept"), DONE],
    )
    async with assisted(provider) as one:
        conversation = one.ask(f"{WORD} 一", question_id="browser-1", temporary=True).conversation
        await until(conversation, lambda: conversation.running is None)
        await answered(one, f"{WORD} 二", conversation)
        cut = conversation.exchanges[1]
        one.continue_answer(conversation, cut.answer.id)
        await until(conversation, lambda: conversation.running is None)
        assert cut.answer.text == f"{WORD} 2 {WORD} 3"
        assert not cut.answer.has_raw_events, "nothing is offered that is not kept"
        one.ask_again(conversation, cut.answer.id)
        await until(conversation, lambda: conversation.running is None)
        one.edit(conversation, cut.id, f"{WORD} 三")
        await until(conversation, lambda: conversation.running is None)
        assert one.choose(conversation, conversation.exchanges[1].id, -1)
        deleted = one.delete(conversation, conversation.exchanges[1].answer.id)
        assert deleted is not None
        one.undelete(deleted)
        one.ask(f"{WORD} 四", conversation=conversation)
        await until(conversation, lambda: bool(conversation.exchanges[-1].answer.parts))
        waits = one.ask(f"{WORD} 五", conversation=conversation).exchange
        assert one.withdraw(conversation, waits.id) == f"{WORD} 五"
        one.stop(conversation)
        await until(conversation, lambda: conversation.running is None)
        assert conversation.exchanges[-1].answer.state == "stopped"

        kept = await answered(one, "Apfelkuchen")
        await one._keeper.caught_up()
        await one._keeper.store.save()
        listing = await one.library.listing()
        assert [entry.id for entry in listing.entries] == [kept.id]
        assert await one.library.search(WORD) == []
        assert await one.courier.export_conversation(conversation.id, "json") is None
        assert await one.conversation(conversation.id) is None
        archive = await one.courier.export_all()
        assert WORD.encode() not in archive.read_bytes()
        assert conversation.id.encode() not in archive.read_bytes()
        while_open = written(tmp_path)
    for bytes_there in (while_open, written(tmp_path)):
        assert b"Apfelkuchen" in bytes_there
        for secret in (WORD, conversation.id, "browser-1", *(exchange.id for exchange in conversation.all())):
            assert secret.encode() not in bytes_there


async def test_it_lives_while_a_page_shows_it_and_a_moment_longer() -> None:
    one = Assistant(Settings(_env_file=None), make_provider=lambda _: Scripted([Text("yes"), DONE]), grace=SHORT)
    await one.open()
    try:
        conversation = one.ask("?", temporary=True).conversation
        for _ in range(2):
            one.temporary.enter(conversation)
        one.temporary.leave(conversation)
        await asyncio.sleep(2 * SHORT)
        assert one.temporary.get(conversation.id) is conversation
        one.temporary.leave(conversation)
        one.temporary.enter(conversation)  # loaded again
        await asyncio.sleep(2 * SHORT)
        assert one.temporary.get(conversation.id) is conversation
        one.temporary.leave(conversation)
        await gone(one, conversation)
    finally:
        await one.close()


async def test_one_that_nobody_shows_any_more_stops_what_is_written_and_asks_nothing_that_waits() -> None:
    provider = Scripted([Text("a"), asyncio.Event()])
    one = Assistant(Settings(_env_file=None), make_provider=lambda _: provider, grace=SHORT)
    await one.open()
    try:
        conversation = one.ask("?", temporary=True).conversation
        one.ask("and?", conversation=conversation)
        await gone(one, conversation)
        await until(conversation, lambda: conversation.running is None)
        assert [exchange.answer.state for exchange in conversation.all()] == ["stopped"]
        assert (conversation.waiting, len(provider.requests)) == ([], 1)
    finally:
        await one.close()


async def gone(one: Assistant, conversation: Conversation) -> None:
    async with asyncio.timeout(5):
        while one.temporary.get(conversation.id):  # noqa: ASYNC110 (it ends by a timer, which tells no page)
            await asyncio.sleep(SHORT / 5)


async def test_a_page_of_a_temporary_conversation_does_not_complain_that_nothing_is_saved(tmp_path: Path) -> None:
    async with assisted(Scripted([Text("yes"), DONE], [Text("no"), DONE])) as one:
        conversation = one.ask("?", temporary=True).conversation
        await until(conversation, lambda: conversation.running is None)
        (tmp_path / "nicewen.db").rename(tmp_path / "away.db")
        kept = await answered(one, "kept?")
        await until(kept, lambda: kept.trouble is not None)
        assert conversation.trouble is None
        (tmp_path / "away.db").rename(tmp_path / "nicewen.db")
        await until(kept, lambda: kept.trouble is None)
