"""Where a store is: an address as people write it, understood."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from nicewen.services.errors import StartError


@dataclass(frozen=True, slots=True)
class Address:
    """A SQLite file (`path`), or a PostgreSQL database (`path` is None)."""

    url: URL
    path: Path | None

    @property
    def place(self) -> str:
        """Return what may be shown of it: no user, no password, no options."""
        if self.path is not None:
            return str(self.path)
        return f"{self.url.host or 'localhost'}/{self.url.database or ''}"


def default_path() -> Path:
    """Return the database of whoever runs Nicewen, in the place the system has for such files."""
    return user_data_path("nicewen") / "nicewen.db"


def address_of(text: str | None) -> Address:
    """Understand `sqlite:///file`, `postgresql://user:password@host/name`, or None: the default file.

    A relative file is one in the folder Nicewen is started from.

    Raises:
        StartError: It is neither, or what PostgreSQL needs is not installed.
    """
    if text is None:
        return _sqlite(default_path())
    try:
        url = make_url(text.strip())
        name = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise StartError("start-database-url") from error
    if name == "sqlite" and url.database and url.database != ":memory:" and not url.host and not url.query:
        return _sqlite(Path(url.database))
    if name in {"postgresql", "postgres"}:
        return _postgres(url)
    raise StartError("start-database-url")


def _sqlite(path: Path) -> Address:
    path = path.expanduser().absolute()
    return Address(URL.create("sqlite+aiosqlite", database=str(path)), path)


def _postgres(url: URL) -> Address:
    if importlib.util.find_spec("psycopg") is None:
        raise StartError("start-no-postgres")
    return Address(url.set(drivername="postgresql+psycopg"), None)
