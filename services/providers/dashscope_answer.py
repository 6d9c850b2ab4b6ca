"""DashScope's frames read as one answer: a core without I/O, fed frame by frame.

Shapes: DashScope's API reference and the field reports behind it, read 2026-11-22.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from nicewen.services.errors import CutShort
from nicewen.services.events import AnswerEvent, Finished, Source, Sources, Text, Thinking, Usage
from nicewen.services.providers.increments import Increments
from nicewen.services.providers.service_errors import is_error, refusal
from nicewen.services.providers.shapes import count, first_choice, mapping, plain, word
from nicewen.services.providers.wire import Frame

log = logging.getLogger(__name__)

_STILL_WRITING = {"", "null"}  # and a JSON null, and no key at all


class DashScopeAnswer:
    """Turns frames into events; `reason` is set once the service has said that the answer is complete."""

    def __init__(self, model: str) -> None:
        self.reason = ""
        self._model = model
        self._request_id = ""
        self._text = Increments()
        self._thinking = Increments()
        self._usage = Usage()
        self._has_sources = False

    def feed(self, frame: Frame) -> Iterator[AnswerEvent]:
        """Yield what a frame adds.

        Raises:
            Refused: The frame is an error.
        """
        payload = frame.payload
        output = mapping(payload, "output")
        usable = output.get("choices") or isinstance(output.get("text"), str)
        failed = frame.event == "error" or is_error(payload) or is_error(output) or not frame.streamed
        if failed and not usable:
            raise refusal(frame, model=self._model)
        if not isinstance(payload, dict):
            log.debug("skipped a frame that is not a JSON object (%d characters)", len(frame.text))
            return
        self._request_id = word(payload.get("request_id")) or self._request_id
        yield from self._sources(output)
        choice = first_choice(output)
        message = mapping(choice, "message")
        if thinking := self._thinking.feed(plain(message.get("reasoning_content"))):
            yield Thinking(thinking)
        content = message.get("content") if message else output.get("text")
        if text := self._text.feed(plain(content)):
            yield Text(text)
        yield from self.usage(frame)
        reason = choice.get("finish_reason") or output.get("finish_reason") or ""
        self.reason = "" if reason in _STILL_WRITING else word(reason)

    def usage(self, frame: Frame) -> Iterator[Usage]:
        """Yield the tokens that a frame reports, where they have changed."""
        usage = _usage_of(mapping(frame.payload, "usage"))
        if usage not in (self._usage, Usage()):
            self._usage = usage
            yield usage

    def end(self) -> Iterator[AnswerEvent]:
        """Yield what is left when nothing more comes.

        Raises:
            CutShort: The service never said that the answer is complete.
        """
        if thinking := self._thinking.end():
            yield Thinking(thinking)
        if text := self._text.end():
            yield Text(text)
        if not self.reason:
            raise CutShort("error-cut-short", request_id=self._request_id)
        yield Finished(self.reason, self._request_id)

    def _sources(self, output: Mapping[str, Any]) -> Iterator[Sources]:
        results = mapping(output, "search_info").get("search_results")
        if self._has_sources or not isinstance(results, list):
            return
        sources = tuple(_source(result, position) for position, result in enumerate(results, 1) if result)
        if sources:
            self._has_sources = True
            yield Sources(sources)


def _usage_of(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        reasoning_tokens=count(mapping(usage, "output_tokens_details").get("reasoning_tokens")),
        cached_tokens=count(mapping(usage, "prompt_tokens_details").get("cached_tokens")),
        searches=count(mapping(mapping(usage, "plugins"), "search").get("count")),
    )


def _source(result: Any, position: int) -> Source:
    facts = result if isinstance(result, Mapping) else {}
    site_name, url = word(facts.get("site_name")), word(facts.get("url"))
    return Source(
        index=count(facts.get("index")) or position,
        title=word(facts.get("title")),
        url=url if url.lower().startswith(("http://", "https://")) else "",
        site_name="" if site_name == "无" else site_name,  # DashScope's word for none
    )
