"""What a reader wants done with messages, from the browser's events to whoever does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nicegui import events, ui

from nicewen.components.composer import NewQuestion, question_of


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who is told what a reader wants, with the ids of messages; `earlier`: there are earlier turns to show."""

    retry: Callable[[str], None]
    go_on: Callable[[str], None]
    withdraw: Callable[[str], None]
    choose: Callable[[str, int], None]
    edit: Callable[[str, NewQuestion], None]
    delete: Callable[[str], None]
    undo_turn: Callable[[str], None]
    earlier: Callable[[], None]

    def listen_to(self, log: ui.element, message_ids: Callable[[], Mapping[str, str]]) -> None:
        """Tell of what is wanted in a log; the browser names messages by elements, whose ids `message_ids` knows."""

        def tell(wish: Callable[[str], None], element_id: object) -> None:
            if message_id := message_ids().get(str(element_id)):
                wish(message_id)

        def choose(event: events.GenericEventArguments) -> None:
            match event.args:
                case [str(element_id), -1 | 1 as step]:
                    tell(lambda message_id: self.choose(message_id, step), element_id)

        def edit(event: events.GenericEventArguments) -> None:
            if question := question_of(event.args):
                tell(lambda message_id: self.edit(message_id, question), event.args.get("message"))

        log.on("again", lambda event: tell(self.retry, event.args))
        log.on("continue", lambda event: tell(self.go_on, event.args))
        log.on("delete", lambda event: tell(self.delete, event.args))
        log.on("undo", lambda event: tell(self.undo_turn, event.args))
        log.on("branch", choose)
        log.on("edit", edit)
