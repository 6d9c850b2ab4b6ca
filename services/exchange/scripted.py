"""Export and import without a page, for backups: `nicewen export FILE.zip`, `nicewen import FILE`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from nicewen.services.conversation import NOBODY
from nicewen.services.errors import StartError
from nicewen.services.exchange.courier import Courier
from nicewen.services.exchange.report import sentences_of
from nicewen.services.keeper import Keeper
from nicewen.services.language import Language, words_of
from nicewen.services.settings import Settings

LIMIT = 2_000_000_000
"""Bytes of a file that its owner imports on the machine itself."""


async def export_all_to(
    path: Path, settings: Settings, say: Callable[[str], None], language: Language, *, user: str = NOBODY
) -> None:
    """Write all conversations of a user into a zip; one that is there is replaced at the end.

    Raises:
        StartError: The database is in use or cannot be used, or the file cannot be written.
        StoreError: The conversations cannot be read.
    """
    count = 0

    def note(_done: int, of: int) -> None:
        nonlocal count
        count = of

    async with _courier(settings) as courier:
        try:
            await courier.export_all(note, path=path, user=user)
        except OSError as error:
            raise StartError("start-export", file=str(path), reason=error.strerror or "") from error
    say(words_of(language)("export-written", count=count, file=str(path)))


async def import_from(
    path: Path, settings: Settings, say: Callable[[str], None], language: Language, *, user: str = NOBODY
) -> None:
    """Import a file for a user, and say what has come of it.

    Raises:
        NotReadable: The file is damaged or none.
        StartError: The database is in use or cannot be used.
        StoreError: The conversations cannot be saved.
    """
    async with _courier(settings) as courier:
        report = await courier.import_file(path, limit=LIMIT, user=user)
    for sentence in sentences_of(report, language):
        say(sentence)
    for one in report.unmapped:
        say(f"- {one.sentence(language)}")


@asynccontextmanager
async def _courier(settings: Settings) -> AsyncIterator[Courier]:
    keeper = Keeper(settings, on_trouble=lambda: None)
    await keeper.open()
    courier = Courier(keeper)
    try:
        yield courier
    finally:
        courier.close()
        await keeper.close()
