"""New characters from a field that should hold increments and sometimes holds the whole text so far."""

SURE_AFTER = 4
"""Growing pieces, each beginning with the one before, until a long one proves that the stream is cumulative."""

SURE_LENGTH = 24
"""Characters of that long one."""


class Increments:
    """Reads one field of a stream: `feed` returns the characters that are new.

    Nicewen always asks for increments; some proxies and older models send the whole text so far all the same, which
    would double the answer. Pieces that each begin with the one before and are longer may be either (“ha”, “haha”),
    so they are held back until a piece that does not fit decides for increments, or several in a row for the whole
    text. Only pieces from the very beginning count: in a usual answer the second one decides.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._cumulative: bool | None = None
        self._length = 0

    def feed(self, piece: str) -> str:
        """Return the new characters that are certain."""
        if self._cumulative is None:
            return self._decide(piece)
        if not self._cumulative:
            return piece
        new, self._length = piece[self._length :], max(self._length, len(piece))
        return new

    def end(self) -> str:
        """Return what was held back; the stream has ended."""
        if self._cumulative is not None or len(self._pieces) < 2:
            return ""
        first, *rest = self._pieces
        return rest[-1][len(first) :] if len(self._pieces) > 2 else "".join(rest)

    def _decide(self, piece: str) -> str:
        if not self._pieces:
            self._pieces = [piece] if piece else []
            return piece
        first, last = self._pieces[0], self._pieces[-1]
        if piece == last and len(self._pieces) > 2:
            return ""  # the whole text once more, at the end of a cumulative stream
        self._pieces.append(piece)
        if not piece.startswith(last) or piece == last:
            self._cumulative = False
            return "".join(self._pieces[1:])
        if len(self._pieces) >= SURE_AFTER and len(piece) >= SURE_LENGTH:
            self._cumulative = True
            self._length = len(piece)
            return piece[len(first) :]
        return ""
