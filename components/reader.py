"""What a reader has chosen, language and theme, remembered by the browser so that the next page begins with it."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from starlette.requests import HTTPConnection

from nicewen.services.language import LANGUAGES, Language, Words, preferred_language, words_of

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
DARK: dict[Theme, bool | None] = {"auto": None, "light": False, "dark": True}


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's language and theme; `chooses_language` is false where the settings fix it.

    `folds_list` is true where the list of conversations is not wanted on a wide screen.
    """

    words: Words
    theme: Theme
    chooses_language: bool
    folds_list: bool


def reader_of(request: HTTPConnection, language: Language | Literal["auto"]) -> Reader:
    """Return what the browser remembers, else what it says about its reader, unless the settings fix the language."""
    remembered = _cookie(request, "language", LANGUAGES)
    preferred = remembered or preferred_language(request.headers.get("accept-language", ""))
    theme = _cookie(request, "theme", THEMES) or "auto"
    fixed = None if language == "auto" else language
    return Reader(
        words_of(fixed or cast(Language, preferred)),
        cast(Theme, theme),
        chooses_language=fixed is None,
        folds_list=_cookie(request, "sidebar", ("folded",)) is not None,
    )


def _cookie(request: HTTPConnection, name: str, known: tuple[str, ...]) -> str | None:
    value = request.cookies.get(f"nicewen-{name}", "")
    return value if value in known else None
