"""What a document is shown as: a flat row of leaves, each small enough to be replaced as a whole."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_CLOSING = re.compile(r"(?:</\w+>\s*)+\Z")


class Leaf(NamedTuple):
    """A list item, table row, code line or quoted block; or a top-level block that is none of these containers.

    `shell` is None for a leaf that stands alone; for the first of a container it is HTML whose innermost last element
    holds the leaves; and `""` for those that follow it there.
    """

    html: str
    shell: str | None = None

    @property
    def wire(self) -> str | tuple[str, ...]:
        """Return what the browser gets: HTML alone, or `[HTML]` in the last leaf's container, or `[HTML, shell]`."""
        if self.shell is None:
            return self.html
        return (self.html, self.shell) if self.shell else (self.html,)


def with_kids(shell: str, kids: Iterable[str]) -> str:
    """Return the shell with HTML inside its innermost last element."""
    end = _CLOSING.search(shell)
    at = end.start() if end else len(shell)
    return shell[:at] + "".join(kids) + shell[at:]


def html_of(leaves: Iterable[Leaf]) -> str:
    """Return leaves as one text of HTML; the first is none that follows another in its container."""
    found: list[str] = []
    shell: str | None = None
    kids: list[str] = []
    for leaf in [*leaves, Leaf("")]:
        if leaf.shell == "":
            kids.append(leaf.html)
            continue
        if shell is not None:
            found.append(with_kids(shell, kids))
        shell, kids = leaf.shell, [leaf.html]
        if shell is None:
            found.append(leaf.html)
    return "\n".join(found[:-1])
