"""A growing answer as HTML units: what is settled is rendered once, the tail again at each refresh."""

from collections.abc import Sequence

from nicewen.services.markdown import caps
from nicewen.services.markdown.formula_fences import fenced
from nicewen.services.markdown.grouping import Block
from nicewen.services.markdown.rendering import read
from nicewen.services.markdown.tail import closed

LONG_TAIL = 20_000  # characters; from here on the tail is rendered again only when it has grown by a fiftieth


REACHES_BACK = 200_000  # characters; a longer text is not rendered again at its end, which would hold every page up


class LiveDocument:
    """Markdown that arrives in pieces; `units` are its blocks as HTML, of which the first `settled` never change.

    Only at `close()` may settled units change, and only where the text has reference or footnote definitions: those
    reach back. `prefix` goes into the ids of footnotes.
    """

    def __init__(self, prefix: str = "") -> None:
        self.version = 0
        self._prefix = prefix
        self._pieces: list[str] = []
        self._pending: list[str] = []
        self._settled: list[str] = []
        self._shown: list[str] = []
        self._tail = ""
        self._raw = ""
        self._lines_read = 0
        self._rendered_at = 0
        self._closed = False

    @property
    def units(self) -> Sequence[str]:
        """HTML of the settled blocks, then of the tail."""
        return [*self._settled, *self._shown]

    @property
    def settled(self) -> int:
        """How many of `units` will not change."""
        return len(self._settled)

    def append(self, text: str) -> None:
        """Take the next characters; costs nothing until `refresh()`."""
        if text and not self._closed:
            self._pieces.append(text)
            self._pending.append(text)

    def close(self) -> None:
        """The answer has ended: unfinished syntax is shown as it stands, definitions reach what they define."""
        if self._closed:
            return
        self._take("")
        self._closed = True
        whole = caps.normalised("".join(self._pieces))
        before = self.units
        if "]:" in whole and len(whole) <= REACHES_BACK:
            self._settled = _html(read(whole, self._prefix).blocks)
        else:
            self._settled += _html(read(self._tail, self._prefix, self._raw).blocks)
        self._shown = []
        self.version += self.units != before

    def refresh(self) -> None:
        """Render what was appended since the last time; `version` grows when `units` changed."""
        if self._closed or not self._pending:
            return
        self._take(_held_back(self._pending[-1]))
        if len(self._tail) > LONG_TAIL and len(self._tail) - self._rendered_at < self._rendered_at / 50:
            return
        settled = self._settle()
        shown = _html(read(closed(self._tail, self._raw), self._prefix, self._raw, unfinished=True).blocks)
        self._rendered_at = len(self._tail)
        if settled or shown != self._shown:
            self._shown = shown
            self.version += 1

    def _take(self, held_back: str) -> None:
        """Move what is pending to the tail, but for half a line end or half a surrogate pair."""
        text = "".join(self._pending)
        self._pending = [held_back] if held_back else []
        self._tail += caps.normalised(text[: len(text) - len(held_back)])

    def _settle(self) -> bool:
        """Move blocks that no later line can change from the tail to the settled; True if there were any."""
        end = self._tail.rfind("\n") + 1
        lines_read = self._tail.count("\n", 0, end)
        if lines_read == self._lines_read:
            return False
        self._lines_read = lines_read
        reading = read(self._tail[:end], self._prefix, self._raw)
        settled, start = _stable(reading.blocks, reading.open_line)
        if not settled:
            return False
        self._settled += _html(settled)
        lines = self._tail.split("\n")
        self._raw = fenced(lines[:start], self._raw).raw
        self._tail = "\n".join(lines[start:])
        self._lines_read = lines_read - start
        self._rendered_at = 0
        return True


def _stable(blocks: Sequence[Block], open_line: int | None) -> tuple[Sequence[Block], int]:
    """Return the blocks before the last one and before what is open, and the line where the rest begins."""
    count = len(blocks) - 1
    if open_line is not None:
        count = min(count, sum(block.last_line < open_line for block in blocks))
    return (blocks[:count], blocks[count].first_line) if count > 0 else ([], 0)


def _html(blocks: Sequence[Block]) -> list[str]:
    return [block.html for block in blocks]


def _held_back(text: str) -> str:
    last = text[-1:]
    return last if last == "\r" or "\ud800" <= last <= "\udbff" else ""
