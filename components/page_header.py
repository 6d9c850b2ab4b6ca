"""The line above the page: its name, the switches of theme and language, and the ways to begin anew."""

from nicegui import ui

from nicewen.components.reader import THEMES, Reader
from nicewen.services.language import LANGUAGES, Words, words_of


class PageHeader(ui.element, component="page_header.js"):
    """One element of the page, drawn and served in the browser: what is chosen there is a cookie of the next page."""

    def __init__(self, reader: Reader, *, temporary: bool) -> None:
        """Show what the reader has chosen; `temporary`: this page is of a conversation that is not kept."""
        super().__init__()
        words = reader.words
        self._props |= {
            "theme": reader.theme,
            "themes": tuple(words(f"theme-{theme}") for theme in THEMES),
            "listing": words("list-toggle"),
            "temporary": words("temporary-conversation"),
            "label": words("new-conversation"),
            "offline": words("offline"),
        }
        if reader.chooses_language:
            self._props["other"] = _other(words)
        if temporary:
            self._props["is-temporary"] = True


def _other(words: Words) -> tuple[str, ...]:
    """Return the other language, its tag, its name and what its switch does, in its own words."""
    other = words_of(next(language for language in LANGUAGES if language != words.language))
    return other.language, other.tag, other("language-name"), other("language-switch")
