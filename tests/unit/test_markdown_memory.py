"""What was rendered takes no memory but its HTML."""

import tracemalloc

from nicewen.services.markdown import LiveDocument
from nicewen.services.markdown.parser import parsed

TEXT = "A **lake** west of the city.\n\n- one `path`\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n" * 10


def test_a_syntax_tree_is_gone_once_nobody_looks_at_it() -> None:
    tracemalloc.start()
    try:
        size = held_by(trees=1)
        assert held_by(trees=20) < size / 2
    finally:
        tracemalloc.stop()


def test_a_short_document_that_everybody_has_seen_weighs_little_more_than_its_text() -> None:
    tracemalloc.start()
    try:
        sizes = [documents(count=20, forgotten=forgotten) for forgotten in (True, False)]
    finally:
        tracemalloc.stop()
    assert sizes[0] / 20 < len(TEXT.encode()) + 1_000
    assert sizes[0] < sizes[1] / 3


def documents(*, count: int, forgotten: bool) -> int:
    """Return by how many bytes memory grows with so many."""
    found = []
    for number in range(count + 1):  # the first pays for what all share
        document = LiveDocument()
        document.append(f"{number} {TEXT}")
        document.close()
        while document.is_behind:
            document.refresh()
        if forgotten:
            document.forget()
        found.append((document, tracemalloc.get_traced_memory()[0]))
    return found[-1][1] - found[0][1]


def held_by(*, trees: int) -> int:
    """Return by how many bytes memory grows: with one tree that is looked at, or after many that nobody keeps."""
    before = tracemalloc.get_traced_memory()[0]
    kept = [parsed(TEXT) for _ in range(trees)]
    if trees > 1:
        kept.clear()
    return tracemalloc.get_traced_memory()[0] - before
