"""What a host wants to be told of."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from inspect import isawaitable
from typing import TypeVar

from nicegui import background_tasks, ui

from nicewen.services import Asked
from nicewen.services.conversation import Answer
from nicewen.services.errors import AnswerError

Told = TypeVar("Told")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of a host's, each plain or async; what they raise is logged and ends nothing.

    `on_question` is told the person's words as they are asked. `on_answer` is told of an answer that has ended (done,
    stopped, or cut: see its `state`), `on_error` of an error that ended one; both also where the page was closed
    meanwhile.
    """

    on_question: Callable[[str], object] | None = None
    on_answer: Callable[[Answer], object] | None = None
    on_error: Callable[[AnswerError], object] | None = None

    def note(self, asked: Asked, panel: ui.element, *, is_question: bool = True) -> None:
        """Tell of a question now, and of its answer's end then.

        Functions run where the panel stands, so that elements they make are the host's, and nowhere once it is gone.
        """
        if self != NO_HOOKS:
            background_tasks.create(self._follow(asked, panel, is_question=is_question), name="a host's hooks")

    async def _follow(self, asked: Asked, panel: ui.element, *, is_question: bool) -> None:
        if is_question:
            await _tell(self.on_question, asked.exchange.question, panel)
        answer = await asked.ended()
        if not answer.has_ended:
            return  # the question was taken back
        if answer.error:
            await _tell(self.on_error, answer.error, panel)
        if answer.state != "failed":
            await _tell(self.on_answer, answer, panel)


async def _tell(handler: Callable[[Told], object] | None, told: Told, panel: ui.element) -> None:
    if handler is None:
        return
    try:
        with nullcontext() if panel.is_deleted or panel.parent_slot is None else panel.parent_slot:
            result = handler(told)
            if isawaitable(result):
                await result
    except Exception:
        log.exception("a host's function failed")


NO_HOOKS = Hooks()
