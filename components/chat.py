"""The chat: log, composer, and what a reader does with them."""

import asyncio
import logging
from collections.abc import Callable

from nicegui import ui

from nicewen.components.composer import Composer, NewQuestion
from nicewen.components.empty_state import empty_state
from nicewen.components.model_line import ModelLine
from nicewen.components.place import OWN_PAGE, Place
from nicewen.components.temporary_note import temporary_beginning, temporary_line
from nicewen.components.trouble_line import TroubleLine
from nicewen.components.undo_line import UndoLine
from nicewen.components.view import View
from nicewen.components.wishes import Wishes
from nicewen.services import Asked, Assistant
from nicewen.services.conversation import Conversation
from nicewen.services.errors import StoreError
from nicewen.services.language import Words
from nicewen.services.material import Material, read_material

READING_SECONDS = 3.0
"""How long a host's function may take to tell what is shown; after 5 s the browser sends a question again."""

UNREADABLE = "material-unreadable"
"""What is said where `context=` fails; it is not tried again before somebody wants to look again."""

log = logging.getLogger(__name__)


class Chat:
    """One view of a conversation. It owns no answer: closing it stops nothing, and a second view shows the same."""

    def __init__(
        self,
        assistant: Assistant,
        words: Words,
        conversation: Conversation | None,
        *,
        at: str = "",
        temporary: bool = False,
        place: Place = OWN_PAGE,
        on_show: Callable[[Conversation], None] = lambda _: None,
    ) -> None:
        """Show a conversation, or the beginning of one; `on_show` is told when the page is up to date.

        `at` is the id of the message to show first, instead of the end; `temporary`: what begins here is kept nowhere.
        """
        self._assistant = assistant
        self._words = words
        self._place = place
        self._is_temporary = temporary
        self._conversation = conversation
        self._on_show = on_show
        self._empty: ui.element | None = None
        self._box = ui.context.slot.parent
        self._asking: set[str] = set()  # ids of questions on their way to the assistant
        self._host_asks = asyncio.Lock()
        self._is_closed = False
        self._line = temporary_line(words) if temporary else None
        self._view = View(
            words,
            self._wishes(),
            at=at,
            may_unmount=not place.is_page,
            on_show=self._show_rest,
            on_again=self._send_composer_again,
        )
        with ui.element("div").classes("nicewen-foot"):
            self._undo = UndoLine(words, on_undo=assistant.undelete)
            self._trouble = TroubleLine(words)
            self._composer = Composer(words, place, on_ask=self._ask, on_stop=self._stop, on_look=self._look)
            ModelLine(assistant, words, gives_advice=place.is_page)
        if conversation is None:
            self._show_empty(is_empty=True)
        else:
            self._view.show(conversation)
            self._follow(conversation)
        if place.is_page:
            ui.context.client.on_delete(self.close)

    def close(self) -> None:
        """Follow no longer: the page, or this part of it, is gone."""
        self._is_closed = True
        self._view.close()
        self._undo.forget()
        if self._conversation is not None:
            self._assistant.temporary.leave(self._conversation)

    async def ask(self, question: str) -> None:
        """Ask for a host, as if a person had written it."""
        async with self._host_asks:  # in their order, however long each reading takes
            material, _ = await self._material()
            self._put(question, material=material)

    def _wishes(self) -> Wishes:
        return Wishes(
            retry=self._retry,
            go_on=self._continue,
            withdraw=self._withdraw,
            choose=self._choose,
            edit=self._edit,
            delete=self._delete,
            undo_turn=self._undo_turn,
            earlier=self._look_again,
        )

    async def _ask(self, question: NewQuestion) -> None:
        if question.id in self._asking:
            return  # sent twice within a moment
        self._asking.add(question.id)
        try:
            await self._ask_once(question)
        except StoreError as error:
            log.warning("a question could not be asked: %s", error)
            self._composer.refuse(error.sentence(self._words.language))
        finally:
            self._asking.discard(question.id)

    async def _ask_once(self, question: NewQuestion) -> None:
        there = await self._assistant.asked(question.id, user=self._place.user)
        if there is None:
            if self._is_refused():
                return
            material, _ = await self._material() if question.is_with_material else (None, "")
            self._put(question.text, question.id, material=material)
        else:
            self._show_conversation(there)
        path = path_of(self._conversation) if self._conversation and self._place.is_page else ""
        self._composer.accept(question.id, path)

    def _put(self, text: str, question_id: str = "", *, material: Material | None) -> None:
        asked = self._assistant.ask(
            text,
            conversation=self._conversation,
            context=material,
            question_id=question_id,
            user=self._place.user,
            temporary=self._is_temporary,
        )
        self._note(asked)
        self._show_conversation(asked.conversation)

    def _note(self, asked: Asked | None, *, is_question: bool = True) -> None:
        """Have the host told of what was asked here."""
        if asked is not None:
            self._place.hooks.note(asked, self._box, is_question=is_question)

    def _show_conversation(self, conversation: Conversation) -> None:
        if self._is_closed:
            return  # this went while the question was on its way; the answer is kept all the same
        if self._conversation is None:
            self._conversation = conversation
            self._follow(conversation)
        self._view.log.go_to_end()
        self._show_empty(is_empty=False)

    def _is_refused(self) -> bool:
        """Whether nothing new is asked just now; then the page says so, and a question stays in the field."""
        if self._assistant.is_draining:
            self._composer.refuse(self._words("error-draining"))
        return self._assistant.is_draining

    async def _material(self) -> tuple[Material | None, str]:
        """Read what the host shows, and say where there is nothing why; a question is asked without it all the same."""
        try:
            async with asyncio.timeout(READING_SECONDS):
                return await read_material(self._place.context), "material-none"
        except Exception:
            log.exception("context= could not be read; a question is asked without")
            return None, UNREADABLE

    async def _look(self) -> None:
        """Show what would be sent with a question asked now."""
        material, missing = await self._material()
        self._composer.show_material(material, missing=missing, may_change=missing != UNREADABLE)

    def _stop(self) -> None:
        if self._conversation:
            self._assistant.stop(self._conversation)

    def _continue(self, answer_id: str) -> None:
        if self._conversation and not self._is_refused():
            self._note(self._assistant.continue_answer(self._conversation, answer_id), is_question=False)

    def _retry(self, answer_id: str) -> None:
        if self._conversation and not self._is_refused():
            self._note(self._assistant.ask_again(self._conversation, answer_id))

    def _withdraw(self, question_id: str) -> None:
        if self._conversation and (text := self._assistant.withdraw(self._conversation, question_id)):
            self._composer.put(text)

    def _choose(self, message_id: str, step: int) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        path = [one for exchange in conversation.exchanges for one in (exchange, exchange.answer)]
        place = next((place for place, one in enumerate(path) if one.id == message_id), 0)
        if self._assistant.choose(conversation, message_id, step):
            self._view.show(conversation)
            path = [one for exchange in conversation.exchanges for one in (exchange, exchange.answer)]
            self._view.log.go_to_branch(path[place].id, step)

    def _edit(self, question_id: str, question: NewQuestion) -> None:
        if self._conversation and not self._is_refused():
            self._note(self._assistant.edit(self._conversation, question_id, question.text, client_id=question.id))
            self._view.log.go_to_end()

    def _delete(self, message_id: str) -> None:
        if self._conversation and (deleted := self._assistant.delete(self._conversation, message_id)):
            self._undo.offer(deleted)
            if deleted.unasked:
                self._composer.put("\n".join(deleted.unasked))
            else:
                self._undo.focus()

    def _undo_turn(self, question_id: str) -> None:
        if self._conversation and (deleted := self._assistant.undo_turn(self._conversation, question_id)):
            self._undo.offer(deleted)
            self._composer.put(deleted.exchange.question)

    def _look_again(self) -> None:
        if self._conversation:
            self._conversation.pulse.beat()

    def _follow(self, conversation: Conversation) -> None:
        self._assistant.temporary.enter(conversation)
        self._view.follow(conversation)

    def _show_rest(self, conversation: Conversation) -> None:
        """Bring what stands around the messages up to date."""
        self._show_empty(is_empty=not conversation.exchanges and not conversation.waiting)
        self._trouble.show(conversation.trouble)
        self._composer.set_busy(conversation.running is not None)
        self._on_show(conversation)

    def _send_composer_again(self) -> None:
        self._composer.update()

    def _show_empty(self, *, is_empty: bool) -> None:
        """Greet where nothing has been asked yet, or nothing is left."""
        if self._line is not None:
            self._line.set_visibility(not is_empty)
        if is_empty and self._empty is None:
            with self._view.log:
                self._empty = self._beginning()
        elif not is_empty and self._empty is not None:
            self._empty.delete()
            self._empty = None

    def _beginning(self) -> ui.element:
        if self._is_temporary:
            return temporary_beginning(self._words)
        return empty_state(self._words, self._place.starters, on_choose=self._composer.put_or_ask)


def path_of(conversation: Conversation) -> str:
    """Return the address of a conversation's page."""
    return f"/{'temporary' if conversation.is_temporary else 'c'}/{conversation.id}"
