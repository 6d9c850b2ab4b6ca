"""A small real model on this machine: llama.cpp in a child process, spoken to over a loopback port."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nicewen.services.errors import CutShort, LocalModelFailed, Unreachable
from nicewen.services.events import AnswerEvent
from nicewen.services.providers.local_process import LocalProcess, start_process
from nicewen.services.providers.openai_compatible import OpenAICompatible
from nicewen.services.providers.provider import AnswerRequest
from nicewen.services.providers.wire import Timeouts

SAMPLING: Mapping[str, Any] = {"max_tokens": 1024, "temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.05}
"""Temperature and top_p from SmolLM2's model card. Without a penalty half of the longer answers repeat one sentence
to the limit; with 1.1 the model avoids the question's own words and answers wrongly (tried, 2026-11-22)."""

_QUANTISATION = re.compile(r"[.-](UD-)?(I?Q\d\w*|B?F16|F32|FP16|MXFP4)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Running:
    process: LocalProcess
    talk: OpenAICompatible

    async def close(self) -> None:
        await self.talk.close()
        await self.process.close()


class Local:
    """The model at `model_path` (a .gguf file); its process starts with the first question and again after a crash."""

    name = "local"

    def __init__(self, model_path: Path, timeouts: Timeouts | None = None) -> None:
        self.default_model = model_name(model_path)
        self._path = model_path
        self._timeouts = timeouts or Timeouts()
        self._lock = asyncio.Lock()
        self._running: _Running | None = None

    @property
    def pid(self) -> int:
        """The id of the model's process, or 0 where it is not running."""
        return self._running.process.pid if self._running and self._running.process.is_running else 0

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Ask once.

        Raises:
            LocalModelFailed: The model could not be started, or its process ended.
            AnswerError: See `Provider.answer`.
        """
        running = await self._started()
        try:
            async with aclosing(running.talk.answer(request)) as events:
                async for event in events:
                    yield event
        except (CutShort, Unreachable) as error:
            if await running.process.has_ended():
                raise LocalModelFailed("error-local-died") from error
            raise

    async def close(self) -> None:
        """End the model's process."""
        async with self._lock:
            await self._end()

    async def _started(self) -> _Running:
        """Return the running model; questions that come together start it once."""
        async with self._lock:
            if self._running is None or not self._running.process.is_running:
                await self._end()
                self._running = await self._start()
            return self._running

    async def _start(self) -> _Running:
        if not local_is_installed():
            raise LocalModelFailed("error-local-not-installed")
        if not self._path.is_file():
            raise LocalModelFailed("error-local-no-weights")
        process = await start_process(self._path, self.default_model, seconds=self._timeouts.first_data)
        talk = OpenAICompatible(
            f"{process.address}/v1",
            process.key,
            name=self.name,
            default_model=self.default_model,
            timeouts=self._timeouts,
            extra_body=SAMPLING,
        )
        return _Running(process, talk)

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running.close()


def local_is_installed() -> bool:
    """Whether the package that runs local models is there (the extra `local`)."""
    return find_spec("xllamacpp") is not None


def model_name(path: Path) -> str:
    """Return the name of the model in a .gguf file, without how it was quantised."""
    return _QUANTISATION.sub("", path.name.removesuffix(".gguf"))
