"""A growing answer as leaves of HTML: what is settled is rendered once, the tail again at each refresh."""

import re
import time
from collections.abc import Generator, Sequence
from typing import NamedTuple

from nicewen.services.markdown import caps
from nicewen.services.markdown.formula_fences import fenced
from nicewen.services.markdown.grouping import Block
from nicewen.services.markdown.highlighting import Growing
from nicewen.services.markdown.leaves import Leaf, html_of
from nicewen.services.markdown.long_paragraphs import ParagraphCutter, cut
from nicewen.services.markdown.rendering import Reading, read, reading
from nicewen.services.markdown.tail import closed

SLICE = 8_000  # characters taken at one refresh
SLICE_SECONDS = 0.008  # of the last pass, in one refresh
LONG_TAIL = 20_000  # characters; from here on the tail is rendered again only when it has grown by a twentieth
SHORT = 4_000  # characters; up to here a final text is rendered again as soon as its leaves are asked for
REACHES_BACK = 200_000  # characters; in a longer text, definitions do not reach what stands before them

_DEFINITION = re.compile(r"^[ \t>*+\-\d.)]*\[[^\]\n]+\]:", re.MULTILINE)


class Rewritten(NamedTuple):
    """What reading the whole text again has changed: leaves among the first `keep`, and all after those."""

    base: int
    """The version in which everything else was as it is now."""
    keep: int
    changed: list[tuple[int, Leaf]]
    added: list[Leaf]


