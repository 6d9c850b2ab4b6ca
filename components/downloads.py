"""Conversations as files: `/c/{id}/export.md`, `.html` and `.json`, and all of them as `/export.zip`.

What the service sent for an answer is at `/events/{message_id}.jsonl`.
"""

from functools import partial
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse
from nicegui import app
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from nicewen.components.headers import NOTHING
from nicewen.components.look import sheet_of_files
from nicewen.components.reader import reader_of
from nicewen.components.visitor import user_of
from nicewen.services import Assistant
from nicewen.services.errors import StoreError
from nicewen.services.exchange import KINDS, Kind

ARCHIVE_NAME = "Nicewen.zip"

_ALONE = f"{NOTHING}; style-src 'unsafe-inline'; img-src data:"
"""What a file may do should a browser show it instead of keeping it: nothing but look as it does."""


def register_downloads(assistant: Assistant) -> None:
    """Make the files known to NiceGUI's server; where there is no such conversation the answer is 404."""

    for kind in KINDS:
        _register(assistant, kind)

    @app.get("/export.zip", include_in_schema=False)
    async def archive(request: Request) -> Response:
        words = reader_of(request, assistant.settings.language).words
        try:
            path = await assistant.courier.export_all(user=user_of(request))
        except StoreError as error:
            raise HTTPException(503, error.sentence(words.language)) from error
        return _archive(path)

    @app.get(archive_path("{name}"), include_in_schema=False)
    async def ready_archive(request: Request, name: str) -> Response:
        path = assistant.courier.take(name, user_of(request))
        if path is None:
            raise HTTPException(404, reader_of(request, assistant.settings.language).words("no-page-title"))
        return _archive(path)

    @app.get(raw_events_path("{message_id}"), include_in_schema=False)
    async def raw_events(request: Request, message_id: str) -> Response:
        words = reader_of(request, assistant.settings.language).words
        try:
            file = await assistant.courier.raw_events(message_id, user=user_of(request))
        except StoreError as error:
            raise HTTPException(503, error.sentence(words.language)) from error
        if file is None:
            raise HTTPException(404, words("not-here-title"))
        return Response(file.content, media_type=file.media_type, headers=file_headers(file.name))


def archive_path(name: str) -> str:
    """Return where an archive that was handed out under this name can be taken once."""
    return f"/export/{name}.zip"


def _archive(path: Path) -> FileResponse:
    """Return an archive that is removed once it was sent."""
    return FileResponse(
        path,
        media_type="application/zip",
        headers=file_headers(ARCHIVE_NAME),
        background=BackgroundTask(partial(path.unlink, missing_ok=True)),
    )


def raw_events_path(message_id: str) -> str:
    """Return where what the service sent for an answer can be had."""
    return f"/events/{message_id}.jsonl"


def _register(assistant: Assistant, kind: Kind) -> None:
    @app.get(f"/c/{{conversation_id}}/export.{kind}", include_in_schema=False)
    async def conversation_file(request: Request, conversation_id: str) -> Response:
        words = reader_of(request, assistant.settings.language).words
        try:
            file = await assistant.courier.export_conversation(
                conversation_id,
                kind,
                language=words.language,
                style_sheet=sheet_of_files(),
                user=user_of(request),
            )
        except StoreError as error:
            raise HTTPException(503, error.sentence(words.language)) from error
        if file is None:
            raise HTTPException(404, words("not-here-title"))
        return Response(file.content, media_type=file.media_type, headers=file_headers(file.name))


def file_headers(name: str) -> dict[str, str]:
    """Return the headers of a file that is to be kept, under a name in any script (RFC 6266 and 8187)."""
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return {
        "Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": _ALONE,
        "Cache-Control": "no-store",
    }
