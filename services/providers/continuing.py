"""Going on with an answer that ended early, so that nothing of it is said twice."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from nicewen.services.errors import AnswerError
from nicewen.services.events import AnswerEvent, Finished, Text
from nicewen.services.providers.provider import Turn

GO_ON = "Continue your last answer exactly where it ended. Repeat nothing of it, and write nothing before or about it."
"""What a model is asked that cannot be given the beginning of its own answer."""

LOOK_BACK = 400
"""Characters of what was written that a model may say again before it goes on."""

SURE = 12
"""Fewer characters that are the same at the seam are taken for chance."""


def turns_to_go_on(turns: Sequence[Turn], begun: str) -> tuple[Turn, ...]:
    """Return the turns with the beginning of the answer and the wish to go on; unchanged where nothing was begun."""
    return (*turns, Turn("assistant", begun), Turn("user", GO_ON)) if begun else tuple(turns)


async def without_repetition(events: AsyncGenerator[AnswerEvent], begun: str) -> AsyncGenerator[AnswerEvent]:
    """Yield events of a model that was asked to go on, without what it repeats of the end of its answer."""
    seam = Seam(begun)
    try:
        async with aclosing(events) as arriving:
            async for event in arriving:
                if isinstance(event, Finished) and (rest := seam.rest()):
                    yield Text(rest)
                if not isinstance(event, Text):
                    yield event
                elif text := seam.feed(event.text):
                    yield Text(text)
    except AnswerError:
        if rest := seam.rest():
            yield Text(rest)
        raise


class Seam:
    """Leaves out what a model repeats of the end of the text that it goes on with."""

    def __init__(self, begun: str) -> None:
        self._end = begun[-LOOK_BACK:]
        self._held: str | None = "" if begun else None

    def feed(self, piece: str) -> str:
        """Return what of the new text so far is surely new; while it may be a repetition it is held back."""
        if self._held is None:
            return piece
        self._held += piece
        if any(self._end.startswith(self._held, at) for at in range(len(self._end))):
            return ""
        return self.rest()

    def rest(self) -> str:
        """Return what was held back, without the repetition; from now on everything is new."""
        held, self._held = self._held or "", None
        longest = next((n for n in range(min(len(held), len(self._end)), 0, -1) if self._end.endswith(held[:n])), 0)
        return held[longest:] if longest >= SURE else held
