"""Keeping keys out of everything that is shown, logged or kept."""

import json
import logging
import re
from collections.abc import Iterable
from typing import Any

MASK = "•••"

SHORTEST = 12
"""Characters of the shortest secret: shorter ones (“EMPTY”, “ollama”) stand in for a key where none is wanted."""

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PASSING = re.compile(r"(nicewen-(?:session|way-in)=)[^;\s\"',]+|([?&](?:code|state)=)[^&;\s\"']+")
_LONE = re.compile("[\ud800-\udfff]")


class Redactor:
    """Replaces every known secret in a text: `redactor("key sk-1 refused")`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = tuple(sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def finds_nothing(self, source: str) -> bool:
        """Whether JSON in this form certainly holds no secret: none as it is, and nothing escaped but what is usual."""
        if "\\" in source:
            source = source.replace("\\n", "\n").replace('\\"', '"')
        return "\\" not in source and not any(secret in source for secret in self.secrets)

    def in_source(self, source: str) -> str:
        """Return what a service sent, JSON or not, with every secret in it masked, an escaped one too.

        Of what is not JSON and holds an escaped one nothing is left.
        """
        if self.finds_nothing(source):
            return source
        masked = self(source)
        try:
            value = json.loads(masked, strict=False)
        except (ValueError, RecursionError):
            plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], masked)
            return masked if self(plain) == plain else MASK
        clean = self.in_json(value)
        return masked if clean == value else json.dumps(clean, ensure_ascii=False)

    def in_json(self, value: Any) -> Any:
        """Return a JSON value with every text in it masked."""
        match value:
            case str():
                return self(value)
            case list():
                return [self.in_json(item) for item in value]
            case dict():
                return {name: self.in_json(item) for name, item in value.items()}
            case _:
                return value


class TextStream:
    """Cleans text that arrives in pieces: secrets masked, halves of one character joined.

    What might be the beginning of a secret, or the first half of a character outside the Basic Multilingual Plane,
    is held back until the next piece decides; half a character that stays alone becomes U+FFFD.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = ""
        self.has_joined_secret = False
        """Whether the last piece has completed a secret whose beginning was held back."""

    @property
    def is_holding(self) -> bool:
        """Whether the end of the text so far may be the beginning of a secret."""
        return bool(self._held)

    def feed(self, piece: str) -> str:
        """Return what of the text so far is certain."""
        joined = _joined(self._held + piece)
        text = self._redactor(joined)
        self.has_joined_secret = bool(self._held) and text != joined
        keep = self._undecided(text)
        self._held = text[len(text) - keep :]
        return _whole(text[: len(text) - keep])

    def rest(self) -> str:
        """Return what was held back; the text has ended."""
        held, self._held = self._held, ""
        return _whole(held)

    def _undecided(self, text: str) -> int:
        """Return how many characters at the end may still become something else."""
        longest = 1 if text and "\ud800" <= text[-1] <= "\udbff" else 0
        for secret in self._redactor.secrets:
            for length in range(min(len(secret) - 1, len(text)), longest, -1):
                if text.endswith(secret[:length]):
                    longest = length
                    break
        return longest


class RedactingFormatter(logging.Formatter):
    """A log format in which no secret appears, wherever in the record it stood (arguments and tracebacks too)."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        request_id = getattr(record, "request_id", "")
        return without_passes(self._redactor(f"{text} [{request_id}]" if request_id else text))


def without_passes(text: str) -> str:
    """Return a line of a log without what lets its holder in: sessions' cookies, and codes of a log-in provider's."""
    return _PASSING.sub(lambda found: (found[1] or found[2]) + MASK, text)


def well_formed(text: str) -> str:
    """Return a whole text as one that every encoder takes: halves joined, lone ones replaced."""
    return _whole(_joined(text))


def _joined(text: str) -> str:
    """Return the text with surrogate pairs as one character each."""
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def _whole(text: str) -> str:
    """Return the text without lone surrogates, which no encoder takes."""
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
