"""An answer while it runs: owned by the process, not by a page."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import assert_never

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from nicewen.services.conversation import Answer, Retry, State
from nicewen.services.errors import AnswerError
from nicewen.services.events import AnswerEvent, Finished, Sources, Text, Thinking, Usage
from nicewen.services.providers.provider import AnswerRequest, Provider
from nicewen.services.raw_events import RawEvents
from nicewen.services.redaction import Redactor, TextStream

ANSWER_LIMIT = 1_000_000
"""Characters after which an answer is ended; a model that babbles for ever may not fill the memory."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and after how many seconds, a question is sent again before its first text has arrived."""

    retries: int = 3
    first_wait: float = 1.0
    longest_wait: float = 30.0
    jitter: float = 1.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class RunningAnswer:
    """Fills one answer from a provider and tells those who follow it; `run` is awaited by the task that owns it."""

    def __init__(
        self,
        answer: Answer,
        provider: Provider,
        request: AnswerRequest,
        *,
        changed: Callable[[], None],
        ended: Callable[[], None],
        patience: Patience,
        redactor: Redactor,
    ) -> None:
        self.answer = answer
        self._provider = provider
        self._changed = changed
        self._tell_end = ended
        self._patience = patience
        self._text = TextStream(redactor)
        self._thinking = TextStream(redactor)
        self._raw = RawEvents(answer.raw_events, redactor, is_undecided=self._is_undecided)
        self._request = replace(request, received=self._raw.receive)
        self._length = 0
        self._cancelled_as: State = "interrupted"
        self._failure: AnswerError | None = None
        self._has_begun = self._has_ended = False

    @property
    def continues(self) -> bool:
        """Whether it writes on where an answer had ended."""
        return bool(self._request.begun)

    def mark_stopped(self) -> None:
        """Note that the cancellation that follows is a person's wish."""
        self._cancelled_as = "stopped"

    def end_if_never_begun(self) -> None:
        """End an answer whose task was cancelled before its first step."""
        if not self._has_ended:
            self._end(self._cancelled_as)

    async def run(self, after: asyncio.Future[bool] | None = None) -> None:
        """Ask until the answer has ended, one way or another; before that the question is saved (`after`)."""
        try:
            if after is not None:
                await asyncio.wait((after,))
                after.result()
            await self._ask_patiently()
        except asyncio.CancelledError:
            self._end(self._cancelled_as)
            raise
        except AnswerError as error:
            log.info("an answer of %s ended: %s (%s)", self._request.model, error, error.code or "no code")
            self._add_rest()
            keeps_text = (error.ends_early and self.answer.parts) or self.continues
            self._end("interrupted" if keeps_text else "failed", error)
        except Exception as error:
            log.exception("an answer of %s failed unexpectedly", self._request.model)
            self._end("failed", AnswerError("error-unexpected", code=type(error).__name__))

    async def _ask_patiently(self) -> None:
        patience = self._patience
        grow = wait_exponential_jitter(
            multiplier=patience.first_wait, max=patience.longest_wait, exp_base=3, jitter=patience.jitter
        )
        ask = AsyncRetrying(
            stop=stop_after_attempt(patience.retries + 1),
            retry=retry_if_exception(self._is_worth_another_try),
            wait=lambda state: _asked_for(state) or grow(state),
            before_sleep=self._note_failure,
            sleep=self._wait_visibly,
            reraise=True,
        )
        await ask(self._ask)

    def _is_worth_another_try(self, error: BaseException) -> bool:
        """Only before the first text: what has arrived was billed and is kept."""
        if self._has_begun or not isinstance(error, AnswerError):
            return False
        return error.retryable and (error.retry_after or 0.0) <= self._patience.longest_wait

    def _note_failure(self, attempt: RetryCallState) -> None:
        self._failure = _failure_of(attempt)

    async def _wait_visibly(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            if self._failure:
                self.answer.retry = Retry(math.ceil(left), self._failure)
                self._changed()
            await self._patience.sleep(min(1.0, left))
            left -= 1.0
        self.answer.retry = None
        self._changed()

    async def _ask(self) -> None:
        async with aclosing(self._provider.answer(self._request)) as events:
            async for event in events:
                self._take(event)
                if self._length > ANSWER_LIMIT:
                    self._take(Finished("length", self.answer.request_id))
                    return

    def _take(self, event: AnswerEvent) -> None:
        answer = self.answer
        self._has_begun = self._has_begun or isinstance(event, Text | Thinking)
        match event:
            case Text(text):
                self._add_text(self._read(self._text, text))
            case Thinking(text):
                self._add_thinking(self._read(self._thinking, text))
            case Sources(sources):
                answer.sources = sources
            case Usage():
                answer.usage = event
            case Finished(reason, request_id):
                answer.finish_reason, answer.request_id = reason, request_id
                self._finish()
            case _:
                assert_never(event)
        self._changed()

    def _read(self, stream: TextStream, piece: str) -> str:
        text = stream.feed(piece)
        if stream.has_joined_secret:
            self._raw.mask()
        return text

    def _is_undecided(self) -> bool:
        return self._text.is_holding or self._thinking.is_holding

    def _add_text(self, text: str) -> None:
        if not text:
            return
        if not self.answer.parts:
            self.answer.first_text_at = time.time()
            self.answer.model = self.answer.model or self._provider.default_model
        self.answer.last_text_at = time.time()
        self.answer.state = "writing"
        document = self.answer.document  # made of what was there before
        self.answer.parts.append(text)
        document.append(text)
        self._length += len(text)

    def _add_thinking(self, text: str) -> None:
        if not text:
            return
        if not self.answer.thinking_parts:
            self.answer.first_thinking_at = time.time()
        if self.answer.state == "waiting":
            self.answer.state = "thinking"
        self.answer.thinking_parts.append(text)
        self._length += len(text)

    def _finish(self) -> None:
        self._add_rest()
        if any(part.strip() for part in self.answer.parts):
            self._end("done")
        else:
            self._end("failed", AnswerError("error-only-thinking" if self.answer.thinking_parts else "error-empty"))

    def _end(self, state: State, error: AnswerError | None = None) -> None:
        self._add_rest()
        answer = self.answer
        answer.state, answer.error, answer.retry = state, error, None
        answer.request_id = answer.request_id or (error.request_id if error else "")
        answer.ended_at = time.time()
        answer.document.close()
        self._raw.settle()
        answer.has_raw_events = answer.has_raw_events or bool(answer.raw_events)
        answer.raw_events = []  # whoever saves them has the list
        self._has_ended = True
        self._tell_end()
        self._changed()

    def _add_rest(self) -> None:
        self._add_thinking(self._thinking.rest())
        self._add_text(self._text.rest())


def _failure_of(attempt: RetryCallState) -> AnswerError | None:
    error = attempt.outcome.exception() if attempt.outcome else None
    return error if isinstance(error, AnswerError) else None


def _asked_for(attempt: RetryCallState) -> float | None:
    """Return the wait that the service asked for, in seconds."""
    error = _failure_of(attempt)
    return error.retry_after if error else None
