"""Whether a page shows what it was sent: it is asked, and sent everything again where it does not."""

import logging
from collections.abc import Callable

from nicegui import events, ui

TRIES = 3
"""How often everything is sent again to a page that does not show it."""

log = logging.getLogger(__name__)


class Doubt:
    """Asks a log's browser half what it shows.

    A message can be lost, or an old one sent again, when a socket is exchanged for a new one at that very moment;
    one in the middle is noticed by the next, the last one only by asking.
    """

    def __init__(
        self,
        element: ui.element,
        shown: Callable[[], tuple[object, ...]],
        *,
        on_sure: Callable[[], None],
        on_doubt: Callable[[], None],
    ) -> None:
        """Ask nothing yet; `shown` tells what should be shown, `on_doubt` has it sent again."""
        self._element = element
        self._shown = shown
        self._on_sure = on_sure
        self._on_doubt = on_doubt
        self._number = 0  # of the last question
        self._tries = 0
        element.on("checked", self._note_answer)

    @property
    def is_open(self) -> bool:
        """Whether the page was asked, and has not said yet that it is all there."""
        return self._tries > 0

    def ask(self) -> None:
        """Ask the page whether it shows what it was sent."""
        self._tries = 1
        self._ask()

    def resolve(self) -> None:
        """Send everything once more and ask again, a few times."""
        if self._tries > TRIES:
            log.warning("a page does not show what it was sent")
            self._tries = 0
            return
        self._tries += 1
        self._on_doubt()
        self._ask()

    def _ask(self) -> None:
        self._number += 1
        self._element.run_method("check", self._number, *self._shown())

    def _note_answer(self, event: events.GenericEventArguments) -> None:
        if event.args == [self._number, True]:
            self._tries = 0
            self._on_sure()
