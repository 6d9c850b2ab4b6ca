"""What says that a conversation is not kept: one quiet line above it, and the words where nothing was asked yet."""

from nicegui import ui

from nicewen.services.language import Words


def temporary_line(words: Words) -> ui.element:
    """Say above a temporary conversation that it is one."""
    with ui.element("div").classes("nicewen-temporary").props("role=note data-testid=temporary") as line:
        ui.label(words("temporary-line"))
    return line


def temporary_beginning(words: Words) -> ui.element:
    """Say, where nothing has been asked yet, what will not happen to what is."""
    with ui.element("div").classes("nicewen-empty") as box:
        with ui.element("h2").classes("nicewen-greeting"):
            ui.label(words("temporary-conversation"))
        ui.label(words("temporary-hint")).classes("nicewen-hint")
    return box
