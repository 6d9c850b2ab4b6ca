"""The box of one message, with all that is drawn around its words."""

from functools import cache

from nicegui import ui

from nicewen.components.lightness import lighten
from nicewen.services.conversation import Answer
from nicewen.services.language import Words

ACTIONS = {
    "copy": "copy",
    "copied": "copied",
    "notCopied": "not-copied",
    "regenerate": "ask-again",
    "continue": "continue",
    "edit": "edit-question",
    "delete": "delete-message",
    "undo-turn": "undo-turn",
    "branch-previous": "branch-previous",
    "branch-next": "branch-next",
    "branch": "branch-place",
    "send": "send",
    "cancel": "cancel",
    "diagram": "diagram",
    "source": "show-source",
    "image": "load-image",
    "noImage": "image-not-loaded",
}
"""What the browser's half says, and the keys of its sentences."""


class Message(ui.element, component="message.js"):
    """One message; it carries the handles that people's own tests rely on, and is one element of the page."""

    def __init__(self, role: str, state: str) -> None:
        super().__init__()
        lighten(self)
        self.show(data_testid="message", data_role=role, data_state=state)

    @property
    def source(self) -> str:
        """Return what is copied."""
        raise NotImplementedError

    def show(self, **facts: object) -> None:
        """Show these; nothing is sent where nothing changes, nor what is empty or false.

        A tuple costs nothing more; NiceGUI watches each list in a property, at a kilobyte apiece.
        """
        for name, fact in facts.items():
            key = _key_of(name)
            if fact and self._props.get(key) != fact:
                self._props[key] = fact
            elif not fact and key in self._props:
                del self._props[key]


class AnswerBox(Message, default_classes="nicewen-answer"):
    """The box of an answer, around its words."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("assistant", answer.state)
        self._answer = answer

    @property
    def source(self) -> str:
        """Return the answer's Markdown."""
        return self._answer.text


@cache
def _key_of(name: str) -> str:
    """Return a property's name; all messages hold the same text of it."""
    return name.replace("_", "-")


def action_words(words: Words) -> dict[str, str]:
    """Return what the actions of all messages are called, and what is said when they are done."""
    return {name: words(key) for name, key in ACTIONS.items()}
