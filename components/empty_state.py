"""What stands where no question has been asked yet."""

from collections.abc import Callable, Sequence

from nicegui import ui

from nicewen.services.language import Words

STARTERS = ("starter-1", "starter-2", "starter-3", "starter-4")
DAYTIMES = ("morning", "afternoon", "evening")


def empty_state(words: Words, starters: Sequence[str] | None, *, on_choose: Callable[[str], None]) -> ui.element:
    """Greet by the time of day where the reader is, and offer questions to begin with, of our own where none are given.

    Of a host's none, none are offered.
    """
    questions = [words(key) for key in STARTERS] if starters is None else starters
    with ui.element("div").classes("nicewen-empty") as box:
        with ui.element("h2").classes("nicewen-greeting"):
            for daytime in DAYTIMES:  # the column knows which; the style sheet shows it
                ui.label(words(f"greeting-{daytime}")).classes(f"nicewen-{daytime}")
        ui.label(words("empty-hint")).classes("nicewen-hint")
        with ui.element("div").classes("nicewen-starters"):
            for text in questions:
                button = ui.element("button").classes("nicewen-starter").props("type=button data-testid=starter")
                button.on("click", lambda chosen=text: on_choose(chosen))
                with button:
                    ui.label(text)
    return box
