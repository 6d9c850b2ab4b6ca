"""A profile: one behaviour of the service, as a value, with what a correct client makes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dashscope_simulator.pieces import Abort, Pause, Piece, bytes_of
from dashscope_simulator.question import Question

Ending = Literal["finished", "error", "incomplete", "cut", "silent"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The usage a client reports at the end."""

    input: int
    output: int
    reasoning: int = 0
    searches: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One search result exactly as the service named it; whether it is linked is the client's decision."""

    index: int
    title: str
    url: str
    site_name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a correct client makes of a profile asked with ``Question()``.

    ``ending``: finished (a finish reason came), error (the service said so), incomplete (clean end, no finish
    reason), cut (the connection broke), silent (nothing more comes; the client's own limit ends it).
    ``error`` is the service's code, "" when it gave none, None without an error; ``status`` is None where the
    notes leave it open. ``retryable``: a client may ask again by itself (never after the first text).
    ``attempts`` is how many requests it takes. ``or_text`` is an equally correct text.
    """

    text: str = ""
    thinking: str = ""
    finish_reason: str | None = "stop"
    ending: Ending = "finished"
    error: str | None = None
    status: int | None = None
    message: str = ""
    retryable: bool = False
    attempts: int = 1
    tokens: Tokens | None = None
    sources: tuple[Source, ...] = ()
    or_text: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One response. ``before`` happens before the status line; each bytes piece of ``pieces`` is one frame.

    ``pieces`` can be iterated once when it is a generator.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[Piece] = ()
    before: tuple[Pause | Abort, ...] = ()

    def body(self) -> bytes:
        """The whole body as bytes, up to the end or the first abort."""
        return bytes_of(self.pieces)


@dataclass(frozen=True, slots=True)
class Profile:
    """A behaviour by name. ``summary`` begins with the numbers of the cases it shows."""

    name: str
    summary: str
    reply: Callable[[Question], Reply]
    expected: Expected
