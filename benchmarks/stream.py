"""How a text arrives: pieces at one pace, and the flushes that a page makes of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nicewen.components.pace import FLUSH_SECONDS

PIECES_PER_SECOND = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """Two hundred pieces a second, each of so many characters."""

    name: str
    piece: int


TOKENS = Pace("200 tokens/s", 5)
BURST = Pace("20,000 characters/s", 100)


def pieces_of(text: str, pace: Pace) -> Sequence[str]:
    """Return the text cut as it is sent."""
    return [text[start : start + pace.piece] for start in range(0, len(text), pace.piece)]


def flushes_of(pieces: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield what a page shows at each flush: the first piece at once, then all that came in the time between two."""
    yield pieces[:1]
    start, flush = 1, 1
    while start < len(pieces):
        end = 1 + round(flush * FLUSH_SECONDS * PIECES_PER_SECOND)
        yield pieces[start:end]
        start, flush = end, flush + 1
