"""What keeps the store from reading or saving, told from what a database driver says."""

import sqlite3
from dataclasses import dataclass

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from nicewen.services.errors import StoreError
from nicewen.services.language import Language, words_of

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: "store-locked",
    sqlite3.SQLITE_LOCKED: "store-locked",
    sqlite3.SQLITE_READONLY: "store-read-only",
    sqlite3.SQLITE_FULL: "store-full",
    sqlite3.SQLITE_CANTOPEN: "store-gone",
    sqlite3.SQLITE_CORRUPT: "store-damaged",
    sqlite3.SQLITE_NOTADB: "store-damaged",
}
_BY_SQLSTATE = {  # PostgreSQL's manual, appendix A
    "53100": "store-full",
    "25006": "store-read-only",
    "55P03": "store-locked",
    "40P01": "store-locked",
    "57P01": "store-unreachable",
    "57P02": "store-unreachable",
    "57P03": "store-unreachable",
    "53300": "store-unreachable",
    "XX001": "store-damaged",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing can be saved just now: the key of a sentence and the driver's own reason."""

    key: str
    reason: str

    def sentence(self, language: Language) -> str:
        """Return what is the matter and what to do, for people."""
        return words_of(language)(self.key, reason=self.reason)

    def error(self) -> StoreError:
        """Return it as an error to raise."""
        return StoreError(self.key, reason=self.reason)


def trouble_of(error: BaseException) -> Trouble:
    """Tell the trouble behind an error of SQLAlchemy, of a driver or of the system."""
    if isinstance(error, StoreError):
        return Trouble(error.key, str(error.values.get("reason", "")))
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return Trouble(_key_of(error, cause), first_line(cause))


def is_the_rows_own_fault(error: BaseException | None) -> bool:
    """Whether the database refuses what is to be saved, so that trying again cannot help."""
    is_not_the_databases = isinstance(error, StatementError) and not isinstance(error, DBAPIError)
    return is_not_the_databases or isinstance(error, IntegrityError | DataError | OverflowError)


def first_line(error: BaseException) -> str:
    """Return the first line of what a driver says; the others are advice in English."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _key_of(error: BaseException, cause: BaseException) -> str:
    if isinstance(cause, sqlite3.Error):
        return _BY_SQLITE_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "store-failing")
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return _BY_SQLSTATE.get(state, "store-unreachable" if state.startswith("08") else "store-failing")
    lost = isinstance(error, DBAPIError) and (
        error.connection_invalidated or "OperationalError" in type(error).__name__
    )
    return "store-unreachable" if lost or isinstance(cause, OSError | TimeoutError) else "store-failing"
