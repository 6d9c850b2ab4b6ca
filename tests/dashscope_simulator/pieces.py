"""The pieces an answer is made of on the wire, and the places where a piece can be cut."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pause:
    """The server sends nothing for a while. ``math.inf`` means it never goes on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Abort:
    """The server closes the connection without ending the body; with ``reset`` it sends a TCP reset."""

    reset: bool = False


Piece = bytes | Pause | Abort
Split = Literal["whole", "bytes", "worst"]

_WORST = re.compile(
    rb"(?<=[\xc0-\xff])(?=[\x80-\xbf])"  # after the first byte of a character
    rb"|(?<=[\x80-\xbf])(?=[\x80-\xbf])"  # further inside a character
    rb"|(?<=\r)(?=\n)"
    rb"|(?<=\n)(?=\r?\n)|(?<=\r)(?=\r)"  # before the blank line
    rb"|(?<=\nda)(?=ta:)|(?<=\neve)(?=nt:)|(?<=\ni)(?=d:)|(?<=^i)(?=d:)"  # inside a field's name
)


def cut(piece: bytes, split: Split) -> Iterator[bytes]:
    """Yields the same bytes in order: whole, one at a time, or cut at the worst places."""
    match split:
        case "whole":
            yield piece
        case "bytes":
            for offset in range(len(piece)):
                yield piece[offset : offset + 1]
        case "worst":
            start = 0
            for place in _WORST.finditer(piece):
                yield piece[start : place.start()]
                start = place.start()
            yield piece[start:]


def bytes_of(pieces: Iterable[Piece]) -> bytes:
    """The bytes up to the end or the first abort, without the pauses."""
    body = bytearray()
    for piece in pieces:
        if isinstance(piece, Abort):
            break
        if isinstance(piece, bytes):
            body += piece
    return bytes(body)
