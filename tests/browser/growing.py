"""Pages of somebody else that show a document which a test lets grow, letter by letter if it likes.

`python -m browser.growing --no-browser --port 8080`: `/shown/column`, `/shown/dialog` and `/shown/tab` show the same
document; `POST /grow` appends the request's body, `POST /end` closes it and `POST /new` begins another.
"""

import argparse

from fastapi import Request
from nicegui import app, ui

from nicewen.components.look import add_look
from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.services.markdown import LiveDocument


class Shelf:
    """The document that all pages show."""

    document = LiveDocument()


def main() -> None:
    """Serve the pages."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    app.post("/grow")(grow)
    app.post("/end")(end)
    app.post("/new")(begin)
    app.get("/")(lambda: "ready")
    ui.page("/shown/{place}", reconnect_timeout=60)(shown)
    ui.run(port=parser.parse_args().port, host="127.0.0.1", show=False, reload=False, show_welcome_message=False)


async def grow(request: Request) -> None:
    """Append the body."""
    Shelf.document.append((await request.body()).decode())


async def end() -> None:
    """Close the document."""
    Shelf.document.close()


async def begin() -> None:
    """Begin another document; pages that are opened from now on show it."""
    Shelf.document = LiveDocument()


def shown(place: str) -> None:
    """Show the document in a column, in a dialog that can be closed, or on a tab that is kept alive."""
    add_look()
    match place:
        case "dialog":
            with ui.dialog() as dialog, ui.card():
                follow()
            ui.button("open", on_click=dialog.open)
        case "tab":
            with ui.tabs() as tabs:
                ui.tab("answer")
                ui.tab("other")
            with ui.tab_panels(tabs, value="answer", keep_alive=True):
                with ui.tab_panel("answer"):
                    follow()
                with ui.tab_panel("other"):
                    ui.label("nothing")
        case _:
            follow()


def follow() -> None:
    """Show the document as it is, and keep it up to date."""
    with ui.element("div").classes("nicewen nicewen-answer").props("data-state=writing"):
        shown = StreamingMarkdown(Shelf.document, live=True)
    ui.timer(0.03, shown.show_changes)


if __name__ in {"__main__", "__mp_main__"}:
    main()
