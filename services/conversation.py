"""What people asked and what was answered: plain objects without a page, changed only by the assistant."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from nicewen.services.errors import AnswerError
from nicewen.services.events import Source, Usage
from nicewen.services.markdown import LiveDocument
from nicewen.services.providers.provider import Turn
from nicewen.services.pulse import Pulse

State = Literal["waiting", "thinking", "writing", "done", "stopped", "failed", "interrupted"]

ENDED: frozenset[State] = frozenset({"done", "stopped", "failed", "interrupted"})


def new_id() -> str:
    """Return an id that cannot be guessed."""
    return uuid.uuid4().hex


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
    document: LiveDocument = field(init=False)
    sources: tuple[Source, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: str = ""
    request_id: str = ""
    error: AnswerError | None = None
    retry: Retry | None = None
    asked_at: float = 0.0
    first_thinking_at: float = 0.0
    first_text_at: float = 0.0
    last_text_at: float = 0.0
    ended_at: float = 0.0

    def __post_init__(self) -> None:
        self.document = LiveDocument(prefix=f"{self.id}-")

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
    """A question and its answers; the last answer is the one shown, earlier ones were asked again."""

    question: str
    id: str
    answers: list[Answer]

    @property
    def answer(self) -> Answer:
        """Return the answer shown."""
        return self.answers[-1]


@dataclass(slots=True, eq=False)
class Conversation:
    """Exchanges in order. Those from `position` on have not begun: they wait for their turn.

    `pulse` beats at every change, of text, state or structure.
    """

    id: str = field(default_factory=new_id)
    exchanges: list[Exchange] = field(default_factory=list)
    waiting: list[Exchange] = field(default_factory=list)
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
