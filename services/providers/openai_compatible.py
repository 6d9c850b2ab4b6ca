"""Any service that speaks OpenAI's chat completions: DashScope's compatible mode, vLLM, Ollama, llama.cpp, DeepSeek."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from nicewen.services.events import AnswerEvent
from nicewen.services.providers.continuing import turns_to_go_on, without_repetition
from nicewen.services.providers.openai_answer import OpenAIAnswer
from nicewen.services.providers.openai_models import first_model
from nicewen.services.providers.provider import AnswerRequest
from nicewen.services.providers.qwen_models import thinks_always
from nicewen.services.providers.reading import read
from nicewen.services.providers.wire import Timeouts, frames
from nicewen.services.redaction import Redactor


class OpenAICompatible:
    """One HTTP client for all answers of the process.

    `default_model` may be "": the first question then asks the service for its models and takes the first.
    `extra_body` is added to every request, for what only one kind of service understands.
    """

    def __init__(
        self,
        base_url: str,
        key: str = "",
        *,
        name: str = "openai_compatible",
        default_model: str = "",
        timeouts: Timeouts | None = None,
        extra_body: Mapping[str, Any] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.default_model = default_model
        self._base_url = base_url.rstrip("/")
        self._host = urlsplit(base_url).hostname or ""
        self._headers = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._extra_body = dict(extra_body or {})
        self._redactor = Redactor([key])
        self._timeouts = timeouts or Timeouts()
        self._client = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            trust_env=not is_loopback(self._host),  # a company's proxy does not reach this machine's own ports
            transport=transport,
        )

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Ask once.

        Raises:
            AnswerError: See `Provider.answer`.
        """
        model = request.model or self.default_model or await self._first_model()
        answer = OpenAIAnswer(model)
        stream = frames(
            self._client,
            f"{self._base_url}/chat/completions",
            headers=self._headers,
            body=self._body(request, model),
            timeouts=self._timeouts,
            redactor=self._redactor,
            received=request.received,
        )
        async with aclosing(without_repetition(read(stream, answer), request.begun)) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _first_model(self) -> str:
        """Return the service's first model; what is found stays the default."""
        self.default_model = await first_model(
            self._client, self._base_url, headers=self._headers, timeouts=self._timeouts, redactor=self._redactor
        )
        return self.default_model

    def _body(self, request: AnswerRequest, model: str) -> dict[str, Any]:
        system = [{"role": "system", "content": request.system_prompt}] if request.system_prompt else []
        turns = turns_to_go_on(request.turns, request.begun)
        return {
            "model": model,
            "messages": [*system, *({"role": turn.role, "content": turn.text} for turn in turns)],
            "stream": True,
            "stream_options": {"include_usage": True},
            **({"max_tokens": request.token_limit} if request.token_limit else {}),
            # Qwen's own parameter: services that do not know it refuse the request
            **({"enable_thinking": request.thinking or thinks_always(model)} if is_alibaba(self._host) else {}),
            **self._extra_body,
        }


def is_alibaba(host: str) -> bool:
    """Whether a host belongs to Alibaba Cloud's model services."""
    return host == "aliyuncs.com" or host.endswith(".aliyuncs.com")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
