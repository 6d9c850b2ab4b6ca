"""Every way in which a service fails, by name. Refusals are read from the words that DashScope itself writes."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, get_args

from nicewen.services.errors import CutShort, Refused, TimedOut
from nicewen.services.events import Finished, Text, Thinking
from nicewen.services.providers.demo_pace import Pace, pieces_of
from nicewen.services.providers.service_errors import refusal
from nicewen.services.providers.wire import Frame

Fault = Literal[
    "busy", "throttled", "cut", "slow", "stall", "malformed",
    "blocked", "wrong key", "server error", "empty", "only thinking", "endless",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = get_args(Fault)

BUSY_ATTEMPTS = 2
"""How often “busy” refuses before it answers."""

_CHINESE: tuple[str, ...] = (
    "繁忙", "限流", "断流", "缓慢", "停顿", "损坏", "拦截", "密钥", "出错", "空白", "只思考", "不停",
)  # fmt: skip
_BY_NAME: Mapping[str, Fault] = {**{fault: fault for fault in FAULTS}, **dict(zip(_CHINESE, FAULTS, strict=True))}
_ASKED = re.compile(r"\s*(?:faults?|errors?|故障|错误)\s*[:：]\s*(.+?)[\s.。!！]*", re.IGNORECASE)

_REFUSALS: Mapping[Fault, tuple[int, str, str]] = {
    "busy": (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
    "throttled": (429, "Throttling.AllocationQuota", "Allocated quota exceeded, please increase your quota limit."),
    "wrong key": (401, "InvalidApiKey", "Invalid API-key provided."),
    "server error": (500, "InternalError", "An internal error has occurred, please try again later."),
}
_BLOCKED = (400, "DataInspectionFailed", "Output data may contain inappropriate content.")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a fault is played with; `attempt` counts from 1 how often the same question has come."""

    text: str
    thoughts: str
    pace: Pace
    attempt: int
    model: str
    request_id: str
    slow_seconds: float
    stall_seconds: float


def fault_of(question: str) -> Fault | None:
    """Return the fault that a question names (“fault: cut”, “故障：断流”), or None."""
    asked = _ASKED.fullmatch(question)
    return _BY_NAME.get(asked[1].lower()) if asked else None


async def played(fault: Fault, rehearsal: Rehearsal) -> AsyncGenerator[Text | Thinking | Finished]:
    """Yield what still arrives, and fail as a real service would.

    Raises:
        AnswerError: The fault.
    """
    if fault in _REFUSALS and (fault != "busy" or rehearsal.attempt <= BUSY_ATTEMPTS):
        raise _refused(rehearsal, _REFUSALS[fault])
    async with aclosing(_written(fault, rehearsal)) as events:
        async for event in events:
            yield event
    match fault:
        case "cut":
            raise CutShort("error-cut-short", request_id=rehearsal.request_id)
        case "stall":
            await asyncio.sleep(rehearsal.stall_seconds)
            raise TimedOut("error-stall-timeout", seconds=f"{rehearsal.stall_seconds:g}")
        case "blocked":
            raise _refused(rehearsal, _BLOCKED)
        case _:
            yield Finished("length" if fault == "only thinking" else "stop", rehearsal.request_id)


async def _written(fault: Fault, rehearsal: Rehearsal) -> AsyncGenerator[Text | Thinking]:
    """Yield what arrives before the fault."""
    text, pace = rehearsal.text, rehearsal.pace
    if fault == "slow":
        await asyncio.sleep(rehearsal.slow_seconds)
    if fault == "only thinking":
        async for thinking in pace.thought(rehearsal.thoughts):
            yield thinking
    for part in _parts(fault, text):
        async for event in pace.written(part):
            yield event
    while fault == "endless":
        async for event in pace.written(f"{text}\n\n"):
            yield event


def _parts(fault: Fault, text: str) -> tuple[str, ...]:
    match fault:
        case "empty" | "only thinking" | "endless":
            return ()
        case "cut" | "stall" | "blocked":
            return (text[: len(text) // 2],)
        case "malformed":  # what cannot be read is skipped, and the rest goes on
            before, _, *after = pieces_of(text, len(text) / 20)
            return (before, *after)
        case _:
            return (text,)


def _refused(rehearsal: Rehearsal, words: tuple[int, str, str]) -> Refused:
    status, code, message = words
    payload = {"code": code, "message": message, "request_id": rehearsal.request_id}
    return refusal(Frame(payload, status=status, streamed=False), model=rehearsal.model)
