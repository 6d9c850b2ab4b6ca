"""Top-level blocks: each rendered on its own, those between `<details>` and `</details>` joined to one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from nicewen.services.markdown import caps
from nicewen.services.markdown.flow import Container, Kid, container_of, parts_of, plain
from nicewen.services.markdown.html_tags import Tag, paired, pairs_of, with_closers
from nicewen.services.markdown.inline import Place, TooDeepError
from nicewen.services.markdown.leaves import Leaf, html_of, with_kids
from nicewen.services.markdown.parser import Node, kind, lines_of
from nicewen.services.markdown.sanitizing import sanitized

_ROW = "<table><tbody>", "</tbody></table>"


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block; lines are counted from 0 and `last_line` is the block's own last."""

    first_line: int
    last_line: int
    leaves: Sequence[Leaf]
    kid_lines: Sequence[int] = ()
    """Where its leaves begin, if it is a container; `final` and `head` as in `Container`."""
    final: int = 0
    head: int = 0

    @property
    def html(self) -> str:
        """All of it."""
        return html_of(self.leaves)


@dataclass(frozen=True, slots=True)
class Piece:
    """What the parser gave as one block: HTML, perhaps with `<details>` tags whose other half is elsewhere."""

    first_line: int
    last_line: int
    parts: list[str | Tag] = field(default_factory=list)
    container: Container | None = None
    kids: Sequence[str] = ()

    @property
    def html(self) -> str:
        """A container's HTML."""
        return with_kids(self.container.shell, self.kids) if self.container else ""


def piece_of(node: Node, lines: Sequence[str], place: Place) -> Piece:
    """Return a block as HTML, or plain where it goes beyond a cap."""
    first, last = (line - 1 for line in lines_of(node))
    try:
        if container := container_of(node, place):
            kids = [_WRITERS.get(kind(node), _flow)(kid, lines) for kid in container.kids]
            return Piece(first, last, [""], container, kids)
        if sum(map(len, lines[first : last + 1])) <= caps.UNIT_CHARACTERS:
            return Piece(first, last, parts_of(node, place))
    except (TooDeepError, caps.TooLargeError):
        pass  # shown plain too
    return plain_piece(lines, first, last)


def plain_piece(lines: Sequence[str], first: int, last: int) -> Piece:
    """Return lines as they are."""
    return Piece(first, last, [plain("\n".join(lines[first : last + 1]))])


def grouped(pieces: list[Piece], lines: int, *, unfinished: bool = False) -> tuple[list[Block], int | None]:
    """Return the blocks, and the line of the first `<details>` whose end may still come after the last of `lines`.

    With `unfinished` such an end is taken for there.
    """
    parts = [part for piece in pieces for part in piece.parts]
    if all(isinstance(part, str) for part in parts):
        return [_block(piece, map(str, piece.parts)) for piece in pieces], None
    if unfinished and (closers := with_closers(parts, lines)[len(parts) :]):
        parts += closers
        pieces = [*pieces, Piece(lines - 1, lines - 1, closers)]
    pairs = pairs_of(parts)
    return _joined(pieces, paired(parts), pairs), _open_line(parts, pairs, lines)


def _joined(pieces: Sequence[Piece], html: Sequence[str], pairs: dict[int, int]) -> list[Block]:
    """Return one block for each piece that no pair joins to its neighbours."""
    blocks: list[Block] = []
    pending: list[Piece] = []
    shown: list[str] = []
    index, until = 0, -1
    for piece in pieces:
        pending.append(piece)
        shown += [piece.html] if piece.container else html[index : index + len(piece.parts)]
        for at in range(index, index + len(piece.parts)):
            until = max(until, pairs.get(at, -1))
        index += len(piece.parts)
        if until < index:
            first = pending[0]
            alone = len(pending) == 1 and first.container
            blocks.append(_block(first, shown) if alone else _leaf(first.first_line, piece.last_line, shown))
            pending, shown = [], []
    return blocks


def _open_line(parts: Sequence[str | Tag], pairs: dict[int, int], lines: int) -> int | None:
    for index, part in enumerate(parts):
        unpaired = isinstance(part, Tag) and not part.closing and index not in pairs
        if unpaired and isinstance(part, Tag) and lines - part.line <= caps.DETAILS_LINES + 1:
            return part.line
    return None


def _block(piece: Piece, parts: Iterable[str]) -> Block:
    if piece.container is None:
        return _leaf(piece.first_line, piece.last_line, parts)
    shell = sanitized(piece.container.shell)
    first, *others = piece.kids or [""]
    leaves = [Leaf(first, shell), *(Leaf(kid, "") for kid in others)]
    lines = [kid.first_line - 1 for kid in piece.container.kids]
    return Block(piece.first_line, piece.last_line, leaves, lines, piece.container.final, piece.container.head)


def _leaf(first_line: int, last_line: int, parts: Iterable[str]) -> Block:
    return Block(first_line, last_line, [Leaf(sanitized("\n".join(parts)))])


def _code_line(kid: Kid, _lines: Sequence[str]) -> str:
    return kid.write()  # escaped or sanitised before it was cut at each line


def _row(kid: Kid, lines: Sequence[str]) -> str:
    html = _within_caps(kid, lines) or f"<tr><td>{_source(kid, lines)}</td></tr>"
    return sanitized(f"{_ROW[0]}{html}{_ROW[1]}").removeprefix(_ROW[0]).removesuffix(_ROW[1])


def _item(kid: Kid, lines: Sequence[str]) -> str:
    return sanitized(_within_caps(kid, lines) or f"<li>{_source(kid, lines)}</li>")


def _flow(kid: Kid, lines: Sequence[str]) -> str:
    return sanitized(_within_caps(kid, lines) or _source(kid, lines))


def _within_caps(kid: Kid, lines: Sequence[str]) -> str:
    if sum(map(len, lines[kid.first_line - 1 : kid.last_line])) > caps.UNIT_CHARACTERS:
        return ""
    try:
        return kid.write()
    except (TooDeepError, caps.TooLargeError):
        return ""


def _source(kid: Kid, lines: Sequence[str]) -> str:
    return plain("\n".join(lines[kid.first_line - 1 : kid.last_line]))


_WRITERS: dict[str, Callable[[Kid, Sequence[str]], str]] = {"CodeBlock": _code_line, "Table": _row, "List": _item}
