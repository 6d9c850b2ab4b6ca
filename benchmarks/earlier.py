"""Earlier turns of a conversation: the same for every server."""

from collections.abc import Iterator

from benchmarks.shapes import SHAPES, text_of

ANSWER_CHARACTERS = 500


def earlier_turns(count: int) -> Iterator[tuple[str, str]]:
    """Yield so many questions with their answers, shape after shape."""
    shapes = list(SHAPES)
    for number in range(count):
        yield f"第 {number + 1} 个问题: what about this?", text_of(shapes[number % len(shapes)], ANSWER_CHARACTERS)


def turns_in(conversation_id: str) -> int | None:
    """Return how many turns a conversation with this id begins with; None for ids of other conversations."""
    name, _, count = conversation_id.partition("-")
    return int(count) if name == "turns" and count.isdecimal() else None
