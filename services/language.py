"""The words people read, in Chinese and English; they live in `locale/*.ftl` (Project Fluent)."""

import re
from functools import cache
from importlib.resources import files
from typing import Literal

from fluent.runtime import FluentBundle, FluentResource

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en-US"}

_ENTRIES = re.compile(r"^(?=\S)", re.MULTILINE)  # what belongs to a sentence is indented
_KEY = re.compile(r"[a-z][\w-]*(?= =)")


class Words:
    """The sentences of one language: `words("send")`, `words("retry-in", seconds=3)`.

    Each is parsed when it is asked for first: all of a file take a tenth of a second, just before the first page.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._bundle = FluentBundle([_TAGS[language]], use_isolating=False)
        self._unread = {key[0]: key.string for key in map(_KEY.match, _ENTRIES.split(source_of(language))) if key}

    @property
    def tag(self) -> str:
        """The language tag for `lang` attributes, such as `zh-CN`."""
        return _TAGS[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence of this key.

        Raises:
            KeyError: The language file has no such sentence, or the sentence needs a value that is not given.
        """
        if key in self._unread:
            self._bundle.add_resource(FluentResource(self._unread.pop(key)))
        message = self._bundle.get_message(key) if self._bundle.has_message(key) else None
        if message is None or message.value is None:
            raise KeyError(f"{self.language}.ftl has no {key!r}")
        text, faults = self._bundle.format_pattern(message.value, values)
        if faults:
            raise KeyError(f"{key!r} in {self.language}.ftl: {faults[0]}")
        return str(text)


@cache
def words_of(language: Language) -> Words:
    """Return the sentences of a language; the file is read once."""
    return Words(language)


def source_of(language: Language) -> str:
    """Return the text of a language file."""
    return files("nicewen.services.locale").joinpath(f"{language}.ftl").read_text("utf-8")


def language_of(tag: str) -> Language:
    """Return the language of a tag, such as `zh-CN`.

    Raises:
        ValueError: There are no words in it.
    """
    for language in LANGUAGES:
        if tag.lower().replace("_", "-").partition("-")[0] == language:
            return language
    raise ValueError(f'language= takes "zh" or "en", not {tag!r}')


def preferred_language(accept_language: str) -> Language:
    """Choose by a browser's `Accept-Language` header, which lists the reader's languages best first."""
    for tag in accept_language.lower().split(","):
        for language in LANGUAGES:
            if tag.strip().startswith(language):
                return language
    return "en"
