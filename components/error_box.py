"""An error, where the answer would stand."""

from collections.abc import Callable

from nicegui import ui

from nicewen.components.quiet_button import quiet_button
from nicewen.services.errors import AnswerError
from nicewen.services.language import Words


def error_box(
    error: AnswerError, words: Words, *, answer_id: str, on_retry: Callable[[], None], sent: str
) -> ui.element:
    """Return one sentence, one button, and the service's own facts folded away; what it `sent` is at this path."""
    with ui.element("div").classes("nicewen-error").props("data-testid=error role=alert") as box:
        ui.label(error.sentence(words.language))
        quiet_button(words("retry"), on_retry).props("data-testid=regenerate")
        with ui.element("details").classes("nicewen-details"):
            with ui.element("summary"):
                ui.label(words("details"))
            for fact in (*_facts(error, words), words("detail-log", id=answer_id)):
                if fact:
                    ui.label(fact)
            if sent:
                ui.link(words("detail-events"), sent).props("data-testid=raw-events")
    return box


def _facts(error: AnswerError, words: Words) -> tuple[str, ...]:
    return (
        error.said,
        words("detail-code", code=error.code) if error.code else "",
        words("detail-status", status=str(error.status)) if error.status else "",
        words("detail-request", request=error.request_id) if error.request_id else "",
    )
