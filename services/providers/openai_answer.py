"""Chat-completion chunks read as one answer: a core without I/O, fed frame by frame.

Shapes: OpenAI's chat-completions reference, and the field notes on DashScope's compatible mode, DeepSeek, vLLM,
llama.cpp and OpenRouter, read 2026-11-22.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nicewen.services.errors import CutShort
from nicewen.services.events import AnswerEvent, Finished, Text, Thinking, Usage
from nicewen.services.providers.service_errors import is_error, refusal
from nicewen.services.providers.wire import Frame

END_MARKER = "[DONE]"

log = logging.getLogger(__name__)


class OpenAIAnswer:
    """Turns frames into events; `reason` is set once the service has said that the answer is complete."""

    def __init__(self, model: str) -> None:
        self.reason = ""
        self._model = model
        self._request_id = ""
        self._usage = Usage()

    def feed(self, frame: Frame) -> Iterator[AnswerEvent]:
        """Yield what a frame adds.

        Raises:
            Refused: The frame is an error.
        """
        if _is_refused(frame):
            raise refusal(_with_its_status(frame), model=self._model)
        if _is_end(frame):
            self.reason = self.reason or "stop"
            return
        if not isinstance(frame.payload, dict):
            log.debug("skipped a frame that is not a JSON object (%d characters)", len(frame.text))
            return
        self._request_id = str(frame.payload.get("id") or frame.payload.get("request_id") or self._request_id)
        choice = _first_choice(frame.payload)
        message = _mapping(choice, "delta") or _mapping(choice, "message")
        if thinking := _plain(message.get("reasoning_content")) or _plain(message.get("reasoning")):
            yield Thinking(thinking)
        if text := _plain(message.get("content")):
            yield Text(text)
        yield from self.usage(frame)
        reason = choice.get("finish_reason")
        self.reason = str(reason) if reason and reason != "null" else ""

    def usage(self, frame: Frame) -> Iterator[Usage]:
        """Yield the tokens that a frame reports, where they have changed; usually a last one without choices does."""
        usage = _usage_of(_mapping(frame.payload, "usage"))
        if usage not in (self._usage, Usage()):
            self._usage = usage
            yield usage

    def end(self) -> Iterator[AnswerEvent]:
        """Yield the end, when nothing more comes.

        Raises:
            CutShort: The service never said that the answer is complete.
        """
        if not self.reason:
            raise CutShort("error-cut-short", request_id=self._request_id)
        yield Finished(self.reason, self._request_id)


def _is_end(frame: Frame) -> bool:
    return frame.streamed and frame.payload is None and frame.text.strip() == END_MARKER


def _is_refused(frame: Frame) -> bool:
    """Whether a frame is an error; OpenRouter's carry a choice beside it, and some answers carry a `code`."""
    payload = frame.payload
    if frame.event == "error" or (isinstance(payload, dict) and payload.get("error")):
        return True
    return not _first_choice(payload) and (is_error(payload) or not frame.streamed)


def _with_its_status(frame: Frame) -> Frame:
    """Return the frame with the HTTP status that an error inside a successful stream carries as its code."""
    payload = frame.payload if isinstance(frame.payload, dict) else {}
    code = payload.get("code") or _mapping(payload, "error").get("code")
    if frame.status == 200 and isinstance(code, int) and 400 <= code < 600:
        return replace(frame, status=code)
    return frame


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _first_choice(payload: Any) -> Mapping[str, Any]:
    """Return the choice of the one answer asked for; others (`n` above 1) are not ours."""
    choices = payload.get("choices") if isinstance(payload, dict) else None
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, Mapping) and not choice.get("index"):
            return choice
    return {}


def _plain(content: Any) -> str:
    """Return content as text: a string, null, or a list of `{"type": "text", "text": …}`."""
    if isinstance(content, list):
        return "".join(_plain(item.get("text")) for item in content if isinstance(item, Mapping))
    return content if isinstance(content, str) else ""


def _usage_of(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        reasoning_tokens=_count(_mapping(usage, "completion_tokens_details").get("reasoning_tokens")),
        cached_tokens=_count(_mapping(usage, "prompt_tokens_details").get("cached_tokens")),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
