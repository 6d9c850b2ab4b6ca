"""One answer in an element of the host's own."""

from nicegui import ui

from nicewen.components.look import add_look
from nicewen.components.view import View
from nicewen.components.wishes import Wishes
from nicewen.services import Asked
from nicewen.services.language import Words, language_of, preferred_language, words_of


class AnswerView(ui.element):
    """Shows an answer as it grows, without its question; as high as its words."""

    def __init__(self, asked: Asked, words: Words) -> None:
        super().__init__("section")
        self.asked = asked
        add_look()
        self.classes("nicewen nicewen-panel nicewen-said").props(f"lang={words.tag} data-testid=said")
        with self:
            self._view = View(words, _no_wishes(), may_unmount=True, on_show=lambda _: None)
        self._view.show(asked.conversation)
        self._view.follow(asked.conversation)

    def _handle_delete(self) -> None:
        self._view.close()
        super()._handle_delete()


def stream_into(element: ui.element, question: Asked, *, language: str | None = None) -> AnswerView:
    """Show the answer to a question in an element, instead of what stood there; it grows as it comes.

    The question is one that was put: `stream_into(card, assistant.ask("Explain this chart"))`. What is shown is the
    newest answer of its conversation, so it should have one of its own. Notes around it are in `language`, or in the
    page's.

    Raises:
        TypeError: `element` is no element, or `question` was not put.
        ValueError: There are no words in `language`.
    """
    if not isinstance(element, ui.element):
        raise TypeError(f"stream_into() takes an element, such as a ui.card(), not {element!r}")
    if not isinstance(question, Asked):
        raise TypeError(f"stream_into() takes what assistant.ask(…) returns, not {question!r}")
    chosen = language_of(language) if language else preferred_language(element.client.page.resolve_language() or "")
    element.clear()
    with element:
        return AnswerView(question, words_of(chosen))


def _no_wishes() -> Wishes:
    def nothing(*_: object) -> None:
        """Offer nothing that could be wished for: the buttons are not shown."""

    return Wishes(nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing)
