"""The questions that a conversation may begin with, without a browser."""

import pytest
from nicegui import ui
from nicegui.testing.user_simulation import user_simulation

from nicewen.components.empty_state import EmptyState

PRESSED: dict[object, list[str]] = {0: ["tea?"], 1: ["coffee?"], -1: [], 2: [], "0": [], (0,): [], 0.5: [], None: []}


@pytest.mark.parametrize(("place", "chosen"), PRESSED.items())
async def test_the_one_that_is_pressed_is_told_and_nothing_that_is_none(place: object, chosen: list[str]) -> None:
    told: list[str] = []
    async with user_simulation() as user:

        @ui.page("/")
        def page() -> None:
            EmptyState([("", "Good day")], "Ask", ["tea?", "coffee?"], on_choose=told.append)

        await user.open("/")
        for words in ("Good day", "Ask", "tea?", "coffee?"):
            await user.should_see(words)
        user.find(EmptyState).trigger("choose", place)
    assert told == chosen
