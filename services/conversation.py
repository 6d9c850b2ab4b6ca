"""What people asked and what was answered: plain objects without a page, changed only by the assistant."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from nicewen.services.errors import AnswerError
from nicewen.services.events import Source, Usage
from nicewen.services.markdown import LiveDocument
from nicewen.services.providers.provider import Turn
from nicewen.services.pulse import Pulse
from nicewen.services.store import Trouble, new_id

State = Literal["waiting", "thinking", "writing", "done", "stopped", "failed", "interrupted"]

ENDED: frozenset[State] = frozenset({"done", "stopped", "failed", "interrupted"})


@dataclass(frozen=True, slots=True)
class Retry:
    """The service was not ready; the same question is sent again in `seconds`."""

    seconds: int
    error: AnswerError


@dataclass(slots=True, eq=False)
class Answer:
    """One answer: its text only grows. `document` is the same text as HTML units.

    Times are Unix seconds; 0 where it has not happened.
    """

    provider: str
    model: str
    id: str = field(default_factory=new_id)
    state: State = "waiting"
    parts: list[str] = field(default_factory=list)
    thinking_parts: list[str] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: str = ""
    request_id: str = ""
    error: AnswerError | None = None
    retry: Retry | None = None
    created_at: float = field(default_factory=time.time)
    asked_at: float = 0.0
    first_thinking_at: float = 0.0
    first_text_at: float = 0.0
    last_text_at: float = 0.0
    ended_at: float = 0.0
    _document: LiveDocument | None = field(default=None, init=False)

    @property
    def document(self) -> LiveDocument:
        """Return the text as HTML leaves; of an earlier answer they are made when somebody looks at it."""
        if self._document is None:
            self._document = LiveDocument(prefix=f"{self.id}-")
            for part in self.parts:
                self._document.append(part)
            if self.has_ended:
                self._document.close()
        return self._document

    def resume(self) -> None:
        """Begin to write on where the answer ended."""
        self._document = None
        self.state, self.error, self.finish_reason = "writing", None, ""
        self.last_text_at, self.ended_at = time.time(), 0.0

    @property
    def ended_early(self) -> bool:
        """Whether the model had more to say."""
        is_cut = self.state in {"stopped", "interrupted", "failed"} or self.finish_reason == "length"
        return self.has_ended and is_cut and bool(self.parts)

    @property
    def text(self) -> str:
        """Return the text so far, as Markdown."""
        return "".join(self.parts)

    @property
    def thinking(self) -> str:
        """Return the model's reasoning so far."""
        return "".join(self.thinking_parts)

    @property
    def has_ended(self) -> bool:
        """Whether nothing will be added any more."""
        return self.state in ENDED


@dataclass(slots=True, eq=False)
class Exchange:
    """A question and its answers; the last answer is the one shown, earlier ones were asked again.

    `client_id` is the browser's own id of the question, by which one that was sent twice is known; `kept` ends when the
    store has tried to save what is to be asked.
    """

    question: str
    id: str
    answers: list[Answer]
    client_id: str = ""
    asked_at: float = field(default_factory=time.time)
    kept: asyncio.Future[bool] | None = None

    @property
    def answer(self) -> Answer:
        """Return the answer shown."""
        return self.answers[-1]


@dataclass(slots=True, eq=False, weakref_slot=True)
class Conversation:
    """Exchanges in order. Those from `position` on have not begun: they wait for their turn.

    `pulse` beats at every change, of text, state or structure; `trouble` tells why what comes is not saved just now.
    `title` is "" until one was kept or given.
    """

    id: str = field(default_factory=new_id)
    title: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    waiting: list[Exchange] = field(default_factory=list)
    trouble: Trouble | None = None
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def running(self) -> Answer | None:
        """Return the answer being written, if one is."""
        if self.exchanges and not self.exchanges[-1].answer.has_ended:
            return self.exchanges[-1].answer
        return None

    @property
    def last_answer_id(self) -> str:
        """Return the id of the answer that stands last, or ""."""
        return self.exchanges[-1].answer.id if self.exchanges else ""

    @property
    def last_id(self) -> str | None:
        """Return the id of the answer that the next question follows, one that waits for its turn included."""
        exchanges = self.waiting or self.exchanges
        return exchanges[-1].answer.id if exchanges else None

    def turns(self) -> tuple[Turn, ...]:
        """Return what the model is sent: the exchanges that have an answer, then the last question.

        A failed or blocked exchange is left out whole: sent again, it would make every later question fail too.
        """
        if not self.exchanges:
            return ()
        *earlier, last = self.exchanges
        return (*(turn for exchange in earlier for turn in _answered(exchange)), Turn("user", last.question))


def _answered(exchange: Exchange) -> Iterator[Turn]:
    answer = exchange.answer
    if answer.state != "failed" and (text := answer.text):
        yield Turn("user", exchange.question)
        yield Turn("assistant", text)
