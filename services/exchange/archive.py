"""All conversations as one zip: written one by one, the same content as the same bytes."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from nicewen.services.errors import NotReadable

FOLDER = "conversations"

FILE_BYTES = 100_000_000
"""Bytes of a file that is imported."""

UNPACKED = 5
"""How many times as many bytes a zip may unpack to; texts become a third to a fifth."""

FILES = 100_000
"""Files in a zip that are looked at."""

CHUNK = 1 << 16
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell: when it was written is no content


class ArchiveWriter:
    """A zip that grows by one conversation at a time; `close` completes it."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def add(self, conversation_id: str, content: bytes) -> None:
        """Add a conversation's JSON."""
        member = zipfile.ZipInfo(f"{FOLDER}/{conversation_id}.json", _MOMENT)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system, member.external_attr = 3, 0o600 << 16
        self._zip.writestr(member, content)

    def close(self) -> None:
        """Write what a zip ends with."""
        self._zip.close()


def members_of(path: Path, limit: int = FILE_BYTES) -> Iterator[tuple[str, bytes | None]]:
    """Yield a zip's files in its order: names, and contents of those that may hold conversations, else None.

    Names are shown, never used as paths. What a file says of its size is not believed.

    Raises:
        NotReadable: It is damaged or encrypted, or unpacks to more than five times `limit` bytes.
    """
    limit *= UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > FILES:
                raise NotReadable("import-too-many-files", limit=str(FILES))
            left = limit
            for member in members:
                name = _shown(member.filename)
                content = _content(archive, member, name, left, limit) if name.lower().endswith(".json") else None
                left -= len(content or b"")
                yield name, content
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise NotReadable("import-zip-damaged") from error


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int, limit: int) -> bytes:
    place = (("file", name),)
    if member.flag_bits & 0x1:
        raise NotReadable("import-zip-encrypted", place=place)
    if member.file_size > left:
        raise NotReadable("import-too-large", megabytes=str(limit // 1_000_000))
    try:
        content = _unpacked(archive, member, left)
    except Exception as error:  # zlib's, lzma's and struct's own, and whatever else damaged bytes bring about
        raise NotReadable("import-file-damaged", place=place) from error
    if len(content) > left:
        raise NotReadable("import-too-large", megabytes=str(limit // 1_000_000))
    return content


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """Return a file's content, or its beginning where that is more than is allowed."""
    content = bytearray()
    with archive.open(member) as file:
        while len(content) <= left and (chunk := file.read(CHUNK)):
            content += chunk
    return bytes(content)


def _shown(name: str) -> str:
    return "".join(one if one.isprintable() else "\ufffd" for one in name[:200])
