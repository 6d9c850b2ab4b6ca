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
from nicewen.services.providers.shapes import count, first_choice, mapping, plain, word
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
        request_id = frame.payload.get("id") or frame.payload.get("request_id")
        self._request_id = word(request_id) or self._request_id
        choice = first_choice(frame.payload)
        message = mapping(choice, "delta") or mapping(choice, "message")
        if thinking := plain(message.get("reasoning_content")) or plain(message.get("reasoning")):
            yield Thinking(thinking)
        if text := plain(message.get("content")):
            yield Text(text)
        yield from self.usage(frame)
        reason = choice.get("finish_reason")
        self.reason = word(reason) if reason and reason != "null" else ""

    def usage(self, frame: Frame) -> Iterator[Usage]:
        """Yield the tokens that a frame reports, where they have changed; usually a last one without choices does."""
        usage = _usage_of(mapping(frame.payload, "usage"))
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
    return not first_choice(payload) and (is_error(payload) or not frame.streamed)


def _with_its_status(frame: Frame) -> Frame:
    """Return the frame with the HTTP status that an error inside a successful stream carries as its code."""
    payload = frame.payload if isinstance(frame.payload, dict) else {}
    code = payload.get("code") or mapping(payload, "error").get("code")
    if frame.status == 200 and isinstance(code, int) and 400 <= code < 600:
        return replace(frame, status=code)
    return frame


def _usage_of(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=count(usage.get("prompt_tokens")),
        output_tokens=count(usage.get("completion_tokens")),
        reasoning_tokens=count(mapping(usage, "completion_tokens_details").get("reasoning_tokens")),
        cached_tokens=count(mapping(usage, "prompt_tokens_details").get("cached_tokens")),
    )