class LiveDocument:
    """Markdown that arrives in pieces; its `leaves` are HTML, of which the first `settled` never change.

    Only after `close()` may settled leaves change, and only where the text has reference or footnote definitions:
    those reach back; `edition` grows then. `prefix` goes into the ids of footnotes.
    """

    __slots__ = (
        "_closed", "_cutter", "_goes_on", "_growing", "_head", "_is_forgotten", "_last_pass", "_lines_read",
        "_must_end", "_pending", "_pieces", "_prefix", "_raw", "_rendered_at", "_settled", "_shown", "_tail",
        "edition", "rewritten", "version",
    )  # fmt: skip

    def __init__(self, prefix: str = "") -> None:
        self.version = 0
        self.edition = 0
        self.rewritten: Rewritten | None = None
        self._prefix = prefix
        self._pieces: list[str] = []
        self._pending = ""
        self._cutter = ParagraphCutter()
        self._growing = Growing()
        self._settled: list[Leaf] = []
        self._shown: list[Leaf] = []
        self._head = ""  # lines before the tail that say which container it goes on with
        self._goes_on = False
        self._tail = ""
        self._raw = ""  # what head and tail begin in
        self._lines_read = 0
        self._rendered_at = 0
        self._closed = False
        self._must_end = False
        self._is_forgotten = False
        self._last_pass: Generator[None, None, Reading] | None = None

    @property
    def leaves(self) -> Sequence[Leaf]:
        """All leaves; see also `since`, which costs less."""
        return self.since(0)

    @property
    def html(self) -> str:
        """All of it as one text."""
        return html_of(self.leaves)

    @property
    def settled(self) -> int:
        """How many of `leaves` will not change."""
        self._remember()
        return len(self._settled)

    @property
    def is_behind(self) -> bool:
        """Whether `refresh()` has more to do, although nothing was appended since."""
        waiting = len(self._pending) > len(_held_back(self._pending))
        return waiting or self._must_end or self._last_pass is not None

    @property
    def is_final(self) -> bool:
        """Whether it was closed and all of it is rendered."""
        return self._closed and not self.is_behind

    @property
    def is_rendered(self) -> bool:
        """Whether its leaves are there, all of them."""
        return not self.is_behind and not self._is_forgotten

    @property
    def text(self) -> str:
        """The Markdown, as it was appended."""
        return "".join(self._pieces)

    def since(self, settled: int) -> list[Leaf]:
        """Return the leaves after so many, which were settled."""
        self._remember()
        return [*self._settled[settled:], *self._shown]

    def append(self, text: str) -> None:
        """Take the next characters; they are rendered by `refresh()`, and here only where too many wait for it."""
        if text and not self._closed:
            self._pieces.append(text)
            self._pending += text
            if len(self._pending) > SLICE:
                self.refresh()

    def close(self) -> None:
        """Take nothing more; when nothing `is_behind` any longer, unfinished syntax is shown as it stands."""
        self._must_end = self._must_end or not self._closed
        self._closed = True

    def refresh(self) -> None:
        """Render a bounded part of what was appended since the last time; `version` grows when `leaves` changed."""
        self._remember()
        if self._last_pass is not None:
            self._go_on_with_last_pass()
        elif self._take():
            self._show()
        elif self._must_end:
            self._end()

    def forget(self) -> None:
        """Hold only the Markdown of a final text that is short: its leaves weigh several times as much."""
        if self.is_final and sum(map(len, self._pieces)) <= SHORT:
            self._settled, self.rewritten = [], None
            self._is_forgotten = True

    def _remember(self) -> None:
        """Render what was forgotten once more."""
        if self._is_forgotten:
            self._is_forgotten = False
            again = LiveDocument(self._prefix)
            again.append(self.text)
            again.close()
            while again.is_behind:
                again.refresh()
            self._settled = again._settled

    def _take(self) -> bool:
        """Move what is pending to the tail, but for half a line end or half a surrogate pair."""
        piece = self._pending[:SLICE]
        held_back = "" if self._closed and len(self._pending) <= SLICE else _held_back(piece)
        piece = piece[: len(piece) - len(held_back)]
        self._pending = self._pending[len(piece) :]
        if piece:
            self._tail += self._cutter.feed(caps.normalised(piece))
        return bool(piece)

    def _show(self) -> None:
        if len(self._tail) > LONG_TAIL and len(self._tail) - self._rendered_at < self._rendered_at / 20:
            return
        before, settled = self._shown, self.settled
        self._settle()
        text = closed(self._head + self._tail, self._raw)
        found = read(text, self._prefix, self._raw, unfinished=True, growing=self._growing)
        self._shown = self._leaves_of(found.blocks)
        self._rendered_at = len(self._tail)
        self.version += self.since(settled) != before

    def _settle(self) -> None:
        """Move to the settled what no later line can change: blocks, and the first leaves of a container."""
        lines_read = self._tail.count("\n")
        if lines_read == self._lines_read:
            return
        self._lines_read = lines_read
        source = self._head + self._tail
        complete = source[: source.rfind("\n") + 1]
        self._growing.guessed = False
        found = read(complete, self._prefix, self._raw, growing=self._growing)
        count, kids = found.stable
        if self._growing.guessed and (count or kids):
            found = read(complete, self._prefix, self._raw)
        if not count and not kids:
            return
        leaves = self._leaves_of(found.blocks[: count + bool(kids)])
        lines = source.split("\n")
        if not kids:
            self._settled += leaves
            self._keep(lines, found.blocks[count].first_line, found.blocks[count].first_line)
        else:
            block = found.blocks[count]
            self._settled += leaves[: len(leaves) - len(block.leaves) + kids]
            self._keep(lines, block.first_line, block.kid_lines[kids], block.head)
        self._goes_on = bool(kids)

    def _keep(self, lines: Sequence[str], first_line: int, rest: int, head: int = 0) -> None:
        """Drop the lines before `rest`, but for the `head` of the container that begins with the first line."""
        self._raw = fenced(lines[: first_line if head else rest], self._raw).raw
        self._head = "".join(f"{line}\n" for line in lines[first_line : first_line + head])
        self._tail = "\n".join(lines[rest:])
        self._lines_read = self._tail.count("\n")
        self._rendered_at = 0

    def _leaves_of(self, blocks: Sequence[Block]) -> list[Leaf]:
        """Return the blocks' leaves; the first may go on with a container that has settled leaves already."""
        leaves = [leaf for block in blocks for leaf in block.leaves]
        if self._goes_on and leaves:
            leaves[0] = Leaf(leaves[0].html, "")
        return leaves

    def _end(self) -> None:
        """Show the rest as it stands, and begin to look back where there are definitions."""
        before, settled = self._shown, self.settled
        self._settled += self._leaves_of(read(self._head + self._tail, self._prefix, self._raw).blocks)
        self._shown = []
        self.version += self.since(settled) != before
        self._must_end = False
        self._head = self._tail = self._raw = ""  # nothing comes after them, nor after what these two remember
        del self._cutter, self._growing
        whole = self.text
        if len(whole) <= REACHES_BACK and _DEFINITION.search(whole):
            self._last_pass = reading(cut(caps.normalised(whole)), self._prefix)

    def _go_on_with_last_pass(self) -> None:
        """Read the whole text again, some blocks at a time."""
        until = time.perf_counter() + SLICE_SECONDS
        while self._last_pass is not None and time.perf_counter() < until:
            try:
                next(self._last_pass)
            except StopIteration as end:
                self._last_pass = None
                self._rewrite([leaf for block in end.value.blocks for leaf in block.leaves])

    def _rewrite(self, leaves: list[Leaf]) -> None:
        before = self._settled
        if leaves == before:
            return
        pairs = list(enumerate(zip(before, leaves, strict=False)))
        keep = next(
            (at for at, (old, new) in pairs if (old.shell, old.html == "") != (new.shell, new.html == "")), len(pairs)
        )
        changed = [(at, new) for at, (old, new) in pairs[:keep] if old != new]
        self.rewritten = Rewritten(self.version, keep, changed, leaves[keep:])
        self._settled = leaves
        self.edition += 1
        self.version += 1


def _held_back(text: str) -> str:
    last = text[-1:]
    return last if last == "\r" or "\ud800" <= last <= "\udbff" else ""
