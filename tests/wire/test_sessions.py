"""Sessions over a real store: what a cookie is worth, and when no longer."""

import time
from collections.abc import AsyncIterator

import pytest

from nicewen.services import Settings
from nicewen.services.accounts import Accounts, hash_of
from nicewen.services.keeper import Keeper
from nicewen.services.sessions import DAY, Sessions


class Clock:
    """The time as a test says it is."""

    now = 0.0

    def __call__(self) -> float:
        return time.time() + self.now


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    one = Keeper(Settings(_env_file=None), on_trouble=lambda: None)
    await one.open()
    yield one
    await one.close()


async def test_a_cookie_names_its_person_until_all_are_ended(keeper: Keeper) -> None:
    sessions = Sessions(keeper, 7)
    first, second, other = (
        await sessions.begin("ada"),
        await sessions.begin("ada", "Ada L."),
        await sessions.begin("eve"),
    )
    one, two = await sessions.found(first), await sessions.found(second)
    assert one is not None
    assert two is not None
    assert (one.user, one.shown, two.shown) == ("ada", "ada", "Ada L.")
    await sessions.end_all("ada")
    assert await sessions.found(first) is None
    assert await sessions.found(second) is None
    assert not await sessions.counts(one)
    assert await sessions.found(other)
    assert await sessions.found(await sessions.begin("ada"))


async def test_another_process_knows_the_same_sessions_and_their_end(keeper: Keeper) -> None:
    here, there = Sessions(keeper, 7), Sessions(keeper, 7)
    cookie = await here.begin("ada")
    assert await there.found(cookie)
    await here.end_all("ada")
    await there.look_at(["ada"])
    assert await there.found(cookie) is None


async def test_a_password_that_is_changed_while_it_is_looked_at_begins_no_session(keeper: Keeper) -> None:
    accounts, sessions, people = Accounts(keeper), Sessions(keeper, 7), keeper.store.people
    await people.set_password_hash("ada", hash_of("the old password"))
    seen = await accounts.admit("ada", "the old password")
    await people.set_password_hash("ada", hash_of("the new password"))
    assert seen is not None
    assert await sessions.found(await sessions.begin("ada", generation=seen)) is None
    assert await accounts.admit("ada", "the old password") is None
    seen = await accounts.admit("ada", "the new password")
    assert await sessions.found(await sessions.begin("ada", generation=seen))


@pytest.mark.parametrize("spoilt", ["", "x", "WyJhZGEiLDAsImFkYSJd", "WyJhZGEiLDAsImFkYSJd.awrQPw.aaaa"])
async def test_what_was_not_signed_here_is_nothing(keeper: Keeper, spoilt: str) -> None:
    sessions = Sessions(keeper, 7)
    cookie = await sessions.begin("ada")
    assert await sessions.found(spoilt) is None
    signature = cookie.rpartition(".")[2]
    assert await sessions.found(cookie.replace(signature, signature.swapcase())) is None
    assert await sessions.found("e" + cookie) is None


async def test_what_was_signed_for_another_purpose_is_no_session(keeper: Keeper) -> None:
    sessions = Sessions(keeper, 7)
    await sessions.begin("ada")
    assert await sessions.found((await sessions.signing("way in")).dumps(["ada", 0, "ada"])) is None


async def test_a_session_ends_by_its_age(keeper: Keeper) -> None:
    clock = Clock()
    sessions = Sessions(keeper, 7, clock)
    session = await sessions.found(await sessions.begin("ada"))
    assert session is not None
    clock.now = 7 * DAY - 60
    assert await sessions.counts(session)
    clock.now = 7 * DAY + 60
    assert not await sessions.counts(session)
