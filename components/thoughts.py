"""A model's reasoning, folded away above its answer; it can be read while it goes on."""

from collections.abc import Sequence

from nicegui import events, ui


class Thoughts(ui.element, component="thoughts.js"):
    """Shows pieces of text that become more; `show_growth` sends what is new since the last call.

    The browser names the number of pieces that it shows, and asks for all where one is missing.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        """Show the pieces there are."""
        super().__init__()
        self._pieces = pieces
        self._props["text"] = "".join(pieces)
        self._props["version"] = self.shown_version = len(pieces)
        self._props["data-testid"] = "thinking"
        self.on("resync", self._resync)

    def show_label(self, label: str, *, counts: bool) -> None:
        """Say how long it takes or took; `counts` has the browser count the seconds."""
        if not (counts and self._props.get("counts")) and self._props.get("label") != label:
            self._props["label"] = label
            self._props["counts"] = counts

    def show_growth(self) -> None:
        """Send what is new."""
        base, self.shown_version = self.shown_version, len(self._pieces)
        if base < self.shown_version:
            self.run_method("add", base, self.shown_version, "".join(self._pieces[base : self.shown_version]))

    def send_all(self) -> None:
        """Send every piece, whatever the browser shows."""
        self.shown_version = len(self._pieces)
        self.run_method("replace", self.shown_version, "".join(self._pieces))

    def _resync(self, event: events.GenericEventArguments) -> None:
        if event.args != self.shown_version:
            self.send_all()
