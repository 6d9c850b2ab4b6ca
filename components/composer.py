"""The field in which a question is written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import events, ui

from nicewen.components.place import Place
from nicewen.services.language import Words
from nicewen.services.material import Material

QUESTION_LIMIT = 200_000
"""Characters; a message from the browser may hold about 1 MB, and a Chinese character is three bytes."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What a person sent; `id` was made by the browser and stays the same when it is sent again.

    `is_with_material` unless the person took away what the host has sent with it.
    """

    id: str
    text: str
    is_with_material: bool = False


class Composer(ui.element, component="composer.js"):
    """Send and Stop around a text field; the draft lives in the browser until the question is accepted."""

    def __init__(
        self,
        words: Words,
        place: Place,
        *,
        on_ask: Callable[[NewQuestion], Awaitable[None]],
        on_stop: Callable[[], None],
        on_look: Callable[[], Awaitable[None]],
    ) -> None:
        """Stand in a place; `on_ask` may be told of a question more than once, with the same id.

        `on_look` is told when a person wants to see what is sent with the next question.
        """
        super().__init__()
        self._words = words
        self._props["page"] = place.is_page
        self._props["draft"] = place.draft
        self._props["focus"] = place.takes_focus
        self._on_ask = on_ask
        self._props["busy"] = False
        self._props["limit"] = QUESTION_LIMIT
        self._props["words"] = {
            "placeholder": words("composer-placeholder"),
            "send": words("send"),
            "stop": words("stop"),
            "tooLong": words("composer-too-long", limit=QUESTION_LIMIT),
        }
        if place.context is not None:
            self._props["context"] = {key: words(f"material-{key}") for key in ("chip", "hint", "remove", "add")}
            self.on("look", on_look)
        self.on("ask", self._handle_ask)
        self.on("stop", on_stop)

    def set_busy(self, busy: bool) -> None:
        """Offer Stop while an answer is being written."""
        if self._props["busy"] != busy:
            with self.props.suspend_updates():
                self._props["busy"] = busy
            self.run_method("setBusy", busy)  # a tenth of what a changed property sends

    def accept(self, question_id: str, path: str) -> None:
        """Clear the field: the question is in safe hands, at this address if the page is to have another."""
        self.run_method("accepted", question_id, path)

    def refuse(self, sentence: str) -> None:
        """Say why nothing is asked just now; a question that was sent stays in the field."""
        self.run_method("refused", sentence)

    def put(self, text: str) -> None:
        """Put text back into the field, before what stands there."""
        self.run_method("put", text)

    def put_or_ask(self, text: str) -> None:
        """Ask this; where somebody has begun to write, put it before that instead."""
        self.run_method("put", text, True)

    def show_material(self, material: Material | None, *, missing: str, may_change: bool) -> None:
        """Show what would be sent with a question, or the sentence why nothing would be.

        The browser asks again as long as somebody looks, if it `may_change`.
        """
        label = material_label(material, self._words) if material else self._words(missing)
        self.run_method("showMaterial", label, material.text if material else "", may_change)

    async def _handle_ask(self, event: events.GenericEventArguments) -> None:
        if question := question_of(event.args):
            await self._on_ask(question)


def question_of(sent: object) -> NewQuestion | None:
    """Return the question that a browser has sent, if it is one."""
    match sent:
        case {"id": str(question_id), "text": str(text), **rest} if text.strip() and len(text) <= QUESTION_LIMIT:
            return NewQuestion(question_id[:64], text.strip(), is_with_material=rest.get("context") is True)
    return None


def material_label(material: Material, words: Words) -> str:
    """Return what was or would be sent with a question, and how much of it."""
    whole = "-whole" if material.shown == material.of and material.kind != "fields" else ""
    return words(f"material-{material.kind}{whole}", shown=material.shown, of=material.of)
