"""Our own JSON of one conversation: everything but what was deleted and the raw events, the same bytes every time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nicewen.services.errors import NotReadable
from nicewen.services.events import Source, Usage
from nicewen.services.exchange.json_reading import cleaned
from nicewen.services.keeping import error_of
from nicewen.services.places import Place
from nicewen.services.store import ConversationRow, MessageRow, Transcript

FORMAT = "nicewen conversation"
VERSION = 1

_RUNNING = {"waiting", "thinking", "writing"}

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Time = Annotated[float, Field(ge=0, le=1e11)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class _Source(_Model):
    index: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    title: str
    url: Annotated[str, Field(pattern=r"^(?:https?://|$)")]
    site_name: str


class _Usage(_Model):
    input_tokens: Count
    output_tokens: Count
    reasoning_tokens: Count
    cached_tokens: Count
    searches: Count


class _Message(_Model):
    id: Id
    parent_id: Id | None
    role: Literal["user", "assistant"]
    text: str
    thinking: str
    sources: list[_Source]
    attachments: list[dict[str, Any]]
    state: Literal["done", "stopped", "failed", "interrupted"]
    finish_reason: str
    model: str
    provider: str
    request_id: str
    usage: _Usage
    asked_at: Time | None
    first_thinking_at: Time | None
    first_text_at: Time | None
    ended_at: Time | None
    error: dict[str, Any] | None
    created_at: Time
    client_id: Annotated[str, Field(max_length=1000)] | None
    shown_at: Time | None = None  # earlier files have none of these
    turns_sent: Count | None = None
    turns_before: Count | None = None

    @field_validator("error")
    @classmethod
    def _is_ours(cls, facts: dict[str, Any] | None) -> dict[str, Any] | None:
        if facts is not None:
            try:
                error_of(facts).sentence("zh")
            except (KeyError, TypeError, AttributeError) as error:
                raise ValueError("unknown error") from error
        return facts


class _Conversation(_Model):
    id: Id
    title: str
    created_at: Time
    updated_at: Time
    pinned_at: Time | None
    archived_at: Time | None
    leaf_id: Id | None
    seen_at: Time | None
    messages: list[_Message]


def json_of(transcript: Transcript) -> bytes:
    """Return a conversation as JSON with a line feed at its end."""
    document = {"format": FORMAT, "version": VERSION, "conversation": _document_of(transcript)}
    text = json.dumps(cleaned(document, 1000), ensure_ascii=False, indent=1, allow_nan=False, default=str)
    return (text + "\n").encode()


def is_ours(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object says that it is in this format."""
    return document.get("format") == FORMAT


def transcript_of(document: Mapping[str, Any]) -> Transcript:
    """Read one conversation, messages in the order they stand in.

    Raises:
        NotReadable: It is not in this format, or in a newer version of it.
    """
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise NotReadable("import-no-version")
    if version > VERSION:
        raise NotReadable("import-newer", version=str(version))
    try:
        read = _Conversation.model_validate(document.get("conversation"))
    except ValidationError as error:
        raise _not_readable(error) from error
    row = {name: getattr(read, name) for name in ConversationRow.__dataclass_fields__}
    return Transcript(ConversationRow(**row), tuple(_row_of(message, read.id) for message in read.messages))


def _document_of(transcript: Transcript) -> dict[str, Any]:
    ids = {message.id for message in transcript.messages}
    conversation = asdict(transcript.conversation)
    conversation["leaf_id"] = _known(conversation["leaf_id"], ids)
    return conversation | {"messages": [_message_of(message, ids) for message in _in_order(transcript.messages)]}


def _message_of(message: MessageRow, ids: set[str]) -> dict[str, Any]:
    document = {name: value for name, value in asdict(message).items() if name != "conversation_id"}
    document["parent_id"] = _known(message.parent_id, ids)
    if message.state in _RUNNING:  # what goes on elsewhere is here as far as it had come
        document["state"] = "interrupted"
    return document


def _in_order(messages: tuple[MessageRow, ...]) -> list[MessageRow]:
    return sorted(messages, key=lambda message: (message.created_at, message.id))


def _known(message_id: str | None, ids: set[str]) -> str | None:
    return message_id if message_id in ids else None


def _row_of(read: _Message, conversation_id: str) -> MessageRow:
    same = {name: getattr(read, name) for name in _Message.model_fields if name not in {"usage", "sources"}}
    same["attachments"] = tuple(read.attachments)
    return MessageRow(
        **same,
        conversation_id=conversation_id,
        usage=Usage(**read.usage.model_dump()),
        sources=tuple(Source(**source.model_dump()) for source in read.sources),
    )


def _not_readable(error: ValidationError) -> NotReadable:
    """Tell the first fault: where it is, and whether something is missing, unknown or wrong."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place, field = _place_of(fault["loc"])
    key = {"missing": "import-no-field", "extra_forbidden": "import-unknown-field"}.get(
        fault["type"], "import-wrong-field"
    )
    return NotReadable(key, place=place, field=field or "conversation")


def _place_of(loc: tuple[str | int, ...]) -> tuple[Place, str]:
    place: Place = ()
    if len(loc) > 1 and loc[0] == "messages":
        place, loc = (("message", str(cast(int, loc[1]) + 1)),), loc[2:] or ("message",)
    return place, ".".join(_names(loc))


def _names(loc: tuple[str | int, ...]) -> Iterator[str]:
    return (str(part + 1) if isinstance(part, int) else part for part in loc)
