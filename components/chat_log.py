"""The column of questions and answers of one conversation."""

import time
from collections.abc import Sequence
from functools import partial

from nicegui import events, ui

from nicewen.components.bubbles import AnswerBubble, QuestionBubble, waiting_bubble
from nicewen.components.composer import QUESTION_LIMIT
from nicewen.components.doubt import Doubt
from nicewen.components.message import Message, action_words
from nicewen.components.wishes import Wishes
from nicewen.services.conversation import Answer, Conversation, Exchange
from nicewen.services.language import Words
from nicewen.services.markdown import LiveDocument

ALERTS = ("note", "tip", "important", "warning", "caution")
"""Kinds of callouts in an answer; the style sheet writes their names above them."""

TURNS = 20
"""So many turns are built at first, and as many again each time the reader comes near the earliest one."""

SLICE_SECONDS = 0.008
"""How long earlier answers that nobody has seen yet may be rendered at one look."""


class ChatLog(ui.element, component="chat_log.js"):
    """Shows a conversation; `show` brings it up to date and touches only what has changed."""

    def __init__(self, words: Words, wishes: Wishes, *, at: str = "") -> None:
        """Show nothing yet; `at` is the id of the message that is shown first, where it is there."""
        super().__init__()
        self._words = words
        self._wishes = wishes
        self._at = at  # until it is built
        self._structure = -1  # of the conversation, when its path was last looked at
        self._path: list[tuple[Exchange, Answer]] = []
        self._begins = True  # with the newest turns
        self._first = 0  # so many turns stand before those that are built; no other count includes them
        self._wanted = 0  # so many are not wanted yet
        self._questions: list[QuestionBubble] = []
        self._answers: list[AnswerBubble] = []
        self._settled = 0  # so many answers from the first need no look any more
        self._queued: dict[str, ui.element] = {}
        self._ended = 0  # so many answers were shown to their end
        self._sure = 0  # so many answers from the first are whole in the page, which has said so
        self._was_much = False  # in the last update: many earlier turns
        self.doubt = Doubt(self, self._shown, on_sure=self._note_sure, on_doubt=self._send_all_again)
        self.on("source", self._send_source)
        wishes.listen_to(self, self._message_ids)
        self.on("earlier", self._want_earlier)
        self._props["words"] = {
            "log": words("log-label"),
            "earlier": words("earlier-messages"),
            "jump": words("jump-to-latest"),
            "limit": QUESTION_LIMIT,
            **action_words(words),
        }
        with self:
            self._turns = ui.element("div").classes("nicewen-turns")  # another turn sends its children, not our words
        self.style("; ".join(f'--nw-alert-{kind}: "{words(f"alert-{kind}")}"' for kind in ALERTS))

    def show(self, conversation: Conversation) -> bool:
        """Add new exchanges, and update those not yet shown to their end; return whether another look is needed."""
        with self._turns:
            self._show_begun(conversation)
            self._show_queued(conversation)
            is_complete = self._show_earlier(conversation)
            self._go_to_message(conversation)
        last = len(self._answers) - 1
        open_answers = list(enumerate(self._answers))[self._settled :]
        unfinished = [bubble.show(is_last=position == last) for position, bubble in open_answers]
        while self._settled < last and self._answers[self._settled].shows_the_end:
            self._settled += 1
        ended = self._settled + sum(bubble.shows_the_end for bubble in self._answers[self._settled :])
        if ended > self._ended and self.client.has_socket_connection:
            self.doubt.ask()
        self._ended = ended
        return any(unfinished) or not is_complete

    def show_silence(self) -> None:
        """Say of an answer for which nothing comes how long that has been so."""
        for bubble in self._answers[self._settled :]:
            bubble.show_silence()

    def go_to_end(self) -> None:
        """Bring the reader to the end, and follow it from now on."""
        self.run_method("toEnd")

    def beat(self, *, busy: bool) -> None:
        """Say that this connection lives, and whether an answer is being written."""
        self.run_method("beat", busy)

    def refresh(self) -> None:
        """Send the last answer's state, errors and buttons once more, and have the rest checked."""
        self.update()
        self._turns.update()
        if self._answers:
            self._answers[-1].send_again()
            self.doubt.ask()

    def _shown(self) -> tuple[object, ...]:
        """Return what the page should show: how many wait, how many answers it is sure of, and the others."""
        return len(self._queued), self._sure, [bubble.shown for bubble in self._answers[self._sure :]]

    def _note_sure(self) -> None:
        self._sure = self._settled
        if self._was_much:
            self._was_much = False
            self.update()  # NiceGUI's outbox holds on to its last update until the next one: this one is small

    def _send_all_again(self) -> None:
        for element in list(self.descendants(include_self=True)):
            element.update()
        for bubble in self._answers:
            bubble.send_text_again()

    def _send_source(self, event: events.GenericEventArguments) -> None:
        """Send a message's words as they were written, to be copied."""
        for message in self._turns.default_slot.children:
            if isinstance(message, Message) and message.html_id == event.args:
                self.run_method("take", message.html_id, message.source)

    def _message_ids(self) -> dict[str, str]:
        """Return the ids of the messages that are built, by the id of their element."""
        questions = {bubble.html_id: bubble.exchange.id for bubble in self._questions}
        return questions | {bubble.element_id: bubble.answer.id for bubble in self._answers}

    def go_to_branch(self, message_id: str, step: int) -> None:
        """Keep the focus on the switch of branches, which is a new one by now."""
        for element_id, shown in self._message_ids().items():
            if shown == message_id:
                self.run_method("toBranch", element_id, step)

    def _want_earlier(self, event: events.GenericEventArguments) -> None:
        """Have more turns built; the browser names how many it misses, since it may ask more than once."""
        if event.args == self._first and self._first:
            self._wanted = min(self._wanted, max(0, self._first - TURNS))
            self._wishes.earlier()

    def _show_begun(self, conversation: Conversation) -> None:
        path = conversation.exchanges
        has_changed = self._structure != conversation.structure
        if has_changed:
            self._leave_branch(path)
        if self._begins and path:
            self._begins = False
            self._first, self._wanted = len(path) - 1, max(0, len(path) - TURNS)
            if (sought := _position_of(self._at, path)) is not None:
                self._wanted = min(self._wanted, sought)
            else:
                self._at = ""
        elif self._answers and not self._answers[-1].shows_answer(path[self._built - 1].answer):
            self._keep(len(self._answers) - 1)  # it goes on, and is shown anew in its place
        for exchange in path[self._built :]:
            if exchange.id in self._queued:
                self._queued.pop(exchange.id).delete()
            if len(self._questions) == len(self._answers):
                self._questions.append(QuestionBubble(exchange, self._words))
            self._add_answer(conversation)
        if has_changed:
            self._structure, self._path = conversation.structure, [(one, one.answer) for one in path]
            self._show_places(conversation)

    def _leave_branch(self, path: list[Exchange]) -> None:
        """Remove what is not on the path any more."""
        both = enumerate(zip(self._path, path, strict=False))
        is_other = (place for place, ((was, answer), one) in both if (was, answer) != (one, one.answer))
        same = next(is_other, min(len(self._path), len(path)))
        if same == len(self._path):
            return
        if same < self._first or len(path) - same > 2 * TURNS:
            self._keep(0)
            self._drop_question()
            self._first, self._wanted, self._begins = 0, 0, True
            return
        self._keep(same - self._first)
        if same == len(path) or self._questions[-1].exchange is not path[same]:
            self._drop_question()

    def _keep(self, count: int) -> None:
        """Remove the answers below the first few, and the questions but for the one that stands next."""
        for answer in self._answers[count:]:
            answer.delete()
        for question in self._questions[count + 1 :]:
            question.delete()
        del self._answers[count:], self._questions[count + 1 :]
        self._ended = min(self._ended, count)
        self._sure = min(self._sure, count)
        self._settled = min(self._settled, max(0, count - 1))

    def _drop_question(self) -> None:
        if len(self._questions) > len(self._answers):
            self._questions.pop().delete()

    def _show_places(self, conversation: Conversation) -> None:
        for position, question in enumerate(self._questions, self._first):
            self._show_place(conversation, question, position)

    def _show_place(self, conversation: Conversation, question: QuestionBubble, position: int) -> None:
        is_last = position == len(conversation.exchanges) - 1
        question.show_place(conversation.siblings(position), is_last=is_last)

    @property
    def _built(self) -> int:
        """Return the number of the first turn below those that are built."""
        return self._first + len(self._answers)

    def _add_answer(self, conversation: Conversation) -> None:
        self._answers.append(self._answer_bubble(conversation, self._built))
        for queued in self._queued.values():  # those that wait stay below
            queued.move(self._turns)

    def _answer_bubble(self, conversation: Conversation, position: int) -> AnswerBubble:
        exchange = conversation.exchanges[position]
        names_model = position == 0 or conversation.exchanges[position - 1].answer.model != exchange.answer.model
        return AnswerBubble(exchange, self._words, names_model=names_model, on_retry=self._wishes.retry)

    def _show_earlier(self, conversation: Conversation) -> bool:
        """Put the wanted earlier turns above, all at once, when their answers are rendered; return whether they are.

        A page that is just being built begins with those that are rendered in time.
        """
        first, until = self._first, time.perf_counter() + SLICE_SECONDS
        while first > self._wanted and _is_rendered(conversation.exchanges[first - 1].answer.document, until):
            first -= 1
        if first < self._first and (first == self._wanted or "earlier" not in self._props):
            self._add_above(conversation, first)
        if self._props.get("earlier") != self._first:
            self._props["earlier"] = self._first
        return self._first == self._wanted

    def _go_to_message(self, conversation: Conversation) -> None:
        """Bring the page to the message that it is to show first, once that is built."""
        position = _position_of(self._at, conversation.exchanges) if self._at else None
        if position is None or position < self._first:
            return
        is_question = conversation.exchanges[position].id == self._at
        bubble = self._answers[position - self._first]
        box = self._turns.default_slot.children[2 * (position - self._first)]
        self._props["at"] = box.html_id if is_question else bubble.element_id
        self._at = ""

    def _add_above(self, conversation: Conversation, first: int) -> None:
        below, questions, bubbles = len(self._turns.default_slot.children), [], []
        for position in range(first, self._first):
            questions.append(QuestionBubble(conversation.exchanges[position], self._words))
            self._show_place(conversation, questions[-1], position)
            bubbles.append(self._answer_bubble(conversation, position))
            bubbles[-1].show(is_last=False)
        for place, message in enumerate(self._turns.default_slot.children[below:]):
            message.move(self._turns, place)
        self._questions[:0], self._answers[:0] = questions, bubbles
        self._first, self._settled, self._sure = first, self._settled + len(bubbles), 0
        self._was_much = True

    def _show_queued(self, conversation: Conversation) -> None:
        waiting = {exchange.id: exchange for exchange in conversation.queued}
        for question_id in [known for known in self._queued if known not in waiting]:
            self._queued.pop(question_id).delete()
        for question_id, exchange in waiting.items():
            if question_id not in self._queued:
                self._queued[question_id] = waiting_bubble(
                    exchange, self._words, on_withdraw=partial(self._wishes.withdraw, question_id)
                )


def _position_of(message_id: str, exchanges: Sequence[Exchange]) -> int | None:
    """Return which exchange holds a question or an answer."""
    for position, exchange in enumerate(exchanges):
        if message_id in {exchange.id, *(answer.id for answer in exchange.answers)}:
            return position
    return None


def _is_rendered(document: LiveDocument, until: float) -> bool:
    """Render a document that nobody has seen yet, until then; return whether all of it is rendered."""
    while not document.is_rendered and time.perf_counter() < until:
        document.refresh()
    return document.is_rendered
