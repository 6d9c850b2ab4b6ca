"""What a store does with its database, seen and disturbed through SQLAlchemy's own events."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError


@dataclass
class Traffic:
    """Transactions committed, and bytes of all values handed over with what was written."""

    commits: int = 0
    bytes: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def traffic() -> Iterator[Traffic]:
    """Count what all stores write."""
    seen = Traffic()

    def committed(_: sa.Connection) -> None:
        seen.commits += 1

    def executed(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if not statement.startswith(("SELECT", "PRAGMA", "BEGIN")):
            seen.statements.append(statement)
            seen.bytes += size_of(values)

    with listening("commit", committed), listening("before_cursor_execute", executed):
        yield seen


@contextmanager
def commits_that(fail: Callable[[sa.Connection], None]) -> Iterator[None]:
    """Let this be called before each commit; what it raises is what the commit raises."""
    with listening("commit", fail):
        yield


def lost(_: sa.Connection) -> None:
    """Fail as a disk does that cannot be written."""
    raise broken()


def done_but_not_told(connection: sa.Connection) -> None:
    """Commit, then fail as if the answer to it had got lost."""
    connection.exec_driver_sql("COMMIT")
    raise broken()


def broken() -> OperationalError:
    return OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))


@contextmanager
def listening(event: str, function: Callable[..., None]) -> Iterator[None]:
    sa.event.listen(sa.Engine, event, function)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, event, function)


def size_of(values: Any) -> int:
    match values:
        case str():
            return len(values.encode())
        case dict():
            return sum(size_of(value) for value in values.values())
        case list() | tuple():
            return sum(size_of(value) for value in values)
        case None:
            return 0
        case _:
            return 8
