"""People who log in with a name and a password."""

import asyncio
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from nicewen.services.conversation import NOBODY
from nicewen.services.keeper import Keeper

NAME_LIMIT = 200
"""Characters of a name."""

PASSWORD_LEAST = 10
PASSWORD_MOST = 1_000
"""Characters of a password."""

AT_ONCE = 2
"""Passwords that are looked at together: each takes 64 MB and some 50 ms of four cores."""


def is_name(name: str) -> bool:
    """Whether somebody can be called so: printable, not too long, and not what stands for nobody."""
    return 0 < len(name) <= NAME_LIMIT and name.isprintable() and name == name.strip() and name != NOBODY


def name_as_written(text: str) -> str:
    """Return a name as it is kept, whatever the keyboard it was typed on."""
    return normalize("NFC", text.strip())


def hash_of(password: str) -> str:
    """Return what is kept of a password (argon2id with the library's own parameters)."""
    return PasswordHasher().hash(normalize("NFC", password))


class Accounts:
    """Looks at passwords. Of a name that is not there as much is done as of one that is, so that time tells nothing."""

    def __init__(self, keeper: Keeper) -> None:
        """Work over what is kept."""
        self._keeper = keeper
        self._few = asyncio.Semaphore(AT_ONCE)
        self._nobodys = ""

    async def admit(self, name: str, password: str) -> int | None:
        """Return the generation of the session that may begin, if somebody of this name has this password.

        One that is changed while it is looked at has raised the generation: that session counts for nothing.

        Raises:
            StoreError: It cannot be read.
        """
        await self._keeper.opened()
        people = self._keeper.store.people
        kept, generation = await people.password(name) or (None, 0)
        async with self._few:
            if not self._nobodys:
                self._nobodys = await asyncio.to_thread(hash_of, "nobody's")
            fits, better = await asyncio.to_thread(_looked_at, kept, self._nobodys, normalize("NFC", password))
        if kept and better:
            await people.renew_password_hash(name, kept, better)
        return generation if fits else None


def _looked_at(kept: str | None, nobodys: str, password: str) -> tuple[bool, str]:
    """Return whether a password fits, and its hash anew where the kept one is of older parameters."""
    hasher, password = PasswordHasher(), password[:PASSWORD_MOST]
    try:
        hasher.verify(kept or nobodys, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False, ""
    if kept is None:
        return False, ""
    return True, hasher.hash(password) if hasher.check_needs_rehash(kept) else ""
