"""Answers measured in a browser: which, how many, in which order."""

import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from benchmarks.browser import GivenUpError, Measurement, reading
from benchmarks.serving import PEER, WAYS, running_server
from benchmarks.stream import BURST, TOKENS, Pace

PEER_CHARACTERS = 10_000
"""Longer texts are not given to `ui.markdown`, which renders all of it at each token."""

NOT_MEASURED = "not measured"
SHORT_CHARACTERS = 100
WARMING_UP = ("mixed", 2_000, BURST)
"""The first answer of a process pays for what is loaded late; it is asked in a page of its own, and not counted."""

TURNS = 200
TRIES = 2
"""How often an answer of up to 10,000 characters is measured when the machine was busy with other things."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in a conversation with so many earlier turns."""

    shape: str
    length: int
    pace: Pace
    turns: int = 0

    @property
    def path(self) -> str:
        """Where the conversation is."""
        return f"/c/turns-{self.turns}" if self.turns else "/"


@dataclass(slots=True)
class Answers:
    """One question as one page showed it: several answers where it was asked several times, or why there are none."""

    question: Question
    way: str
    measured: list[Measurement] = field(default_factory=list)
    note: str = ""
    cpu_until_given_up: float = 0.0

    @property
    def cpu(self) -> float:
        """Seconds of the server's processor time; where the answer was given up, those until then."""
        return self.one.cpu if self.one else self.cpu_until_given_up

    @property
    def one(self) -> Measurement | None:
        """The measurement with the least disturbance."""
        return min(self.measured, key=lambda one: one.upstream_late, default=None)

    @property
    def firsts(self) -> Sequence[float]:
        """Seconds from the first words' arrival to the DOM, of each answer, in ascending order."""
        return sorted(one.first for one in self.measured)

    @property
    def median_first(self) -> float:
        """The median of them."""
        return statistics.median(self.firsts)

    @property
    def p95_first(self) -> float:
        """The value that 95 % of them do not exceed."""
        return self.firsts[-(-len(self.firsts) * 95 // 100) - 1]


def questions(shapes: Sequence[str], sizes: Sequence[int], turns: Sequence[int]) -> Iterator[Question]:
    """Yield what is asked: every shape at 10,000 characters, prose in every size, a mixed answer after earlier turns.

    Prose, one list and one block of code come in bursts as well, up to a million characters.
    """
    for shape in shapes:
        for size in sizes:
            if size == 10_000 or (shape == "prose" and size < 10_000) or (shape, size) == ("prose", 100_000):
                yield Question(shape, size, TOKENS)
            if shape in {"prose", "list", "code"} and size >= 100_000:
                yield Question(shape, size, BURST)
    earlier = [count for count in turns if count]
    yield from (Question("mixed", 10_000, TOKENS, count) for count in earlier if 10_000 in sizes and "mixed" in shapes)


def measured(browser: Browser, upstream: str, asked: Sequence[Question], times: int = 1) -> Iterator[Answers]:
    """Yield what each page made of each question; each starts with a server and a browser profile of its own."""
    for question in asked:
        for way in WAYS:
            answers = Answers(question, way)
            if way == PEER and question.length > PEER_CHARACTERS:
                answers.note = NOT_MEASURED
            else:
                _ask(browser, upstream, answers, times)
            _report(answers)
            yield answers


def _ask(browser: Browser, upstream: str, answers: Answers, times: int) -> None:
    question = answers.question
    for _ in range(TRIES):
        with running_server(answers.way, upstream) as server:
            try:
                with reading(browser, server, upstream) as reader:
                    reader.ask(*WARMING_UP)
                with reading(browser, server, upstream, question.path) as reader:
                    answers.measured += [
                        reader.ask(question.shape, question.length, question.pace) for _ in range(times)
                    ]
            except GivenUpError as error:
                answers.note, answers.cpu_until_given_up = str(error), error.cpu
                return
            except PlaywrightError as error:
                answers.note = str(error).splitlines()[0]
                return
        if times > 1 or question.length > PEER_CHARACTERS or not answers.measured[-1].was_disturbed:
            return


def _report(answers: Answers) -> None:
    question, one = answers.question, answers.one
    name = f"{question.shape} {question.length:,} {question.pace.name}, {question.turns} turns, {answers.way}"
    sys.stderr.write(f"{name}: {one or answers.note}\n")
