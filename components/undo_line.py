"""One quiet line for a few seconds: something was deleted, and can be brought back."""

import asyncio
from collections.abc import Callable

from nicegui import ui

from nicewen.components.quiet_button import quiet_button
from nicewen.services.deleting import Deleted
from nicewen.services.language import Words

UNDO_SECONDS = 10.0


class UndoLine(ui.element):
    """Empty, and so not to be seen, but for the seconds after something was deleted in this view."""

    def __init__(self, words: Words, *, on_undo: Callable[[Deleted], None]) -> None:
        super().__init__("div")
        self._words = words
        self._on_undo = on_undo
        self._button: ui.element | None = None
        self._end: asyncio.TimerHandle | None = None
        self.classes("nicewen-undo").props("role=status data-testid=deleted")

    def offer(self, deleted: Deleted) -> None:
        """Offer to bring this back, and no longer what was deleted before."""
        self.forget()
        with self:
            ui.label(self._words("deleted"))
            self._button = quiet_button(self._words("undo"), lambda: self._bring_back(deleted))
            self._button.props("data-testid=undelete")
        self._end = asyncio.get_running_loop().call_later(UNDO_SECONDS, self.forget)

    def focus(self) -> None:
        """Give the focus to Undo: the button that had it is gone."""
        if self._button is not None:
            self._button.run_method("focus")

    def forget(self) -> None:
        """Offer nothing any more."""
        if self._end is not None:
            self._end.cancel()
            self._end = self._button = None
            self.clear()

    def _bring_back(self, deleted: Deleted) -> None:
        self.forget()
        self._on_undo(deleted)
