"""What people asked and what was answered: plain objects without a page, changed only by the assistant."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from nicewen.services.alternatives import Alternatives
from nicewen.services.errors import AnswerError
from nicewen.services.events import Source, Usage
from nicewen.services.markdown import LiveDocument
from nicewen.services.material import Material
from nicewen.services.providers.provider import Turn
from nicewen.services.pulse import Pulse
from nicewen.services.store import RawEvent, Trouble, new_id

State = Literal["waiting", "thinking", "writing", "done", "stopped", "failed", "interrupted"]

NOBODY = "local"
"""The user whose conversations these are where nobody logs in."""

ENDED: frozenset[State] = frozenset({"done", "stopped", "failed", "interrupted"})


@dataclass(frozen=True, slots=True)
class Retry:
    """The service was not ready; the same question is sent again in `seconds`."""

    seconds: int
    error: AnswerError


@dataclass(slots=True, eq=False)
class Answer:
    """One answer: its text only grows. `document` is the same text as HTML units; `next` are the questions it led to.

    `sent` tells how many of how many earlier turns the model was sent, where that was not all of them. `raw_events` are
    what the service has sent since it was asked last, while it is being written; `has_raw_events` tells that some are
    kept in the store.
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
    sent: tuple[int, int] | None = None
    raw_events: list[RawEvent] = field(default_factory=list)
    has_raw_events: bool = False
    next: "Alternatives[Exchange]" = field(default_factory=Alternatives)
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

    def interrupt(self, text: str, thinking: str, at: float) -> None:
        """End as what was kept of it: the process that was writing it has died."""
        self._document = None
        self.parts, self.thinking_parts = [text] if text else [], [thinking] if thinking else []
        self.state, self.ended_at = "interrupted", at

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
    """A question and its answers, of which one is shown; the others came when it was asked again.

    `client_id` is the browser's own id of the question, by which one that was sent twice is known; `kept` ends when the
    store has tried to save what is to be asked; `after` is the answer it follows, known while it waits for its turn;
    `material` is what the model reads with the question, and people do not see in it.
    """

    question: str
    id: str
    answers: Alternatives[Answer]
    client_id: str = ""
    asked_at: float = field(default_factory=time.time)
    kept: asyncio.Future[bool] | None = None
    after: Answer | None = None
    material: Material | None = None

    @property
    def sent(self) -> str:
        """Return what the model is sent."""
        return f"<context>\n{self.material.text}\n</context>\n\n{self.question}" if self.material else self.question

    @property
    def answer(self) -> Answer:
        """Return the answer shown."""
        return self.answers[self.answers.place]


@dataclass(slots=True, eq=False, weakref_slot=True)
class Conversation:
    """A tree of exchanges, and those that have not begun: they wait for their turn.

    Whoever changes the tree says so with `changed`. `pulse` beats at every change, of text, state or structure;
    `trouble` tells why what comes is not saved just now; `title` is "" until one was kept or given; `user` is the name
    of the one whose it is. A temporary one is kept nowhere, see `Temporary`.
    """

    id: str = field(default_factory=new_id)
    title: str = ""
    user: str = NOBODY
    is_temporary: bool = False
    beginnings: Alternatives[Exchange] = field(default_factory=Alternatives)
    waiting: list[Exchange] = field(default_factory=list)
    trouble: Trouble | None = None
    pulse: Pulse = field(default_factory=Pulse)
    structure: int = 0  # counts changes of the tree and of what is chosen in it
    _path: list[Exchange] | None = field(default=None, init=False)
    _started: Answer | None = field(default=None, init=False)

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what is shown: the path from the beginning to the end of the chosen branch."""
        if self._path is None:
            self._path = []
            here = self.beginnings.chosen
            while here is not None:
                self._path.append(here)
                here = here.answer.next.chosen
        return self._path

    def changed(self) -> None:
        """Note that the tree, or what is chosen in it, has changed."""
        self._path = None
        self.structure += 1
        self.pulse.beat()

    def siblings(self, position: int) -> Alternatives[Exchange]:
        """Return the question at this position of the path, with those that stand beside it."""
        return self.exchanges[position - 1].answer.next if position else self.beginnings

    def position_of(self, message_id: str) -> int | None:
        """Return where a question or an answer stands on the path that is shown."""
        path = enumerate(self.exchanges)
        return next((position for position, one in path if message_id in {one.id, one.answer.id}), None)

    def choose(self, message_id: str, step: int) -> str | None:
        """Show the message so many places behind this one, with what followed it; return its id, if there is one."""
        position = self.position_of(message_id)
        if position is None:
            return None
        exchange = self.exchanges[position]
        siblings = self.siblings(position) if message_id == exchange.id else exchange.answers
        if not siblings.step(step):
            return None
        self.changed()
        return siblings[siblings.place].id

    def add(self, exchange: Exchange, after: Answer | None) -> None:
        """Let an exchange follow this answer, or begin the conversation; what is chosen elsewhere stays chosen."""
        (after.next if after else self.beginnings).add(exchange)
        self.changed()

    def started(self, answer: Answer) -> None:
        """Note which answer is being written."""
        self._started = answer
        self.pulse.beat()

    @property
    def running(self) -> Answer | None:
        """Return the answer being written, if one is; it may stand on a branch that is not shown."""
        shown = self.exchanges[-1].answer if self.exchanges else None
        return next((one for one in (self._started, shown) if one and not one.has_ended), None)

    @property
    def queued(self) -> list[Exchange]:
        """Return those that wait for their turn below what is shown."""
        end, queued = self._end, []
        for exchange in self.waiting:
            if exchange.after is end:
                queued.append(exchange)
                end = exchange.answer
        return queued

    @property
    def last_answer_id(self) -> str:
        """Return the id of the answer that stands last, or ""."""
        return self._end.id if self._end else ""

    @property
    def last(self) -> Answer | None:
        """Return the answer that the next question follows, one that waits for its turn included."""
        queued = self.queued
        return queued[-1].answer if queued else self._end

    @property
    def _end(self) -> Answer | None:
        return self.exchanges[-1].answer if self.exchanges else None

    def before(self, wanted: Exchange) -> list[tuple[Exchange, Answer]]:
        """Return the exchanges that lead to this one, shown or not, each with the answer that leads on."""
        steps: dict[Exchange, tuple[Exchange, Answer]] = {}
        for here in self.all():
            steps |= {following: (here, answer) for answer in here.answers for following in answer.next}
        path = []
        while wanted in steps:
            path.append(steps[wanted])
            wanted = path[-1][0]
        return path[::-1]

    def all(self) -> Iterator[Exchange]:
        """Yield every exchange of the tree, those before others first."""
        return below(self.beginnings)

    def turns(self, last: Exchange) -> tuple[Turn, ...]:
        """Return what the model may be sent: the exchanges before this one that have an answer, then its question.

        A failed or blocked exchange is left out whole: sent again, it would make every later question fail too.
        """
        earlier = (turn for exchange, answer in self.before(last) for turn in _answered(exchange.sent, answer))
        return (*earlier, Turn("user", last.sent))


def below(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """Yield these exchanges and all that follow them."""
    left = list(exchanges)
    while left:
        here = left.pop()
        yield here
        left.extend(following for answer in here.answers for following in answer.next)


def _answered(question: str, answer: Answer) -> Iterator[Turn]:
    if answer.state != "failed" and (text := answer.text):
        yield Turn("user", question)
        yield Turn("assistant", text)
