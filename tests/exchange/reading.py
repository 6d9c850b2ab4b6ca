"""Short ways to read what a test has written."""

import json
from pathlib import Path
from typing import Any

from nicewen.services.exchange.importing import read_file
from nicewen.services.exchange.report import Reading
from nicewen.services.store import MessageRow, Transcript


def read(folder: Path, value: Any, name: str = "file.json") -> Reading:
    """Write a value (bytes as they are, else as JSON) into a file and read it as an import does."""
    path = folder / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode())
    return read_file(path)


def read_one(folder: Path, value: Any) -> tuple[Transcript, list[str]]:
    """Return the one conversation of a file, and what could not be mapped, in English."""
    reading = read(folder, value)
    (transcript,) = reading.transcripts
    return transcript, [one.sentence("en") for one in reading.unmapped]


def outline(transcript: Transcript) -> list[tuple[str, str, str]]:
    """Return the tree, each message as what it follows, its role and its text."""
    texts = {message.id: message.text for message in transcript.messages}
    return [(texts.get(one.parent_id or "", ""), one.role, one.text) for one in transcript.messages]


def shown(transcript: Transcript) -> list[str]:
    """Return the texts of the branch that ends with the leaf."""
    known: dict[str, MessageRow] = {message.id: message for message in transcript.messages}
    here, texts = known.get(transcript.conversation.leaf_id or ""), []
    while here is not None:
        texts.append(here.text)
        here = known.get(here.parent_id or "")
    return texts[::-1]
