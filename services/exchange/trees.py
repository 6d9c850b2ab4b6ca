"""Trees of messages from a file: checked before they come near the store."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from nicewen.services.errors import NotReadable
from nicewen.services.places import Place
from nicewen.services.store import MessageRow, Transcript

MESSAGES = 50_000
"""Messages of one conversation that are read."""


def checked(transcript: Transcript) -> Transcript:
    """Return a conversation whose messages stand behind those they follow.

    Questions and answers must take turns, as the page shows them.

    Raises:
        NotReadable: An id stands twice, a message follows one that is not there, or itself, or the wrong kind.
    """
    if len(transcript.messages) > MESSAGES:
        raise NotReadable("import-too-many-messages", limit=str(MESSAGES))
    known: dict[str, MessageRow] = {}
    client_ids: set[str] = set()
    for number, message in enumerate(transcript.messages, start=1):
        if message.id in known or message.client_id in client_ids:
            raise NotReadable("import-twice", place=_place(number))
        known[message.id] = message
        client_ids |= {message.client_id} if message.client_id is not None else set()
    for number, message in enumerate(transcript.messages, start=1):
        _check_parent(message, known, _place(number))
    if transcript.conversation.leaf_id is not None and transcript.conversation.leaf_id not in known:
        raise NotReadable("import-no-leaf")
    return replace(transcript, messages=_parents_first(transcript.messages))


def renamed(transcript: Transcript, tries: int) -> Transcript:
    """Return the same conversation under other ids, always the same ones: importing a file twice adds nothing."""
    old = transcript.conversation.id
    seed = f"{old} {tries} {_digest(transcript)}"
    ids = {
        message.id: derived_id(message.created_at, f"{seed} {message.id}", at) for at, message in _numbered(transcript)
    }
    new = derived_id(transcript.conversation.created_at, seed)
    leaf_id = transcript.conversation.leaf_id
    return Transcript(
        replace(transcript.conversation, id=new, leaf_id=ids[leaf_id] if leaf_id else None),
        tuple(
            replace(
                message,
                id=ids[message.id],
                conversation_id=new,
                parent_id=ids[message.parent_id] if message.parent_id else None,
                client_id=None,
            )
            for message in transcript.messages
        ),
    )


def derived_id(time: float, seed: str, number: int = 0) -> str:
    """Return an id like the store's (UUIDv7) that the same time (Unix seconds), seed and number give again."""
    milliseconds = min(max(0, int(time * 1000)), 2**48 - 1)
    return f"{milliseconds:012x}7{number & 0xFFF:03x}8{hashlib.sha256(seed.encode()).hexdigest()[:15]}"


def _digest(transcript: Transcript) -> str:
    content = [message.content for message in transcript.messages]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _numbered(transcript: Transcript) -> Sequence[tuple[int, MessageRow]]:
    return tuple(enumerate(transcript.messages))


def _check_parent(message: MessageRow, known: dict[str, MessageRow], place: Place) -> None:
    parent = known.get(message.parent_id or "")
    if message.parent_id is not None and parent is None:
        raise NotReadable("import-no-parent", place=place, parent=message.parent_id)
    if (parent.role if parent else "assistant") == message.role:
        raise NotReadable("import-wrong-turn", place=place, role=message.role)


def _parents_first(messages: Sequence[MessageRow]) -> tuple[MessageRow, ...]:
    """Order messages so that each stands behind its parent; those in a circle are never reached."""
    numbers = {message.id: number for number, message in enumerate(messages, start=1)}
    below: dict[str | None, list[MessageRow]] = {}
    for message in messages:
        below.setdefault(message.parent_id, []).append(message)
    ordered, next_ones = [], below.pop(None, [])
    while next_ones:
        ordered += next_ones
        next_ones = [child for message in next_ones for child in below.pop(message.id, [])]
    if below:
        first = min(numbers[message.id] for children in below.values() for message in children)
        raise NotReadable("import-circle", place=_place(first))
    return tuple(ordered)


def _place(number: int) -> Place:
    return (("message", str(number)),)
