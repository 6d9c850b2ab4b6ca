"""A button that does not shout."""

from collections.abc import Callable

from nicegui import ui


def quiet_button(text: str, on_click: Callable[[], object]) -> ui.element:
    """Return a button that does not shout."""
    button = ui.element("button").classes("nicewen-button").props("type=button").on("click", on_click)
    with button:
        ui.label(text)
    return button
