"""Text arriving bit by bit, as a model writes it."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator

from nicewen.services.events import Text, Thinking

PIECES_PER_SECOND = 50
LONGEST_PIECE = 200  # characters

_TOKEN = re.compile(r" ?[A-Za-z0-9]{1,8}|[\u4e00-\u9fff]{1,2}|\s+|.", re.DOTALL)  # roughly what models count


class Pace:
    """So many characters per second, in at most 50 pieces per second or pieces of 200 characters."""

    def __init__(self, characters_per_second: float) -> None:
        self.characters_per_second = characters_per_second

    def times(self, factor: float) -> "Pace":
        """Return a pace so many times as fast."""
        return Pace(self.characters_per_second * factor)

    async def written(self, text: str) -> AsyncGenerator[Text]:
        """Yield the text piece by piece."""
        async for piece in self._timed(text):
            yield Text(piece)

    async def thought(self, text: str) -> AsyncGenerator[Thinking]:
        """Yield the reasoning piece by piece."""
        async for piece in self._timed(text):
            yield Thinking(piece)

    async def _timed(self, text: str) -> AsyncGenerator[str]:
        clock = asyncio.get_running_loop().time
        due = clock()
        for piece in pieces_of(text, self.characters_per_second / PIECES_PER_SECOND):
            due += len(piece) / self.characters_per_second
            await asyncio.sleep(due - clock())
            yield piece


def pieces_of(text: str, size: float) -> Iterator[str]:
    """Yield the text in pieces of whole tokens with at least `size` characters (at most about 200)."""
    piece = ""
    for token in _TOKEN.findall(text):
        piece += token
        if len(piece) >= min(size, LONGEST_PIECE):
            yield piece
            piece = ""
    if piece:
        yield piece


def tokens_in(text: str) -> int:
    """Return about how many tokens a model would count."""
    return len(_TOKEN.findall(text))
