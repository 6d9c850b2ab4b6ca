"""Who is logged in: a signed cookie says it, and the database whether it still counts."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

from itsdangerous import BadSignature, URLSafeTimedSerializer

from nicewen.services.errors import StoreError
from nicewen.services.keeper import Keeper

FRESH_SECONDS = 1.0
"""How long a user's generation is believed without looking: so late another process's log-out is noticed."""

SECRET = "sessions"  # noqa: S105  # the name of one
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in. `shown` is how the person is called on the page; `ends_at` is in Unix seconds."""

    user: str
    generation: int
    ends_at: float
    shown: str


class Sessions:
    """Begins sessions, knows them again, and ends all of a person at once: each has the number its user had then."""

    def __init__(self, keeper: Keeper, days: float, clock: Callable[[], float] = time.time) -> None:
        """Keep nothing yet; a session ends after so many days."""
        self.lifetime = days * DAY
        self._keeper = keeper
        self._clock = clock
        self._serializer: URLSafeTimedSerializer | None = None
        self._generations: dict[str, tuple[int, float]] = {}  # by user: the number, and when it was read

    async def begin(self, user: str, shown: str = "", *, generation: int | None = None) -> str:
        """Return what the browser is to keep as its cookie; the generation is the user's own, if none is given.

        Raises:
            StoreError: The database cannot be asked.
        """
        await self._keeper.user_id(user)
        await self.look_at([user])
        if generation is None:
            generation, _ = self._generations[user]
        return (await self.signing()).dumps([user, generation, shown or user])

    async def found(self, cookie: str) -> Session | None:
        """Return the session of a cookie, while it counts.

        Raises:
            StoreError: The database cannot be asked, and this user was never seen before.
        """
        try:
            value, signed_at = (await self.signing()).loads(cookie, max_age=int(self.lifetime), return_timestamp=True)
            user, generation, shown = value
        except (BadSignature, ValueError, TypeError):
            return None
        session = Session(user, generation, signed_at.timestamp() + self.lifetime, shown)
        return session if await self.counts(session) else None

    async def counts(self, session: Session) -> bool:
        """Whether a session was not ended. While the database is away, what was known last holds.

        Raises:
            StoreError: The database cannot be asked, and this user was never seen before.
        """
        known = self._generations.get(session.user)
        if known is None or time.monotonic() - known[1] > FRESH_SECONDS:
            try:
                await self.look_at([session.user])
            except StoreError:
                if known is None:
                    raise
        generation, _ = self._generations.get(session.user, (-1, 0.0))
        return generation == session.generation and self._clock() < session.ends_at

    async def look_at(self, users: Collection[str]) -> None:
        """Read these users' generations.

        Raises:
            StoreError: The database cannot be asked.
        """
        await self._keeper.opened()
        read = await self._keeper.store.people.generations(users)
        now = time.monotonic()
        self._generations.update({user: (read.get(user, -1), now) for user in users})

    async def end_all(self, user: str) -> None:
        """End every session of a user.

        Raises:
            StoreError: The database cannot be asked; nothing has ended.
        """
        await self._keeper.opened()
        await self._keeper.store.people.end_sessions(user)
        await self.look_at([user])

    async def signing(self, purpose: str = "session") -> URLSafeTimedSerializer:
        """Return what signs for a purpose, with the secret that all processes of this database share.

        Raises:
            StoreError: The database cannot be asked.
        """
        if self._serializer is None:
            await self._keeper.opened()
            secret = await self._keeper.store.people.secret(SECRET, token_urlsafe(48))
            self._serializer = _serializer(secret, "session")
        if purpose == "session":
            return self._serializer
        return _serializer(self._serializer.secret_key.decode(), purpose)


def _serializer(secret: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"nicewen {purpose}", signer_kwargs={"digest_method": sha256})
