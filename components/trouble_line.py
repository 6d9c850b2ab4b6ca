"""One quiet line: what is written is not saved just now, and why."""

from nicegui import ui

from nicewen.services.language import Words
from nicewen.services.store import Trouble


class TroubleLine(ui.label):
    """Empty, and so not to be seen, while everything is saved."""

    def __init__(self, words: Words) -> None:
        super().__init__("")
        self._words = words
        self.classes("nicewen-trouble").props("role=status data-testid=not-saved")

    def show(self, trouble: Trouble | None) -> None:
        """Say what the matter is, or nothing."""
        text = self._words("not-saved", why=trouble.sentence(self._words.language)) if trouble else ""
        if text != self.text:
            self.text = text
