"""What can go wrong.

NicewenError
├── StartError              the program cannot start; one sentence, exit status 2
├── WeightsError            the local model's weights could not be fetched
├── StoreError              something could not be saved or read
├── LoginError              an OpenID provider did not let somebody in
├── NotReadable             a file to import is damaged or no such file; nothing of it was imported
└── AnswerError             an answer could not be had, or ended early
    ├── Unreachable         no connection to the service
    ├── TimedOut            nothing arrived for too long
    ├── CutShort            the connection ended before the answer did
    ├── Refused             the service said no; `code` is its own word
    └── LocalModelFailed    the model in the child process cannot answer

`str(error)` is the sentence shown: what happened, then what to do. It holds no key and no address with a token.
"""

from typing import ClassVar

from nicewen.services.language import Language, words_of
from nicewen.services.places import Place, place_sentence


class NicewenError(Exception):
    """An error with a sentence in each language: `key` names it, `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Return what happened and what to do, for people."""
        return words_of(language)(self.key, **self.values)


class StartError(NicewenError):
    """The program cannot start."""


class WeightsError(NicewenError):
    """The local model's weights could not be fetched."""


class StoreError(NicewenError):
    """Something could not be saved or read."""


class LoginError(NicewenError):
    """An OpenID provider did not let somebody in."""


class NotReadable(NicewenError):
    """A file cannot be imported, and nothing of it was; the sentence says what is wrong and `place` where."""

    def __init__(self, key: str, *, place: Place = (), **values: object) -> None:
        self.place = place
        super().__init__(key, **values)

    def sentence(self, language: Language) -> str:
        """Return where it breaks and how, for people."""
        words = words_of(language)
        what = words(self.key, **self.values)
        if not self.place:
            return words("import-broken", what=what)
        return words("import-broken-at", where=place_sentence(self.place, language), what=what)

    def inside(self, *outer: tuple[str, str]) -> "NotReadable":
        """Return it with the place that its own is in."""
        return NotReadable(self.key, place=(*outer, *self.place), **self.values)


class AnswerError(NicewenError):
    """An answer could not be had, or ended early.

    Attributes:
        retryable: The same request may succeed later, so another attempt is worth it while no text has arrived.
        status: The HTTP status, or 0.
        code: The service's own error code, or "".
        said: The service's own words, without any key, or "".
        request_id: What the service's support asks for, or "".
        retry_after: How long the service asks to wait, in seconds, or None.
    """

    ends_early: ClassVar[bool] = False
    """What arrived before is worth keeping as an interrupted answer, rather than as a failed one."""

    def __init__(
        self,
        key: str,
        *,
        retryable: bool = False,
        status: int = 0,
        code: str = "",
        said: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        **values: object,
    ) -> None:
        super().__init__(key, said=said, code=code, **values)
        self.retryable = retryable
        self.status = status
        self.code = code
        self.said = said
        self.request_id = request_id
        self.retry_after = retry_after


class Unreachable(AnswerError):
    """No connection to the service."""


class TimedOut(AnswerError):
    """Nothing arrived for too long."""

    ends_early = True


class CutShort(AnswerError):
    """The connection ended before the answer did."""

    ends_early = True


class Refused(AnswerError):
    """The service said no."""


class LocalModelFailed(AnswerError):
    """The model in the child process cannot answer."""

    ends_early = True
