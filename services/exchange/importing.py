"""Reads files of conversations: ours, ChatGPT's and Open WebUI's, as they are or in a zip."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nicewen.services.errors import NotReadable
from nicewen.services.exchange import chatgpt, openwebui
from nicewen.services.exchange import format as ours
from nicewen.services.exchange.archive import FILE_BYTES, members_of
from nicewen.services.exchange.json_reading import text_of, values_in
from nicewen.services.exchange.report import Reading, Unmapped
from nicewen.services.exchange.trees import checked
from nicewen.services.places import Place
from nicewen.services.store import Transcript

ALL_MESSAGES = 500_000
"""Messages of one file that are read."""


def read_file(path: Path, limit: int = FILE_BYTES) -> Reading:
    """Return all conversations in a file; takes some seconds for a large one.

    Raises:
        NotReadable: It is damaged, too large, or holds no conversation.
    """
    reading = Reading()
    try:
        if path.stat().st_size > limit:
            raise NotReadable("import-too-large", megabytes=str(limit // 1_000_000))
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK" or zipfile.is_zipfile(path)
        if is_zip:
            _read_zip(path, limit, reading)
        else:
            _read_json(path.read_bytes(), (), reading)
    except OSError as error:
        raise NotReadable("import-no-file", reason=error.strerror or type(error).__name__) from error
    return reading


def _read_zip(path: Path, limit: int, reading: Reading) -> None:
    others: list[Unmapped] = []
    found = False
    for name, content in members_of(path, limit):
        place = (("file", name),)
        if content is None:
            others.append(Unmapped(place, "unmapped-file"))
            continue
        try:
            _read_json(content, place, reading)
            found = True
        except NotReadable as error:
            if error.key != "import-unknown":
                raise
            others.append(Unmapped(place, "unmapped-file"))  # a ChatGPT export holds user.json and the like
    if others and not found:
        raise NotReadable("import-unknown")
    reading.unmapped += others


def _read_json(content: bytes, place: Place, reading: Reading) -> None:
    try:
        text = text_of(content)
        is_list = text.lstrip(" \t\r\n")[:1] == "["
        for number, value in enumerate(values_in(text), start=1):
            inside = (*place, ("conversation", str(number))) if is_list else place
            _read_value(value, inside, reading)
    except NotReadable as error:
        raise (error if error.place else error.inside(*place)) from error


def _read_value(value: Any, place: Place, reading: Reading) -> None:
    try:
        transcript, unmapped = _transcript_in(value)
        transcript = checked(transcript)
    except NotReadable as error:
        raise error.inside(*place) from error
    reading.messages += len(transcript.messages)
    if reading.messages > ALL_MESSAGES:
        raise NotReadable("import-too-many-messages", limit=str(ALL_MESSAGES))
    reading.transcripts.append(transcript)
    reading.unmapped += [Unmapped((*place, *one.place), one.what, one.name) for one in unmapped]


def _transcript_in(value: Any) -> tuple[Transcript, list[Unmapped]]:
    if isinstance(value, Mapping):
        if ours.is_ours(value):
            return ours.transcript_of(value), []
        if chatgpt.is_chatgpts(value):
            return chatgpt.transcript_of(value)
        if openwebui.is_open_webuis(value):
            return openwebui.transcript_of(value)
    raise NotReadable("import-unknown")
