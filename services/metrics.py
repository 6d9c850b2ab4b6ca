"""Numbers for Prometheus: what was asked, how it ended, and how long people waited."""

import re
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from nicewen.services.conversation import ENDED, Answer
from nicewen.services.errors import AnswerError
from nicewen.services.events import Usage

CODES = 100
"""So many codes of errors are counted by name; a service that invents more may not fill the memory."""

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120)


class Metrics:
    """An observer that counts. Each has a registry of its own, so that a host's is left alone."""

    def __init__(self, *, running_answers: Callable[[], int], open_pages: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("nicewen_questions", "Questions that people have put", registry=self._registry)
        self._answers = Counter("nicewen_answers", "Answers by how they ended", ["state"], registry=self._registry)
        self._tokens = Counter("nicewen_tokens", "Tokens read and written", ["kind"], registry=self._registry)
        self._first_token = Histogram(
            "nicewen_first_token_seconds",
            "Seconds from a question's turn to its answer's first token",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._errors = Counter(
            "nicewen_upstream_errors",
            "Failed attempts to get an answer, by the service's code",
            ["code"],
            registry=self._registry,
        )
        self._codes: set[str] = set()
        running = Gauge("nicewen_running_answers", "Answers being written", registry=self._registry)
        running.set_function(running_answers)
        pages = Gauge("nicewen_open_pages", "Pages that are connected", registry=self._registry)
        pages.set_function(open_pages)
        for state in ENDED:
            self._answers.labels(state)
        for kind in ("input", "output"):
            self._tokens.labels(kind)

    def asked(self, question: str, answer_id: str) -> None:  # noqa: ARG002 (counted, not read)
        """See `Observer`."""
        self._questions.inc()

    def failed(self, error: AnswerError) -> None:
        """See `Observer`."""
        self._errors.labels(self._known(error.code or error.key.removeprefix("error-"))).inc()

    def ended(self, answer: Answer, usage: Usage, first_token_seconds: float | None) -> None:
        """See `Observer`."""
        self._answers.labels(answer.state).inc()
        self._tokens.labels("input").inc(usage.input_tokens)
        self._tokens.labels("output").inc(usage.output_tokens)
        if first_token_seconds is not None:
            self._first_token.observe(first_token_seconds)

    def text(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._registry)

    def _known(self, code: str) -> str:
        if not _CODE.fullmatch(code) or (code not in self._codes and len(self._codes) >= CODES):
            return "other"
        self._codes.add(code)
        return code
