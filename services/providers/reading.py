"""From frames to events: what every provider that speaks HTTP does with a stream."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Protocol

from nicewen.services.events import AnswerEvent, Usage
from nicewen.services.providers.wire import Frame, remaining


class FrameReader(Protocol):
    """A core without I/O that is fed frames; `reason` is set once the answer is complete."""

    reason: str

    def feed(self, frame: Frame) -> Iterator[AnswerEvent]:
        """Yield what a frame adds, or raise the error it stands for."""
        ...

    def usage(self, frame: Frame) -> Iterator[Usage]:
        """Yield the tokens that a frame reports, where they have changed."""
        ...

    def end(self) -> Iterator[AnswerEvent]:
        """Yield what is left when nothing more comes, or raise that the answer was cut."""
        ...


async def read(stream: AsyncGenerator[Frame], answer: FrameReader) -> AsyncGenerator[AnswerEvent]:
    """Feed the reader until the answer is complete; later frames may only tell the tokens."""
    async with aclosing(stream) as received:
        async for frame in received:
            for event in answer.feed(frame):
                yield event
            if answer.reason:
                break
        late = await remaining(received) if answer.reason else []
    for frame in late:
        for usage in answer.usage(frame):
            yield usage
    for event in answer.end():
        yield event
