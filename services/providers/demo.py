"""Answers that were written beforehand, for trying, teaching and testing without a key; and every fault by name."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import count

from nicewen.services.events import AnswerEvent, Finished, Sources, Usage
from nicewen.services.providers.demo_faults import BUSY_ATTEMPTS, Fault, Rehearsal, fault_of, played
from nicewen.services.providers.demo_pace import Pace, tokens_in
from nicewen.services.providers.demo_scripts import Script, language_of, parted, script_with_context, text_of
from nicewen.services.providers.provider import AnswerRequest


class Demo:
    """Prepared answers at a pace in characters per second.

    `slow_seconds` is how long the fault “slow” waits before its first word, `stall_seconds` how long “stall” is silent
    before it counts as a time-out.
    """

    name = "demo"
    default_model = "demo"

    def __init__(self, *, pace: float = 200.0, slow_seconds: float = 15.0, stall_seconds: float = 60.0) -> None:
        self._pace = Pace(pace)
        self._slow_seconds = slow_seconds
        self._stall_seconds = stall_seconds
        self._attempts: Counter[int] = Counter()
        self._numbers = count(1)

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Answer once.

        Raises:
            AnswerError: The question asked for a fault; see `Provider.answer`.
        """
        question = request.turns[-1].text
        fault = fault_of(parted(question)[1])
        if request.begun:
            script = Script(text_of("rehearsal", language_of(question))) if fault else script_with_context(question)
            events = self._script(Script(_rest(script.text, request.begun), speed=script.speed), request)
        else:
            events = self._fault(fault, request) if fault else self._script(script_with_context(question), request)
        async with aclosing(events) as arriving:
            async for event in arriving:
                yield event

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def _script(self, script: Script, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        language = language_of(request.turns[-1].text)
        thoughts = script.thoughts or (text_of("plain.thoughts", language) if request.thinking else "")
        async for thinking in self._pace.thought(thoughts):
            yield thinking
        if script.sources:
            yield Sources(script.sources)
        async for text in self._pace.times(script.speed).written(script.text):
            yield text
        yield _usage(request, script.text, thoughts)
        yield Finished("stop", self._request_id())

    async def _fault(self, fault: Fault, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        async with aclosing(played(fault, self._rehearsal(fault, request))) as events:
            async for event in events:
                yield event

    def _rehearsal(self, fault: Fault, request: AnswerRequest) -> Rehearsal:
        language = language_of(request.turns[-1].text)
        return Rehearsal(
            text=text_of("rehearsal", language),
            thoughts=text_of("plain.thoughts", language),
            pace=self._pace,
            attempt=self._attempt(request) if fault == "busy" else 1,
            model=request.model or self.default_model,
            request_id=self._request_id(),
            slow_seconds=self._slow_seconds,
            stall_seconds=self._stall_seconds,
        )

    def _attempt(self, request: AnswerRequest) -> int:
        """Return how often the same question has come; after an answer the count begins again."""
        question = hash(request.turns)
        attempt = self._attempts[question] = self._attempts[question] + 1
        if attempt > BUSY_ATTEMPTS:
            del self._attempts[question]
        return attempt

    def _request_id(self) -> str:
        return f"demo-{next(self._numbers)}"


def _rest(text: str, begun: str) -> str:
    """Return what is left of a text; where it began otherwise, all of it as a paragraph of its own."""
    return text.removeprefix(begun) if text.startswith(begun) else f"\n\n{text}"


def _usage(request: AnswerRequest, text: str, thoughts: str) -> Usage:
    reasoning = tokens_in(thoughts)
    asked = sum(tokens_in(turn.text) for turn in request.turns) + tokens_in(request.system_prompt)
    return Usage(input_tokens=asked, output_tokens=reasoning + tokens_in(text), reasoning_tokens=reasoning)
