"""Scripted answers, for trying and teaching without a key."""

from collections.abc import AsyncGenerator

from nicewen.services.events import AnswerEvent, Finished, Text
from nicewen.services.providers.provider import AnswerRequest


class Demo:
    """Being written."""

    name = "demo"
    default_model = "demo"

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Answer."""
        yield Text(f"**{request.turns[-1].text}**")
        yield Finished("stop")

    async def close(self) -> None:
        """Nothing to close."""
