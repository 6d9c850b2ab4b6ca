"""A file's worth of conversations."""

from exchange.rows import transcript
from nicewen.services.store import Transcript

TURNS = 10
FIRST = 10_000


def many(count: int) -> list[Transcript]:
    """Return conversations of twenty messages each; `lake` stands in every title, `茶` in every message."""
    return [
        transcript(*(f"{number}/{turn} 龙井茶" * 10 for turn in range(TURNS)), first=FIRST + 100 * number, title="lake")
        for number in range(count)
    ]
