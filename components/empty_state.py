"""What stands where no question has been asked yet."""

from collections.abc import Callable

from nicegui import ui

from nicewen.services.language import Words

STARTERS = ("starter-1", "starter-2", "starter-3", "starter-4")


class Greeting(ui.element, component="greeting.js"):
    """Greets by the time of day where the reader is."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        for time_of_day in ("morning", "afternoon", "evening"):
            self._props[time_of_day] = words(f"greeting-{time_of_day}")


def empty_state(words: Words, *, on_choose: Callable[[str], None]) -> ui.element:
    """Greet, and offer four questions to begin with; a chosen one goes into the composer."""
    with ui.element("div").classes("nicewen-empty") as box:
        Greeting(words)
        ui.label(words("empty-hint")).classes("nicewen-hint")
        with ui.element("div").classes("nicewen-starters"):
            for key in STARTERS:
                text = words(key)
                button = ui.element("button").classes("nicewen-starter").props("type=button data-testid=starter")
                button.on("click", lambda chosen=text: on_choose(chosen))
                with button:
                    ui.label(text)
    return box
