"""What a host lets the model read with a question: what the person is looking at.

A text is sent as it is, a dict as JSON, rows (a list of dicts, as AG Grid gives them) as lines of JSON, a pandas
DataFrame as CSV. Of a long text or JSON the first 12,000 characters are sent; of rows and frames the first 100 rows, of
frames the first 30 columns and 200 characters of each cell, as far as whole rows fit into 12,000 characters. A line at
the beginning says what was left out.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Literal, Protocol

LONGEST = 12_000
"""Characters of a text, of JSON or of CSV."""

ROWS, COLUMNS, CELL = 100, 30, 200


class Frame(Protocol):
    """What is used of a pandas DataFrame; pandas is the host's, and never imported here."""

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns."""
        ...

    @property
    def iloc(self) -> Any:
        """Return parts by position."""
        ...

    @property
    def index(self) -> Any:
        """Return the rows' labels."""
        ...


Value = str | Mapping[str, Any] | Sequence[Mapping[str, Any]] | Frame | None
Given = Value | Callable[[], Value | Awaitable[Value]]


@dataclass(frozen=True, slots=True)
class Material:
    """What is sent: `text` to the model; `kind`, how many `shown` and `of` how many it is, to the person.

    Counted are characters of a text, fields of a dict and rows of a table.
    """

    text: str
    kind: Literal["text", "fields", "table"]
    shown: int
    of: int


async def read_material(given: Given) -> Material | None:
    """Return what is to be sent now, or None where there is nothing.

    Raises:
        TypeError: It is neither a text, a dict, rows, a DataFrame nor a function, plain or async, that returns one.
        Exception: Whatever the host's function raises.
    """
    value = given() if callable(given) else given
    return material_of(await value if isawaitable(value) else value)


def material_of(value: Value | Material) -> Material | None:
    """Return what is sent of a value, or None where there is nothing.

    Raises:
        TypeError: It is none that can be sent.
    """
    match value:
        case None | Material():
            return value
        case str():
            return Material(_shortened(value), "text", min(len(value), LONGEST), len(value)) if value else None
        case Mapping():
            text = json.dumps(dict(value), ensure_ascii=False, default=str, indent=1)
            return Material(_shortened(text), "fields", len(value), len(value)) if value else None
    pandas = sys.modules.get("pandas")  # who has a frame has imported it
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return _table(value)
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(row, Mapping) for row in value):
        return _rows(value) if value else None
    raise TypeError(
        f"context= takes a text, a dict, rows (a list of dicts), a DataFrame or, where a panel is "
        f"made, a function that returns one, not {_kind_of(value)}"
    )


def _kind_of(value: object) -> str:
    others = [type(one).__name__ for one in value if not isinstance(one, Mapping)] if isinstance(value, list) else []
    return f"a list of {others[0]}" if others else f"{type(value).__name__}"


def _rows(rows: Sequence[Mapping[str, Any]]) -> Material:
    lines, length = [], 0
    for row in rows[:ROWS]:
        lines.append(json.dumps(dict(row), ensure_ascii=False, default=str))
        length += len(lines[-1]) + 1
        if length > LONGEST:
            lines.pop()
            break
    head = [] if len(lines) == len(rows) else [f"(the first {len(lines)} of {len(rows)} rows)"]
    return Material("\n".join(head + lines), "table", len(lines), len(rows))


def _table(frame: Frame) -> Material | None:
    rows, columns = frame.shape
    if not columns:
        return None
    part = frame.iloc[:ROWS, :COLUMNS].map(_cell)
    lines = part.to_csv(index=_has_index(frame), lineterminator="\n").splitlines()
    # a cell may hold a line feed, so rows are counted by writing fewer of them
    shown = len(part)
    while shown and len("\n".join(lines)) > LONGEST:
        shown = shown * 3 // 4
        lines = part.iloc[:shown].to_csv(index=_has_index(frame), lineterminator="\n").splitlines()
    text = "\n".join(lines)[:LONGEST]
    if (shown, part.shape[1]) != (rows, columns):
        text = f"(the first {shown} of {rows} rows and {part.shape[1]} of {columns} columns)\n{text}"
    return Material(text, "table", shown, rows)


def _has_index(frame: Frame) -> bool:
    """Whether the index says more than the rows' numbers."""
    return not (frame.index.name is None and list(frame.index[:ROWS]) == list(range(min(frame.shape[0], ROWS))))


def _cell(value: object) -> object:
    text = str(value)
    return text[:CELL] + "…" if len(text) > CELL else value


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"(the first {LONGEST} of {len(text)} characters)\n{text[:LONGEST]}"
