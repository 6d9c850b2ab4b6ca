"""Tables as Markdown."""

from collections.abc import Sequence


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; every column but the first few of words is aligned to the right where it holds numbers."""
    marks = ["---:" if _is_numeric([row[at] for row in rows]) else "---" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)) + "\n"


def _is_numeric(cells: Sequence[str]) -> bool:
    return sum(cell[:1].isdigit() for cell in cells) * 2 > len(cells)


def amount(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def kilobytes(count: int) -> str:
    """Return bytes as kB."""
    return f"{amount(count / 1000)} kB"
