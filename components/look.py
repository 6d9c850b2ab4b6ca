"""How the page looks: our own scoped style sheet and the colours of code."""

import re
import sys
from functools import cache
from importlib.resources import files

from nicegui import app, ui
from pygments.formatters import HtmlFormatter

from nicewen.components.reader import Theme

ACCENT = "#5b57d9"
"""The accent of our own pages; a host's page keeps its own."""

SHEETS = ("nicewen.css", "sidebar.css", "markdown.css", "panel.css")

NARROW = "@container nicewen-panel (max-width: 480px)"
"""Where a panel whose host leaves it the choice takes the compact form."""

_MARK = "nicewen-look"

PAPERS = ("#ffffff", "#17181c")
"""The paper's colour, light and dark, as in the style sheet."""

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    f'<path fill="{ACCENT}" d="M8 3h16a5 5 0 0 1 5 5v12a5 5 0 0 1-5 5h-9l-7 5v-5a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z"/>'
    '<path fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" '
    'd="M11.5 18.5v-9l9 9v-9"/></svg>'
)


def add_look() -> None:
    """Add the style sheet to the page being built, and to no other; a second time it is there already."""
    if _MARK not in app.storage.client:
        app.storage.client[_MARK] = True
        _add_rules(style_sheet())


def add_paper(theme: Theme) -> None:
    """Give the page its background before anything stands on it, and no notices but ours; for our own pages only."""
    _add_rules("#popup, #q-loading-bar { display: none; }")
    light, dark = (f":root {{ background: {paper}; }}" for paper in PAPERS)
    by_system = f"{light} @media (prefers-color-scheme: dark) {{ {dark} }}"
    _add_rules({"light": light, "dark": dark, "auto": by_system}[theme])


def share_look() -> None:
    """Have the page keep its head, 110 kB of it our rules, together with all others whose head is the same."""
    client = ui.context.client
    client._head_html = sys.intern(client._head_html)


def _add_rules(rules: str) -> None:
    """Add rules to the page; `ui.add_css` would take an inline script, which our pages' policy forbids."""
    ui.add_head_html(f"<style>{rules}</style>")


@cache
def style_sheet() -> str:
    """Return all rules; each names a class of ours, and reaches nothing without one."""
    own = "".join(files("nicewen.components").joinpath(sheet).read_text("utf-8") for sheet in SHEETS)
    return (
        own
        + _compact_rules()
        + _code_colours("xcode", ".nicewen")
        + _code_colours("github-dark", ".body--dark .nicewen")
    )


@cache
def sheet_of_files() -> str:
    """Return the rules for a page that stands alone: it follows the reader's theme, and its paper is the whole page."""
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(), flags=re.DOTALL)
    dark = "".join(rule.replace(".body--dark ", "") for rule in _DARK_RULE.findall(sheet))
    light = _DARK_RULE.sub("", sheet) + files("nicewen.components").joinpath("file.css").read_text("utf-8")
    return f"{light}@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"


_DARK_RULE = re.compile(r"^\.body--dark[^{}]*\{[^{}]*\}[ \t]*\n", re.MULTILINE)


def _compact_rules() -> str:
    """Return the compact form twice: for panels whose host wants it, and for narrow ones that may choose."""
    rules = files("nicewen.components").joinpath("compact.css").read_text("utf-8").splitlines()
    wanted = "".join(f".nicewen.nicewen-compact {rule}\n" for rule in rules)
    narrow = "".join(f".nicewen.nicewen-auto {rule}\n" for rule in rules)
    return f"{wanted}{NARROW} {{\n{narrow}}}\n"


def _code_colours(style: str, scope: str) -> str:
    formatter = HtmlFormatter(style=style, nobackground=True)
    rules: str = formatter.get_style_defs(f"{scope} .nicewen-code")  # type: ignore[no-untyped-call]  # untyped stub
    kept = (line for line in rules.splitlines() if line.startswith(scope) and "linenos" not in line)
    return "\n".join(kept) + "\n"
