"""What was rendered takes no memory but its HTML."""

import tracemalloc

from nicewen.services.markdown.parser import parsed

TEXT = "A **lake** west of the city.\n\n- one `path`\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n" * 10


def test_a_syntax_tree_is_gone_once_nobody_looks_at_it() -> None:
    tracemalloc.start()
    try:
        size = held_by(trees=1)
        assert held_by(trees=20) < size / 2
    finally:
        tracemalloc.stop()


def held_by(*, trees: int) -> int:
    """Return by how many bytes memory grows: with one tree that is looked at, or after many that nobody keeps."""
    before = tracemalloc.get_traced_memory()[0]
    kept = [parsed(TEXT) for _ in range(trees)]
    if trees > 1:
        kept.clear()
    return tracemalloc.get_traced_memory()[0] - before
