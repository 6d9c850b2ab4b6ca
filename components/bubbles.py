"""One question and one answer, as people see them."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.services.conversation import ENDED, Answer, Exchange
from nicewen.services.errors import AnswerError
from nicewen.services.language import Words

RETRY_WORDS = {"error-busy": "retry-busy", "error-quota": "retry-quota"}


def question_bubble(exchange: Exchange) -> None:
    """Show a question, at the right, tinted."""
    with message("user", "done").classes("nicewen-question"):
        ui.label(exchange.question).classes("nicewen-question-text")


def waiting_bubble(exchange: Exchange, words: Words, *, on_withdraw: Callable[[], None]) -> ui.element:
    """Show a question that waits for its turn and can be taken back."""
    with message("user", "waiting").classes("nicewen-question nicewen-queued") as bubble:
        ui.label(exchange.question).classes("nicewen-question-text")
        with ui.element("div").classes("nicewen-status"):
            ui.label(words("waits-its-turn"))
            quiet_button(words("withdraw"), on_withdraw).props("data-testid=withdraw")
    return bubble


class AnswerBubble:
    """An answer with its state; `show` brings it up to date and touches only what has changed."""

    def __init__(self, answer: Answer, words: Words, *, names_model: bool, on_retry: Callable[[str], None]) -> None:
        self.answer = answer
        self._words = words
        self._on_retry = on_retry
        self._names_model = names_model
        self._thoughts: ui.label | None = None
        self._footer: ui.element | None = None
        self._footer_shows: object = None
        self._box = message("assistant", answer.state).classes("nicewen-answer")
        with self._box:
            self._text = StreamingMarkdown(answer.document, live=not answer.has_ended)
        self._name_model()
        self._show_thoughts()
        self._show_footer(is_last=True)

    @property
    def shows_the_end(self) -> bool:
        """Whether nothing about it will change, but for Retry when another answer follows."""
        return self._box.props["data-state"] in ENDED

    def show(self, *, is_last: bool) -> bool:
        """Show what has changed; Retry stands only under the last answer.

        Returns whether another look is needed: NiceGUI sends properties before method calls, so the end is told only
        after the last words have gone out.
        """
        if self._text.show_changes() and self.answer.has_ended:
            return True
        if self._box.props["data-state"] != self.answer.state:
            self._box.props["data-state"] = self.answer.state
            self._name_model()
            self._show_thoughts()
        self._show_footer(is_last=is_last)
        return False

    @property
    def shown(self) -> tuple[str, int]:
        """Return the state and the version of the text that the browser should show by now."""
        return self._box.props["data-state"], self._text.shown_version

    def send_again(self) -> None:
        """Send all but the text once more."""
        for element in self._box.descendants(include_self=True):
            if element is not self._text:
                element.update()

    def send_text_again(self) -> None:
        """Send the whole text once more."""
        self._text.send_all()

    def delete(self) -> None:
        """Remove the answer from the page."""
        self._box.delete()

    def _name_model(self) -> None:
        if self._names_model and self.answer.model:
            self._box.props["data-model"] = self.answer.model

    def _show_thoughts(self) -> None:
        """Fold the model's reasoning away above the answer, once it has begun to write, and whole at the end."""
        answer = self.answer
        if not answer.thinking_parts or answer.state in {"waiting", "thinking"}:
            return
        if self._thoughts is None:
            with self._box, ui.element("details").classes("nicewen-details").props("data-testid=thinking") as folded:
                with ui.element("summary"):
                    seconds = (answer.first_text_at or answer.ended_at) - answer.first_thinking_at
                    ui.label(self._words("thought-for", seconds=max(1, round(seconds))))
                self._thoughts = ui.label().classes("nicewen-thoughts")
            folded.move(target_index=0)
        self._thoughts.set_text(answer.thinking)

    def _show_footer(self, *, is_last: bool) -> None:
        answer = self.answer
        shows = (answer.state, answer.retry, answer.finish_reason, is_last)
        if shows == self._footer_shows:
            return
        self._footer_shows = shows
        if self._footer is not None:
            self._footer.delete()
            self._footer = None
        with self._box:
            self._footer = self._build_footer(is_last=is_last)

    def _build_footer(self, *, is_last: bool) -> ui.element | None:
        answer, words = self.answer, self._words
        if answer.error:
            return error_box(answer.error, words, on_retry=partial(self._on_retry, answer.id) if is_last else None)
        if answer.retry:
            key = RETRY_WORDS.get(answer.retry.error.key, "retry-other")
            return status_line(words(key, seconds=answer.retry.seconds), dots=True)
        if answer.state == "waiting":
            return status_line(words("state-waiting"), dots=True, hidden_text=True)
        if answer.state == "thinking":
            return status_line(words("state-thinking"), dots=True).props("data-testid=thinking")
        note = "length" if (answer.state, answer.finish_reason) == ("done", "length") else answer.state
        return status_line(words(f"state-{note}")) if note in {"stopped", "interrupted", "length"} else None


def message(role: str, state: str) -> ui.element:
    """Return the box of one message, with the handles that people's own tests rely on."""
    box = ui.element("article").classes("nicewen-message")
    box.props(f"data-testid=message data-role={role} data-state={state}")
    return box


def status_line(text: str, *, dots: bool = False, hidden_text: bool = False) -> ui.element:
    """Return one quiet line; with three still dots while something is awaited."""
    with ui.element("div").classes("nicewen-status") as line:
        if dots:
            ui.element("span").classes("nicewen-dots").props("aria-hidden=true")
        ui.label(text).classes("nicewen-sr-only" if hidden_text else "")
    return line


def error_box(error: AnswerError, words: Words, *, on_retry: Callable[[], None] | None) -> ui.element:
    """Return one sentence, one button, and the service's own facts folded away."""
    with ui.element("div").classes("nicewen-error").props("data-testid=error role=alert") as box:
        ui.label(error.sentence(words.language))
        if on_retry:
            quiet_button(words("retry"), on_retry).props("data-testid=regenerate")
        facts = [fact for fact in _facts(error, words) if fact]
        if facts:
            with ui.element("details").classes("nicewen-details"):
                with ui.element("summary"):
                    ui.label(words("details"))
                for fact in facts:
                    ui.label(fact)
    return box


def quiet_button(text: str, on_click: Callable[[], None]) -> ui.element:
    """Return a button that does not shout."""
    button = ui.element("button").classes("nicewen-button").props("type=button").on("click", on_click)
    with button:
        ui.label(text)
    return button


def _facts(error: AnswerError, words: Words) -> tuple[str, ...]:
    return (
        error.said,
        words("detail-code", code=error.code) if error.code else "",
        words("detail-status", status=str(error.status)) if error.status else "",
        words("detail-request", request=error.request_id) if error.request_id else "",
    )
