"""Carries conversations out of the store and into it."""

import asyncio
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nicewen.services.conversation import NOBODY
from nicewen.services.exchange.archive import FILE_BYTES, ArchiveWriter
from nicewen.services.exchange.exporting import ExportedFile, Kind, exported
from nicewen.services.exchange.format import json_of
from nicewen.services.exchange.importing import read_file
from nicewen.services.exchange.report import Report
from nicewen.services.exchange.trees import renamed
from nicewen.services.keeper import Keeper
from nicewen.services.language import Language
from nicewen.services.store import Transcript

Progress = Callable[[int, int], None]
"""Is told, on the event loop, how many conversations of how many are done."""


class Courier:
    """Exports and imports the conversations of one user at a time; reading, writing and rendering happen in threads."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._one_import_at_a_time = asyncio.Lock()
        self._given: set[Path] = set()
        self._handed: dict[str, tuple[str, Path]] = {}  # by a name nobody can guess: for whom, and what

    async def export_conversation(
        self, conversation_id: str, kind: Kind, *, language: Language = "en", style_sheet: str = "", user: str = NOBODY
    ) -> ExportedFile | None:
        """Return a conversation as a file; None where there is none of this id.

        `md` and `html` hold the branch that is shown, `html` with this style sheet; `json` holds everything.

        Raises:
            StoreError: It cannot be read just now.
        """
        await self._keeper.caught_up()
        transcript = await self._transcript(conversation_id, await self._keeper.user_id(user))
        if transcript is None:
            return None
        return await asyncio.to_thread(exported, transcript, kind, language=language, style_sheet=style_sheet)

    async def raw_events(self, message_id: str, *, user: str = NOBODY) -> ExportedFile | None:
        """Return what the service sent for an answer of the last week, as JSON lines; None where nothing is kept.

        Raises:
            StoreError: It cannot be read just now.
        """
        await self._keeper.caught_up()
        events = await self._keeper.store.raw_events(await self._keeper.user_id(user), message_id)
        if not events:
            return None
        lines = (json.dumps({"at": one.at, "event": one.event}, ensure_ascii=False) + "\n" for one in events)
        return ExportedFile(f"{message_id}.jsonl", "application/jsonl", "".join(lines).encode())

    async def export_all(
        self,
        on_progress: Progress = lambda done, of: None,  # noqa: ARG005
        *,
        path: Path | None = None,
        user: str = NOBODY,
    ) -> Path:
        """Write all conversations into a zip at `path`, or into a temporary file that `close` removes at the latest.

        The same conversations give the same bytes. What ends early leaves no file.

        Raises:
            StoreError: They cannot be read just now.
            OSError: The file cannot be written.
        """
        target = await self._temporary() if path is None else path
        part = target.with_name(f"{target.name}.part")
        try:
            await self._write_all(part, on_progress, user)
            await asyncio.to_thread(os.replace, part, target)
        except BaseException:
            for unfinished in (part, target) if path is None else (part,):
                with suppress(OSError):
                    unfinished.unlink()
            raise
        return target

    async def import_file(self, file: Path | bytes, *, limit: int = FILE_BYTES, user: str = NOBODY) -> Report:
        """Read a file of conversations of up to `limit` bytes, and keep them all or none.

        Raises:
            NotReadable: The file is damaged or none; the sentence says where.
            StoreError: They cannot be saved just now.
        """
        if isinstance(file, bytes):
            path = await asyncio.to_thread(_temporary_file, file)
            try:
                return await self.import_file(path, limit=limit, user=user)
            finally:
                await asyncio.to_thread(path.unlink)
        async with self._one_import_at_a_time:
            reading = await asyncio.to_thread(read_file, file, limit)
            user_id = await self._keeper.user_id(user)
            imported, skipped = await self._keeper.store.save_transcripts(user_id, reading.transcripts, renamed)
            return Report(imported, skipped, tuple(reading.unmapped))

    def hand_out(self, path: Path, user: str = NOBODY) -> str:
        """Return the name under which a user, and nobody else, can take a file once."""
        name = secrets.token_urlsafe(24)
        self._handed[name] = (user, path)
        return name

    def take(self, name: str, user: str = NOBODY) -> Path | None:
        """Return the file that was handed out to this user under a name, if it was and is still there."""
        whose, path = self._handed.get(name, ("", None))
        if whose != user:
            return None
        del self._handed[name]
        return path

    def close(self) -> None:
        """Remove the temporary files that are still there."""
        for path in self._given:
            path.unlink(missing_ok=True)

    async def _temporary(self) -> Path:
        self._given = {path for path in self._given if path.exists()}
        path = await asyncio.to_thread(_temporary_file)
        self._given.add(path)
        return path

    async def _write_all(self, path: Path, on_progress: Progress, user: str) -> None:
        archive = await asyncio.to_thread(ArchiveWriter, path)
        try:
            await self._keeper.caught_up()
            user_id = await self._keeper.user_id(user)
            ids = await self._keeper.store.conversation_ids(user_id)
            on_progress(0, len(ids))
            for done, conversation_id in enumerate(ids, start=1):
                transcript = await self._transcript(conversation_id, user_id)
                if transcript is not None:  # it may have been deleted meanwhile
                    await asyncio.to_thread(_add, archive, transcript)
                on_progress(done, len(ids))
        finally:
            await asyncio.to_thread(archive.close)

    async def _transcript(self, conversation_id: str, user_id: str) -> Transcript | None:
        store = self._keeper.store
        row = await store.conversation(user_id, conversation_id)
        if row is None:
            return None
        outline = await store.outline(conversation_id)
        return Transcript(row, tuple(await store.messages([message.id for message in outline])))


def _add(archive: ArchiveWriter, transcript: Transcript) -> None:
    archive.add(transcript.conversation.id, json_of(transcript))


def _temporary_file(content: bytes = b"") -> Path:
    handle, name = tempfile.mkstemp(prefix="nicewen-", suffix=".zip")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Path(name)
