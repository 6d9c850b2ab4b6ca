"""Somebody else's dashboard with our panel on its pages, in every kind of place.

`python -m browser.hosting --no-browser --port 8080` runs NiceGUI itself, with Tailwind; with `HOST_FASTAPI` set it is
mounted on a FastAPI of the host's, without. `/in/{place}` has the panel; with `?panel=0` it is the
same page without.
"""

import argparse
import os

import uvicorn
from fastapi import FastAPI
from nicegui import app, ui

from nicewen.components import chat_panel, stream_into
from nicewen.services import Assistant, Settings

EXPLAIN = "Explain this [profile:default,tag=explain]"
SAY = "Say it [profile:default,tag=say]"
ROWS = [{"order": 17, "state": "late"}, {"order": 18, "state": "sent"}]
FONT = "font-family: Georgia, serif; font-size: 15px"
DARK = {"0": False, "1": True}


def main() -> None:
    """Serve the pages."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    assistant = Assistant(Settings())
    app.on_startup(assistant.open)
    app.on_shutdown(assistant.close)
    register(assistant)
    if "HOST_FASTAPI" in os.environ:
        server = FastAPI()
        ui.run_with(server, tailwind=False, storage_secret="a test's")
        uvicorn.run(server, host="127.0.0.1", port=port)
    else:
        ui.run(port=port, host="127.0.0.1", show=False, reload=False, show_welcome_message=False)


def register(assistant: Assistant) -> None:
    """Make the pages known."""

    @ui.page("/")
    def ready() -> None:
        ui.label("ready")

    @ui.page("/in/{place}", language="en-US")
    def page(place: str, panel: str = "1", dark: str = "0") -> None:
        shown(assistant, place, has_panel=panel == "1", dark=DARK[dark])

    @ui.page("/zh", language="zh-CN")
    def chinese() -> None:
        shown(assistant, "card", has_panel=True, dark=False)

    @ui.page("/named/{name}", reconnect_timeout=60)
    def named(name: str) -> None:
        with ui.element("div").style("height: 500px"):
            chat_panel(assistant, conversation=name)

    @ui.page("/parts")
    @ui.page("/parts/{_:path}")
    def parts() -> None:
        ui.link("orders", "/parts").props("data-testid=to-orders")
        ui.link("stock", "/parts/stock").props("data-testid=to-stock")

        def orders() -> None:
            with ui.element("div").style("height: 500px; width: 600px"):
                chat_panel(assistant, conversation="orders")

        ui.sub_pages({"/parts": orders, "/parts/stock": lambda: ui.label("In stock: 12")})


def shown(assistant: Assistant, place: str, *, has_panel: bool, dark: bool) -> None:
    """Show a host's own things, and the panel in its place."""
    ui.dark_mode(dark)
    ui.colors(primary="#0a7d4f")
    ui.query("body").style(FONT)
    things()

    def panel(**options: object) -> None:
        if has_panel:
            chat_panel(assistant, starters=["Why is this order late?"], **options)  # type: ignore[arg-type]

    match place:
        case "drawer":
            with ui.right_drawer(value=True, fixed=False).props("width=300"):
                panel()
        case "dialog":
            with ui.dialog() as dialog, ui.card().style("height: 480px"):
                panel()
            ui.button("help", on_click=dialog.open).props("data-testid=open")
        case "tab":
            with ui.tabs() as tabs:
                ui.tab("table")
                ui.tab("help")
            with ui.tab_panels(tabs, value="table").style("width: 600px; height: 500px"):
                with ui.tab_panel("table"):
                    ui.label("The table")
                with ui.tab_panel("help"):
                    panel()
        case "splitter":
            with ui.splitter(value=50).style("width: 900px; height: 500px") as splitter:
                with splitter.before:
                    ui.label("Before")
                with splitter.after:
                    panel()
        case "two":
            with ui.row().style("width: 1000px; flex-wrap: nowrap"):
                for _ in range(2):
                    with ui.card().style("width: 480px; height: 500px"):
                        panel()
        case "asking":
            asking(assistant)
        case "removed":
            with ui.card().style("width: 480px; height: 500px") as card:
                panel()
            ui.button("remove", on_click=card.clear).props("data-testid=remove")
        case _:
            with ui.card().style("width: 620px; height: 500px"):
                ui.label("Help")
                panel(compact=place == "compact" or None)


def asking(assistant: Assistant) -> None:
    """Show a panel that is told what is chosen, a button that asks in it, and one that has a card for its answer."""
    chosen = [dict(ROWS[0])]
    with ui.card().style("width: 620px; height: 500px"):
        panel = chat_panel(assistant, context=lambda: chosen)
    ui.button("choose", on_click=lambda: chosen.append(dict(ROWS[1]))).props("data-testid=choose")
    ui.button("explain", on_click=lambda: panel.ask(EXPLAIN)).props("data-testid=explain")
    said = ui.card().props("data-testid=card")
    ui.button("say", on_click=lambda: stream_into(said, assistant.ask(SAY))).props("data-testid=say")


def things() -> None:
    """What a dashboard has on a page, for the comparison of how it looks."""
    with ui.header().classes("items-center"):
        ui.label("Orders").classes("text-h6")
        ui.button(icon="menu").props("flat color=white")
    with ui.element("div").props("id=things"):
        ui.label("A label")
        ui.link("A link", "https://example.org")
        ui.html(
            "<h1>Big</h1><h3>Small</h3><p>Text <b>bold</b> <code>code</code></p><ul><li>one</li></ul>", sanitize=False
        )
        ui.markdown("# Heading\n\n- item\n\n```python\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said")
        ui.input("Name")
        ui.textarea("Note")
        ui.checkbox("Paid")
        ui.select(["late", "sent"], value="late")
        ui.table(rows=ROWS)
        with ui.expansion("More"):
            ui.label("within")
        ui.chat_message("Hello", name="Ada")
        ui.button("Send").classes("mt-2")
        ui.badge("3")
        ui.separator()


if __name__ in {"__main__", "__mp_main__"}:
    main()
