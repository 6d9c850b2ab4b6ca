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
from nicewen.services.store import People

LISTED = 10
"""Names that a sentence lists at most."""

LIMIT = 2_000_000_000
"""Bytes of a file that its owner imports on the machine itself."""


async def export_all_to(
    path: Path, settings: Settings, say: Callable[[str], None], language: Language, *, user: str = NOBODY
) -> None:
    """Write all conversations of a user into a zip; one that is there is replaced at the end.

    Raises:
        StartError: The database is in use or cannot be used, the file cannot be written, or only others have
            conversations: then there is nothing to write.
        StoreError: The conversations cannot be read.
    """
    count = 0

    def note(_done: int, of: int) -> None:
        nonlocal count
        count = of

    async with _courier(settings) as (courier, keeper):
        await _check_whose(keeper.store.people, user)
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
        StartError: The database is in use or cannot be used, or the user needs an account and has none.
        StoreError: The conversations cannot be saved.
    """
    async with _courier(settings) as (courier, keeper):
        if settings.auth == "password" and user != NOBODY and await keeper.store.people.password_hash(user) is None:
            raise StartError("start-import-nobody", name=user)
        report = await courier.import_file(path, limit=LIMIT, user=user)
    for sentence in sentences_of(report, language):
        say(sentence)
    for one in report.unmapped:
        say(f"- {one.sentence(language)}")


async def _check_whose(people: People, user: str) -> None:
    """Let nobody take an empty file for a backup of what others have."""
    owners = {one.name: one.conversations for one in await people.all()}
    others = [name for name, count in owners.items() if count and name != NOBODY]
    if user == NOBODY and others and not owners.get(NOBODY):
        raise StartError("start-export-whose", names=", ".join(others[:LISTED]), example=others[0])
    if user not in owners:
        raise StartError("start-export-nobody", name=user)


@asynccontextmanager
async def _courier(settings: Settings) -> AsyncIterator[tuple[Courier, Keeper]]:
    keeper = Keeper(settings, on_trouble=lambda: None)
    await keeper.open()
    courier = Courier(keeper)
    try:
        yield courier, keeper
    finally:
        courier.close()
        await keeper.close()
