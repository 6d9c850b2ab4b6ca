"""`nicewen user add | list | password | remove`: who may log in, also while Nicewen runs."""

import signal
import sys
from collections.abc import Callable
from functools import cache
from getpass import getpass

from nicewen.services.accounts import PASSWORD_LEAST, PASSWORD_MOST, hash_of, is_name, name_as_written
from nicewen.services.conversation import NOBODY
from nicewen.services.errors import StartError
from nicewen.services.language import Language, words_of
from nicewen.services.settings import Settings
from nicewen.services.store import People, address_of, people_at

Say = Callable[[str], None]
AskPassword = Callable[[str], str]
"""Asks for a password, saying this, without showing what is typed."""


def asker() -> AskPassword:
    """Return a way to ask at the terminal; where there is none, the first line of standard input is the password."""
    if sys.stdin.isatty():
        return getpass
    read = cache(sys.stdin.readline)

    def first_line(_prompt: str) -> str:
        line: str = read()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    return first_line


class UserCommands:
    """What can be done to accounts; each says what has come of it.

    Raises:
        StartError: The database cannot be used, the name or the password cannot, or there is no such account.
    """

    def __init__(self, settings: Settings, say: Say, ask: AskPassword, language: Language) -> None:
        self._url = settings.database_url.get_secret_value() if settings.database_url else None
        self._place = address_of(self._url).place
        self._say = say
        self._ask = ask
        self._words = words_of(language)

    async def do(self, action: str, name: str = "", *, with_conversations: bool = False) -> None:
        """Add, list, give a password or remove."""
        name = name_as_written(name)
        if action != "list" and not is_name(name):
            raise StartError("start-user-name", name=name)
        async with people_at(self._url) as people:
            match action:
                case "add":
                    await self._add(people, name)
                case "password":
                    await self._give_password(people, name)
                case "remove":
                    await self._remove(people, name, with_conversations=with_conversations)
                case _:
                    await self._list(people)

    async def _add(self, people: People, name: str) -> None:
        if await people.password_hash(name) is not None:
            raise StartError("start-user-there", name=name)
        await people.set_password_hash(name, hash_of(self._password()))
        self._say(self._words("user-added", name=name, place=self._place))
        if count := {person.name: person.conversations for person in await people.all()}[name]:
            self._say(self._words("user-has-conversations", name=name, count=count))

    async def _give_password(self, people: People, name: str) -> None:
        await _require(people, name)
        await people.set_password_hash(name, hash_of(self._password()))
        self._say(self._words("user-changed", name=name))

    async def _remove(self, people: People, name: str, *, with_conversations: bool) -> None:
        await _require(people, name)
        await people.set_password_hash(name, None)
        self._say(self._words("user-removed", name=name))
        if with_conversations:
            self._say(self._words("user-conversations-deleted", count=await people.delete_conversations(name)))
        elif count := {person.name: person.conversations for person in await people.all()}[name]:
            self._say(self._words("user-has-conversations", name=name, count=count))

    async def _list(self, people: People) -> None:
        self._say(self._words("user-place", place=self._place))
        there = [one for one in await people.all() if one.name != NOBODY and (one.has_password or one.conversations)]
        for one in there:
            key = "user-line" if one.has_password else "user-line-without"
            self._say(self._words(key, name=one.name, count=one.conversations))
        if not there:
            self._say(self._words("user-none"))

    def _password(self) -> str:
        password = self._typed("user-ask-password")
        if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
            raise StartError("start-user-password", least=PASSWORD_LEAST, most=PASSWORD_MOST)
        if self._typed("user-ask-again") != password:
            raise StartError("start-user-passwords-differ")
        return password

    def _typed(self, key: str) -> str:
        """Ask, and wait: nothing else goes on in this process. Ctrl-C ends it at once, which asyncio would put off."""
        asyncios = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._ask(self._words(key))
        except EOFError as error:
            raise StartError("start-user-no-password") from error
        finally:
            signal.signal(signal.SIGINT, asyncios)


async def _require(people: People, name: str) -> None:
    if await people.password_hash(name) is None:
        raise StartError("start-user-missing", name=name)
