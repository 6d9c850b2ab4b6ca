"""Qwen through DashScope's native protocol (Alibaba Cloud Model Studio)."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx

from nicewen.services.errors import Refused
from nicewen.services.events import AnswerEvent
from nicewen.services.providers.continuing import turns_to_go_on, without_repetition
from nicewen.services.providers.dashscope_answer import DashScopeAnswer
from nicewen.services.providers.provider import AnswerRequest
from nicewen.services.providers.qwen_models import MULTIMODAL_PATH, TEXT_PATH, goes_on, likely_path, thinks_always
from nicewen.services.providers.reading import read
from nicewen.services.providers.wire import Timeouts, frames
from nicewen.services.redaction import Redactor

log = logging.getLogger(__name__)


class DashScope:
    """One HTTP client for all answers of the process; it knows for each model which of the two paths serves it."""

    name = "dashscope"
    default_model = "qwen-plus"

    def __init__(
        self,
        key: str,
        *,
        base_url: str,
        workspace: str = "",
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept": "text/event-stream",
            "X-DashScope-SSE": "enable",
            **({"X-DashScope-WorkSpace": workspace} if workspace else {}),
        }
        self._redactor = Redactor([key])
        self._timeouts = timeouts or Timeouts()
        self._paths: dict[str, str] = {}
        self._client = httpx.AsyncClient(
            transport=transport, limits=httpx.Limits(max_connections=None, max_keepalive_connections=20)
        )

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Ask once, on the other path again where the service says that the model is not served on the first.

        Raises:
            AnswerError: See `Provider.answer`.
        """
        path = self._paths.get(request.model) or likely_path(request.model)
        other = TEXT_PATH if path == MULTIMODAL_PATH else MULTIMODAL_PATH
        begun = False
        try:
            async with aclosing(self._on_path(path, request)) as events:
                async for event in events:
                    begun = True
                    yield event
            return
        except Refused as error:
            if begun or not _is_wrong_path(error) or request.model in self._paths:
                raise
            log.info("%s is not served on %s; trying %s", request.model, path, other)
        async with aclosing(self._on_path(other, request)) as events:
            async for event in events:
                self._paths[request.model] = other
                yield event

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _on_path(self, path: str, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        answer = DashScopeAnswer(request.model)
        stream = frames(
            self._client,
            self._base_url + path,
            headers=self._headers,
            body=request_body(request, path),
            timeouts=self._timeouts,
            redactor=self._redactor,
            received=request.received,
        )
        is_given = goes_on(request.model, path)  # then it cannot be repeated
        async with aclosing(without_repetition(read(stream, answer), "" if is_given else request.begun)) as events:
            async for event in events:
                yield event


def request_body(request: AnswerRequest, path: str) -> dict[str, Any]:
    """Return the JSON that DashScope expects; on the multimodal path contents are lists."""

    def message(role: str, text: str) -> Mapping[str, Any]:
        return {"role": role, "content": [{"text": text}] if path == MULTIMODAL_PATH else text}

    system = [message("system", request.system_prompt)] if request.system_prompt else []
    turns, begun = request.turns, []
    if request.begun and goes_on(request.model, path):
        begun = [{**message("assistant", request.begun), "partial": True}]
    else:
        turns = turns_to_go_on(turns, request.begun)
    return {
        "model": request.model,
        "input": {"messages": [*system, *(message(turn.role, turn.text) for turn in turns), *begun]},
        "parameters": {
            "result_format": "message",
            "incremental_output": True,
            "enable_thinking": request.thinking or thinks_always(request.model),
            **({"max_tokens": request.token_limit} if request.token_limit else {}),
        },
    }


def _is_wrong_path(error: Refused) -> bool:
    return error.code.startswith("InvalidParameter") and "url error" in error.said.lower()
