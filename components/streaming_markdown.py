"""An answer's Markdown that grows by patches instead of being sent whole."""

from collections.abc import Sequence
from typing import Any

from nicegui import events, ui

from nicewen.components.lightness import lighten
from nicewen.services.markdown import Leaf, LiveDocument, Rewritten

DIAGRAM = "mermaid"
"""Where an answer holds this word, its end is told to the browser, which draws what stands last."""

MARKDOWN_PROPS = ("sanitize", "resource-name", "dynamic-resource-path")
"""What `ui.markdown` tells its own browser half; ours has no use for them in each message."""


class StreamingMarkdown(
    ui.markdown,
    component="streaming_markdown.js",
    esm={"nicewen": "browser"},
    default_classes="nicewen-markdown",
):
    """Shows a `LiveDocument`; `show_changes` sends what is new since the last call.

    A patch names the version it builds on. Where the browser shows another one (a dialog mounted its content again,
    a patch was lost), its half asks for `resync` and gets everything. Nothing relies on a patch arriving.
    """

    _tail: Sequence[Leaf]

    def __init__(self, document: LiveDocument, *, live: bool) -> None:
        """Show the document as it is now; `live` says that it may still grow."""
        super().__init__("")
        for name in MARKDOWN_PROPS:
            self._props.pop(name, None)
        self._document = document
        document.refresh()
        self._note_shown()
        self._props["live"] = self._may_grow = live or document.is_behind
        if not self._may_grow:
            self.content = document.text
        self._props["data-testid"] = "answer-text"
        if self._may_grow:
            self.on("resync", self._resync)
        lighten(self)

    def _handle_content_change(self, content: str) -> None:
        """Leave rendering to the document; markdown2 would render the whole text at every change."""

    def _to_dict(self) -> dict[str, Any]:
        """Add every leaf to what the browser is told of a new element; as a property they would be held for ever."""
        leaves = self._note_all_shown()
        told = super()._to_dict()
        told["props"] = {**told["props"], "leaves": leaves, "version": self.shown_version}
        return told

    def show_changes(self) -> bool:
        """Send what has changed since the last call; return whether there is or will be anything."""
        if not self._may_grow:
            return False
        document = self._document
        document.refresh()
        if document.version == self.shown_version:
            if document.is_final:
                self._note_end()
            return document.is_behind
        if document.edition == self._edition:
            self._send_growth()
        elif document.rewritten is not None and document.rewritten.base == self.shown_version:
            self._send_rewritten(document.rewritten)
        else:
            self.send_all()
        return True

    def send_all(self) -> None:
        """Send every leaf, whatever the browser shows."""
        leaves = self._note_all_shown()
        self.run_method("replace", self.shown_version, leaves)

    def _resync(self, event: events.GenericEventArguments) -> None:
        """Send every leaf to a page that shows another version than it should."""
        if event.args != self.shown_version:
            self.send_all()
        self._finish()

    def _send_growth(self) -> None:
        base, settled, before = self.shown_version, self._settled, self._tail
        leaves = self._document.since(settled)
        keep = len(_common(before, leaves))
        grown: list[object] = []
        if len(before) == keep + 1 and len(leaves) > keep and before[keep].shell == leaves[keep].shell:
            grown = _splice(before[keep].html, leaves[keep].html)
        new = [leaf.wire for leaf in leaves[keep + bool(grown) :]]
        self._note_shown()
        self.run_method("patch", base, self.shown_version, settled + keep, grown, new)

    def _send_rewritten(self, rewritten: Rewritten) -> None:
        self._note_shown()
        changes = [(at, leaf.html) for at, leaf in rewritten.changed]
        new = [leaf.wire for leaf in rewritten.added]
        self.run_method("patch", rewritten.base, self.shown_version, rewritten.keep, [], new, changes)

    def _note_end(self) -> None:
        """Hold the whole Markdown for what reads the element in Python.

        The browser keeps the leaves as they were first sent: whoever mounts them again asks for the rest.
        """
        self._may_grow = False
        self.content = self._document.text
        self._tail = ()
        self._finish()
        self._document.forget()

    def _finish(self) -> None:
        """Have what stands last drawn too, where it is a diagram."""
        if DIAGRAM in self.content:
            self.run_method("finish")

    def _note_all_shown(self) -> tuple[str | tuple[str, ...], ...]:
        """Return every leaf, and remember it as shown."""
        self._note_shown()
        leaves = tuple(leaf.wire for leaf in self._document.leaves)
        if not self._may_grow:
            self._document.forget()
        return leaves

    def _note_shown(self) -> None:
        """Remember what the browser shows once this is sent: all of the document."""
        document = self._document
        self.shown_version, self._edition = document.version, document.edition
        self._settled, self._tail = document.settled, document.since(document.settled)


def _common(before: Sequence[Leaf], leaves: Sequence[Leaf]) -> Sequence[Leaf]:
    return before[: next((at for at, pair in enumerate(zip(before, leaves, strict=False)) if pair[0] != pair[1]), None)]


def _splice(before: str, html: str) -> list[object]:
    """Return how much of `before` to keep, in UTF-16 units as JavaScript counts, and what comes after it."""
    same, different = 0, min(len(before), len(html)) + 1
    while different - same > 1:
        middle = (same + different) // 2
        same, different = (middle, different) if before[:middle] == html[:middle] else (same, middle)
    return [len(before[:same].encode("utf-16-le")) // 2, html[same:]]
