"""What the store takes and yields: plain frozen values. Times are Unix seconds, None where it has not happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import uuid_utils

from nicewen.services.events import Source, Usage

Role = Literal["user", "assistant"]
MessageState = Literal["waiting", "thinking", "writing", "done", "stopped", "failed", "interrupted"]

RUNNING: tuple[MessageState, ...] = ("waiting", "thinking", "writing")


def new_id() -> str:
    """Return a UUIDv7 as 32 hexadecimal digits: later ids sort after earlier ones."""
    return uuid_utils.uuid7().hex


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of conversations ended."""

    is_pinned: bool
    updated_at: float
    id: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as a sidebar shows it; `leaf_id` is the message its chosen branch ends with."""

    id: str
    title: str
    created_at: float
    updated_at: float
    pinned_at: float | None = None
    archived_at: float | None = None
    leaf_id: str | None = None
    seen_at: float | None = None

    @property
    def is_unread(self) -> bool:
        """Whether something has come since it was last looked at."""
        return self.updated_at > (self.seen_at or 0.0)

    @property
    def cursor(self) -> Cursor:
        """Return where the page that begins after this conversation begins."""
        return Cursor(self.pinned_at is not None, self.updated_at, self.id)


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A message's place in the tree, without its text."""

    id: str
    parent_id: str | None
    role: Role
    state: MessageState
    created_at: float


_NOTHING = Usage()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A question or an answer with all that is known of it. A running answer's text is what was saved so far.

    `shown_at` is when it was last chosen among those that stand beside it; one that never was counts as chosen when it
    was made. `turns_sent` of `turns_before` earlier turns were sent to the model, where that was not all of them.
    """

    id: str
    conversation_id: str = ""
    parent_id: str | None = None
    role: Role = "assistant"
    text: str = ""
    thinking: str = ""
    sources: tuple[Source, ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()
    state: MessageState = "done"
    finish_reason: str = ""
    model: str = ""
    provider: str = ""
    request_id: str = ""
    usage: Usage = _NOTHING
    asked_at: float | None = None
    first_thinking_at: float | None = None
    first_text_at: float | None = None
    ended_at: float | None = None
    error: Mapping[str, Any] | None = None
    created_at: float = 0.0
    client_id: str | None = None
    shown_at: float | None = None
    turns_sent: int | None = None
    turns_before: int | None = None

    @property
    def content(self) -> "MessageRow":
        """Return the message without what only tells how it was looked at."""
        return replace(self, shown_at=None)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to save, with the blank answer that is about to be written.

    `client_id` is the browser's own id of it: the same one again is the same question. `title` begins a new
    conversation of that id; without it the conversation must be there. `parent_id` is the message it follows.
    """

    user_id: str
    conversation_id: str
    text: str
    client_id: str
    id: str
    answer_id: str
    asked_at: float
    parent_id: str | None = None
    title: str | None = None
    provider: str = ""
    model: str = ""
    attachments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """Where a question stands; `was_there` tells that it had been saved before, under these ids."""

    conversation_id: str
    question_id: str
    answer_id: str
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event as the service sent it, kept for a week to look into what went wrong."""

    at: float
    event: str

    @property
    def size(self) -> int:
        """Return its size in bytes."""
        return len(self.event) if self.event.isascii() else len(self.event.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of a snippet; `is_match` where it is what was searched for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a message, or, where `message_id` is None, a title. `place` is where to go on from."""

    conversation_id: str
    message_id: str | None
    title: str
    snippet: tuple[SnippetPart, ...]
    place: int
