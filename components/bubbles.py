"""One question and one answer, as people see them."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from nicewen.components.composer import material_label
from nicewen.components.downloads import raw_events_path
from nicewen.components.error_box import error_box
from nicewen.components.message import AnswerBox, Message
from nicewen.components.note import note_of
from nicewen.components.quiet_button import quiet_button
from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.components.thoughts import Thoughts
from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import ENDED, Answer, Exchange
from nicewen.services.language import Words


class QuestionBubble(Message, default_classes="nicewen-question"):
    """A question, at the right, tinted."""

    def __init__(self, exchange: Exchange, words: Words, *, state: str = "done") -> None:
        super().__init__("user", state)
        self.exchange = exchange
        given = material_label(exchange.material, words) if exchange.material else ""
        self.show(label=words("question"), text=exchange.question, given=given)

    @property
    def source(self) -> str:
        """Return the question as it was asked."""
        return self.exchange.question

    def show_place(self, siblings: Alternatives[Exchange], *, is_last: bool) -> None:
        """Show how many stand beside it, and what can be done with it; only the last turn can be undone."""
        undo = ("undo-turn",) if is_last else ()
        self.show(branch=_place(siblings), actions=(*undo, "edit", "copy", "delete"))


def waiting_bubble(exchange: Exchange, words: Words, *, on_withdraw: Callable[[], None]) -> ui.element:
    """Show a question that waits for its turn and can be taken back."""
    bubble = QuestionBubble(exchange, words, state="waiting").classes("nicewen-queued")
    with bubble, ui.element("div").classes("nicewen-status"):
        ui.label(words("waits-its-turn"))
        quiet_button(words("withdraw"), on_withdraw).props("data-testid=withdraw")
    return bubble


def _place(siblings: Alternatives[Any]) -> tuple[int, ...]:
    """Return which of how many is shown, where there are several."""
    return (siblings.place + 1, len(siblings)) if len(siblings) > 1 else ()


class AnswerBubble:
    """An answer with its state; `show` brings it up to date and touches only what has changed."""

    __slots__ = (
        "_box", "_document", "_error", "_error_shows", "_names_model", "_noted", "_on_retry", "_siblings", "_text",
        "_thoughts", "_was_put_off", "_words", "answer",
    )  # fmt: skip

    def __init__(self, exchange: Exchange, words: Words, *, names_model: bool, on_retry: Callable[[str], None]) -> None:
        self.answer = answer = exchange.answer
        self._siblings = exchange.answers
        self._document = answer.document
        self._words = words
        self._on_retry = on_retry
        self._names_model = names_model
        self._thoughts: Thoughts | None = None
        self._error: ui.element | None = None
        self._error_shows: object = None
        self._was_put_off = False
        self._noted = ""
        self._box = AnswerBox(answer)
        self._box.show(heading=words("answer"))  # screen readers go from answer to answer
        with self._box:
            self._text = StreamingMarkdown(answer.document, live=not answer.has_ended)
        self._show_state(is_last=True)

    @property
    def element_id(self) -> str:
        """Return the id by which the browser knows it."""
        return self._box.html_id

    def shows_answer(self, answer: Answer) -> bool:
        """Whether this is an answer as it stands, and not another, or what it was before it went on."""
        return answer is self.answer and answer.document is self._document

    @property
    def shows_the_end(self) -> bool:
        """Whether nothing about it will change, but for what only the last answer offers when another follows."""
        return self._box.props["data-state"] in ENDED

    def show(self, *, is_last: bool) -> bool:
        """Show what has changed; only the last answer can go on.

        Returns whether another look is needed: NiceGUI sends properties before method calls, so a new state is told
        only after the words that came with it have gone out.
        """
        is_new = self._box.props["data-state"] != self.answer.state
        if self._text.show_changes() and is_new and (self.answer.has_ended or not self._was_put_off):
            self._was_put_off = True
            return True
        self._show_state(is_last=is_last)
        return self.answer.document.is_behind

    def show_silence(self) -> None:
        """Say how long nothing has come, where it has been long."""
        self._show_note()

    @property
    def shown(self) -> tuple[str, int, int]:
        """Return the state and the versions of text and reasoning that the browser should show by now."""
        thoughts = self._thoughts.shown_version if self._thoughts else 0
        return self._box.props["data-state"], self._text.shown_version, thoughts

    def send_again(self) -> None:
        """Send all but the text once more."""
        for element in self._box.descendants(include_self=True):
            if element is not self._text:
                element.update()
        if self._thoughts:
            self._thoughts.send_all()

    def send_text_again(self) -> None:
        """Send the whole text once more."""
        self._text.send_all()
        if self._thoughts:
            self._thoughts.send_all()

    def delete(self) -> None:
        """Remove the answer from the page."""
        self._box.delete()

    def _show_state(self, *, is_last: bool) -> None:
        answer = self.answer
        offered = {
            "continue": is_last and answer.ended_early,
            "copy": answer.parts,
            "delete": True,
            "regenerate": not answer.error,  # last, since it is hidden while an answer is written
        }
        self._box.show(
            branch=_place(self._siblings),
            data_state=answer.state,
            aria_busy="false" if answer.has_ended else "true",
            actions=tuple(action for action, is_offered in offered.items() if is_offered and answer.has_ended),
        )
        if self._names_model and answer.model:
            self._box.show(data_model=answer.model)
        self._show_what_was_sent()
        self._show_thoughts()
        self._show_sources()
        self._show_note()
        self._show_error()

    def _show_thoughts(self) -> None:
        """Show the model's reasoning above the answer, and how long it has taken."""
        answer = self.answer
        if not answer.thinking_parts:
            return
        if self._thoughts is None:
            with self._box:
                self._thoughts = Thoughts(answer.thinking_parts)
            self._thoughts.move(self._box, 0)
        self._thoughts.show_growth()
        is_thinking = answer.state == "thinking"
        until = time.time() if is_thinking else answer.first_text_at or answer.ended_at
        key, least = ("state-thinking", 0) if is_thinking else ("thought-for", 1)
        seconds = max(least, round(until - answer.first_thinking_at))
        self._thoughts.show_label(self._words(key, seconds=seconds), counts=is_thinking)

    def _show_sources(self) -> None:
        if self.answer.sources and self.answer.has_ended:
            sources = tuple((one.index, one.title, one.url, one.site_name) for one in self.answer.sources)
            self._box.show(sources=sources, sources_label=self._words("sources"))

    def _show_note(self) -> None:
        """Say in one quiet line what is awaited, or how it ended; the seconds of a long wait count in the browser."""
        note = note_of(self.answer, time.time())
        if note.since and note.key == self._noted:
            return
        self._noted = note.key
        self._box.show(
            note=self._words(note.key, seconds=note.seconds) if note.key else "",
            dots=bool(note.key) and not self.answer.has_ended,
            hush=note.key == "state-waiting",
            counts=note.since > 0,
        )

    def _show_what_was_sent(self) -> None:
        """Say how much of the conversation the model did not get to read."""
        if self.answer.sent:
            count, of = self.answer.sent
            self._box.show(sent=self._words("turns-sent", count=count, all=of))

    def _show_error(self) -> None:
        if self.answer.error and self.answer.error is not self._error_shows:
            if self._error is not None:
                self._error.delete()
            with self._box:
                retry = partial(self._on_retry, self.answer.id)
                sent = raw_events_path(self.answer.id) if self.answer.has_raw_events else ""
                self._error = error_box(
                    self.answer.error, self._words, answer_id=self.answer.id, on_retry=retry, sent=sent
                )
            self._error_shows = self.answer.error
