"""An answer that is followed while it runs: what of it has been saved, and what has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicewen.services.store.tables import clean
from nicewen.services.store.values import RawEvent

RAW_LIMIT = 2_000_000
"""Bytes of raw events that are kept of one answer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What has come since the last save. The same `tick` again replaces what an uncertain save may have left."""

    message_id: str
    tick: int
    thinking: str
    text: str
    events: tuple[RawEvent, ...]
    first_event: int
    events_size: int
    is_first_thinking: bool
    is_first_text: bool
    reached: tuple[int, int, int]

    def __bool__(self) -> bool:
        return bool(self.thinking or self.text or self.events)


class Followed:
    """Reads three lists that only grow. What was read counts as saved only once `saved` is told.

    Raw events beyond the limit are not read, nor any behind them. Of an answer that goes on some are there already:
    `earlier_events` is the number of its next one, and the bytes of those that are kept.
    """

    def __init__(
        self,
        message_id: str,
        text: Sequence[str],
        thinking: Sequence[str],
        events: Sequence[RawEvent],
        saved: tuple[int, int] = (0, 0),
        earlier_events: tuple[int, int] = (0, 0),
    ) -> None:
        self.message_id = message_id
        self._text, self._thinking, self._events = text, thinking, events
        self._at = (saved[1], saved[0], 0)
        self._tick: int | None = None
        self._earlier, self._raw_size = earlier_events

    def unsaved(self, tick: int) -> Parts:
        """Return what has come since what was saved last; it keeps the number of its first try until it is saved."""
        at_thinking, at_text, at_events = self._at
        thinking, text = self._thinking[at_thinking:], self._text[at_text:]
        events, size = self._unsaved_events()
        if self._tick is None and (thinking or text or events):
            self._tick = tick
        return Parts(
            self.message_id,
            self._tick or 0,
            clean("".join(thinking)),
            clean("".join(text)),
            events,
            self._earlier + at_events,
            size,
            at_thinking == 0 and bool(thinking),
            at_text == 0 and bool(text),
            (at_thinking + len(thinking), at_text + len(text), at_events + len(events)),
        )

    def last_events(self) -> Parts:
        """Return the raw events that are not saved yet of an answer that has ended, whose text is saved whole."""
        at_thinking, at_text, at_events = self._at
        events, size = self._unsaved_events()
        reached = (at_thinking, at_text, at_events + len(events))
        return Parts(self.message_id, 0, "", "", events, self._earlier + at_events, size, False, False, reached)

    def saved(self, parts: Parts) -> None:
        """Note that these parts are committed."""
        self._at = parts.reached
        self._tick = None
        self._raw_size += parts.events_size

    def _unsaved_events(self) -> tuple[tuple[RawEvent, ...], int]:
        """Return raw events that fit into what is kept, and how many bytes they have."""
        events, room, size = self._events[self._at[2] :], RAW_LIMIT - self._raw_size, 0
        for at, event in enumerate(events):
            reached = size + event.size
            if reached > room:
                return tuple(events[:at]), size
            size = reached
        return tuple(events), size
