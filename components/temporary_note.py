"""What says that a conversation is not kept: one quiet line above it, and the words where nothing was asked yet."""

from nicegui import ui

from nicewen.components.empty_state import EmptyState
from nicewen.services.language import Words


def temporary_line(words: Words) -> ui.element:
    """Say above a temporary conversation that it is one."""
    with ui.element("div").classes("nicewen-temporary").props("role=note data-testid=temporary") as line:
        ui.label(words("temporary-line"))
    return line


def temporary_beginning(words: Words) -> EmptyState:
    """Say, where nothing has been asked yet, what will not happen to what is."""
    return EmptyState([("", words("temporary-conversation"))], words("temporary-hint"))
