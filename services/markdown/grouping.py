"""Top-level blocks: each rendered on its own, those between `<details>` and `</details>` joined to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nicewen.services.markdown import caps
from nicewen.services.markdown.flow import parts_of, plain
from nicewen.services.markdown.html_tags import Tag, paired, pairs_of
from nicewen.services.markdown.inline import Place, TooDeepError
from nicewen.services.markdown.parser import Node, lines_of
from nicewen.services.markdown.sanitizing import sanitized


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block; lines are counted from 0 and `last_line` is the block's own last."""

    first_line: int
    last_line: int
    html: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What the parser gave as one block: HTML, perhaps with `<details>` tags whose other half is elsewhere."""

    first_line: int
    last_line: int
    parts: list[str | Tag]


def piece_of(node: Node, lines: Sequence[str], place: Place) -> Piece:
    """Return a block as HTML, or plain where it goes beyond a cap."""
    first, last = (line - 1 for line in lines_of(node))
    if sum(map(len, lines[first : last + 1])) > caps.BLOCK_CHARACTERS:
        return plain_piece(lines, first, last)
    try:
        return Piece(first, last, parts_of(node, place))
    except (TooDeepError, caps.TooLargeError):
        return plain_piece(lines, first, last)


def plain_piece(lines: Sequence[str], first: int, last: int) -> Piece:
    """Return lines as they are."""
    return Piece(first, last, [plain("\n".join(lines[first : last + 1]))])


def grouped(pieces: Sequence[Piece], lines: int) -> tuple[list[Block], int | None]:
    """Return the blocks, and the line of the first `<details>` whose end may still come after the last of `lines`."""
    parts = [part for piece in pieces for part in piece.parts]
    if all(isinstance(part, str) for part in parts):
        return [_block(piece.first_line, piece.last_line, map(str, piece.parts)) for piece in pieces], None
    pairs = pairs_of(parts)
    return _joined(pieces, paired(parts), pairs), _open_line(parts, pairs, lines)


def _joined(pieces: Sequence[Piece], html: Sequence[str], pairs: dict[int, int]) -> list[Block]:
    """Return one block for each piece that no pair joins to its neighbours."""
    blocks: list[Block] = []
    pending: list[str] = []
    index, until, first_line = 0, -1, 0
    for piece in pieces:
        first_line = first_line if pending else piece.first_line
        pending += html[index : index + len(piece.parts)]
        for at in range(index, index + len(piece.parts)):
            until = max(until, pairs.get(at, -1))
        index += len(piece.parts)
        if until < index:
            blocks.append(_block(first_line, piece.last_line, pending))
            pending = []
    return blocks


def _open_line(parts: Sequence[str | Tag], pairs: dict[int, int], lines: int) -> int | None:
    for index, part in enumerate(parts):
        unpaired = isinstance(part, Tag) and not part.closing and index not in pairs
        if unpaired and isinstance(part, Tag) and lines - part.line <= caps.DETAILS_LINES + 1:
            return part.line
    return None


def _block(first_line: int, last_line: int, parts: Iterable[str]) -> Block:
    return Block(first_line, last_line, sanitized("\n".join(parts)))
