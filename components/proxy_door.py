"""People whom a proxy in front has let in: it names them in a header."""

from contextlib import suppress
from unicodedata import normalize

from starlette.requests import HTTPConnection
from starlette.responses import Response

from nicewen.components.door_pages import refusal
from nicewen.components.reader import reader_of
from nicewen.components.visitor import PEER
from nicewen.services import Settings
from nicewen.services.accounts import is_name


class ProxyDoorkeeper:
    """Believes the header from the addresses in NICEWEN_TRUSTED_PROXIES, and from nobody else."""

    open_paths: frozenset[str] = frozenset()

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def answer(self, connection: HTTPConnection) -> str | Response:
        """Return the name that the proxy gives; without one, say what is missing."""
        peer = str(connection.scope.get(PEER, ""))
        if not self._trusts(peer):
            return self._refusal(connection, "unknown", 403, peer=peer)
        names = {name_in(value) for value in connection.headers.getlist(self._settings.auth_header)} - {""}
        if len(names) > 1:
            return self._refusal(connection, "two", 403, peer=peer)
        if not names:
            return self._refusal(connection, "missing", 401, peer=peer)
        (name,) = names
        return name if is_name(name) else self._refusal(connection, "name", 403, peer=peer)

    def _trusts(self, address: str) -> bool:
        try:
            return self._settings.trusts(address)
        except ValueError:  # a connection without an address
            return False

    def _refusal(self, connection: HTTPConnection, why: str, status: int, *, peer: str) -> Response:
        reader = reader_of(connection, self._settings.language)
        words, header = reader.words, self._settings.auth_header
        sentences = (words("door-proxy-people"), words(f"door-proxy-{why}", header=header, peer=peer or "–"))
        return refusal(connection, reader, words("door-closed"), sentences, status=status, door="proxy")


def name_in(value: str) -> str:
    """Return the name in a header's value, which arrives as latin-1 and is mostly meant as UTF-8."""
    with suppress(UnicodeDecodeError):
        value = value.encode("latin-1").decode("utf-8")
    return normalize("NFC", value.strip())
