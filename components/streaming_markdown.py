"""An answer's Markdown that grows by patches instead of being sent whole."""

from itertools import takewhile

from nicegui import ui

from nicewen.services.markdown import LiveDocument


class StreamingMarkdown(ui.markdown, component="streaming_markdown.js", default_classes="nicewen-markdown"):
    """Shows a `LiveDocument`; `show_changes` sends what is new since the last call.

    A patch names the version it builds on. Where the browser shows another one (a dialog mounted its content again,
    a patch was lost), its half asks for `resync` and gets everything. Nothing relies on a patch arriving.
    """

    def __init__(self, document: LiveDocument, *, live: bool) -> None:
        """Show the document as it is now; `live` says that it may still grow."""
        super().__init__("")
        self._document = document
        document.refresh()
        self._shown: tuple[str, ...] = tuple(document.units)
        self._shown_version = document.version
        self._props["live"] = live
        self._keep_in_props()
        self.props("data-testid=answer-text")
        self.on("resync", self.send_all)

    @property
    def shown_version(self) -> int:
        """Return the version that the browser should show by now."""
        return self._shown_version

    def _handle_content_change(self, content: str) -> None:
        """Leave rendering to the document; markdown2 would render the whole text at every change."""

    def show_changes(self) -> bool:
        """Send the units that have changed since the last call; return whether there were any."""
        document = self._document
        document.refresh()
        if document.version == self._shown_version:
            return False
        units = tuple(document.units)
        keep = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._shown, units, strict=False)))
        self.run_method("patch", self._shown_version, document.version, keep, units[keep:])
        self._shown, self._shown_version = units, document.version
        self._keep_in_props()
        return True

    def send_all(self) -> None:
        """Send every unit, whatever the browser shows."""
        self._shown, self._shown_version = tuple(self._document.units), self._document.version
        self.run_method("replaceFrom", 0, self._shown, self._shown_version)

    def _keep_in_props(self) -> None:
        """Let a page that loads later be complete, without sending the whole element to this one."""
        with self.props.suspend_updates():
            self._props["units"] = self._shown
            self._props["version"] = self._shown_version
