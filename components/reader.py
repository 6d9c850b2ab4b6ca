"""What a reader has chosen, language and theme, remembered by the browser so that the next page begins with it."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from nicegui import ui
from starlette.requests import HTTPConnection

from nicewen.services.language import LANGUAGES, Language, Words, preferred_language, words_of

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
DARK: dict[Theme, bool | None] = {"auto": None, "light": False, "dark": True}
YEAR = 365 * 24 * 3600  # seconds


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


def language_switch(words: Words) -> None:
    """Offer the page in the other language, in that language's own words; the page loads again in it."""
    other = words_of(next(language for language in LANGUAGES if language != words.language))

    def switch() -> None:
        _remember("language", other.language)
        ui.run_javascript("location.reload()")

    button = _quiet(other("language-switch")).props(f"lang={other.tag} data-testid=language").on("click", switch)
    with button:
        ui.label(other("language-name"))


def theme_switch(reader: Reader) -> None:
    """Offer the themes one after the other: automatic, light, dark."""
    dark = ui.dark_mode(DARK[reader.theme])
    button = _quiet("").props("data-testid=theme")

    def show(theme: Theme) -> None:
        label = reader.words(f"theme-{theme}")
        button.props["data-theme"], button.props["title"], button.props["aria-label"] = theme, label, label

    def switch() -> None:
        theme = THEMES[(THEMES.index(button.props["data-theme"]) + 1) % len(THEMES)]
        _remember("theme", theme)
        dark.value = DARK[theme]
        show(theme)

    show(reader.theme)
    button.on("click", switch)


def _quiet(label: str) -> ui.element:
    button = ui.element("button").classes("nicewen-button nicewen-switch").props("type=button")
    button.props["title"] = button.props["aria-label"] = label
    return button


def _cookie(request: HTTPConnection, name: str, known: tuple[str, ...]) -> str | None:
    value = request.cookies.get(f"nicewen-{name}", "")
    return value if value in known else None


def _remember(name: str, value: str) -> None:
    ui.run_javascript(f"document.cookie = 'nicewen-{name}={value}; path=/; max-age={YEAR}; samesite=lax'")
