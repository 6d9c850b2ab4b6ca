"""What is to be saved is saved in its order; what fails keeps back only what depends on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import IntegrityError

from nicewen.services.conversation import Conversation
from nicewen.services.errors import StoreError
from nicewen.services.steps import Steps
from nicewen.services.store import Trouble


@dataclass
class Disk:
    """Notes what is saved, in its order, unless a name is to fail."""

    failing: dict[str, Exception] = field(default_factory=dict)
    saved: list[str] = field(default_factory=list)

    def saving(self, name: str) -> Callable[[], Awaitable[None]]:
        async def save() -> None:
            if error := self.failing.get(name):
                raise error
            self.saved.append(name)

        return save


@asynccontextmanager
async def running(
    *, on_trouble: Callable[[], None] = lambda: None, aside_seconds: float = 30.0
) -> AsyncIterator[Steps]:
    steps = Steps(on_trouble=on_trouble, on_kept=lambda: None, left=lambda: None, aside_seconds=aside_seconds)
    steps.open()
    yield steps
    await steps.close()


async def test_after_a_fault_only_the_same_conversation_waits_and_nobody_is_told_it_is_kept() -> None:
    disk, one, two = Disk({"question": KeyError("x")}), Conversation(), Conversation()
    async with running() as steps:
        kept = [steps.put(disk.saving(name), one) for name in ("question", "answer")]
        others = [steps.put(disk.saving(name), two) for name in ("first", "second")]
        assert [await future for future in (*kept, *others)] == [False, False, True, True]
        assert disk.saved == ["first", "second"]
        assert steps.trouble is None
        assert steps.trouble_of(one) == Trouble("store-fault", "KeyError")
        assert steps.trouble_of(two) is None
        disk.failing.clear()
    assert disk.saved == ["first", "second", "question", "answer"], "at the end they are tried once more, in order"


async def test_what_the_database_refuses_keeps_back_only_its_own_conversation() -> None:
    refused = StoreError("store-failing", reason="UNIQUE")
    refused.__cause__ = IntegrityError("INSERT", {}, ValueError("UNIQUE constraint failed"))
    disk, one, two = Disk({"answer": refused}), Conversation(), Conversation()
    async with running() as steps:
        assert not await steps.put(disk.saving("answer"), one)
        assert await steps.put(disk.saving("question"), two)
        assert steps.trouble is None
        assert steps.trouble_of(one) == Trouble("store-fault", "StoreError")


async def test_what_was_put_aside_is_tried_again_by_itself_and_the_line_goes() -> None:
    disk, one, told = Disk({"question": KeyError("x")}), Conversation(), asyncio.Event()
    async with running(on_trouble=told.set, aside_seconds=0.01) as steps:
        steps.put(disk.saving("question"), one)
        await steps.put(disk.saving("answer"), one)
        assert steps.trouble_of(one) is not None
        told.clear()
        disk.failing.clear()
        async with asyncio.timeout(5):
            await told.wait()
        assert steps.trouble_of(one) is None
        assert disk.saved == ["question", "answer"]
        assert await steps.put(disk.saving("later"), one)


async def test_what_is_not_saved_at_the_end_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    disk, one = Disk({"question": KeyError("x")}), Conversation()
    async with running() as steps:
        await steps.put(disk.saving("question"), one)
    assert f"not saved at the end, for a fault of Nicewen's: 1 steps of {one.id}" in caplog.text


async def test_in_trouble_all_wait_in_their_order() -> None:
    disk, one, two = Disk({"first": StoreError("store-full")}), Conversation(), Conversation()
    async with running() as steps:
        assert not await steps.put(disk.saving("first"), one)
        assert not await steps.put(disk.saving("second"), two)
        assert steps.trouble_of(two) == Trouble("store-full", "")
        disk.failing.clear()
        assert disk.saved == []
    assert disk.saved == ["first", "second"]


async def test_the_end_waits_for_what_is_being_saved() -> None:
    saved, begun, may_end = [], asyncio.Event(), asyncio.Event()

    async def save() -> None:
        begun.set()
        await may_end.wait()
        saved.append("question")

    async with running() as steps:
        steps.put(save, Conversation())
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, may_end.set)
    assert saved == ["question"], "once, and not cut off"
