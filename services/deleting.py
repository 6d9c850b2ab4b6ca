"""Taking a message out of a conversation's tree, and putting it back."""

from dataclasses import dataclass

from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import Answer, Conversation, Exchange, below


@dataclass(frozen=True, slots=True, eq=False)
class Deleted:
    """A message with what follows it, and where it stood; `unasked` are questions that waited behind it."""

    conversation: Conversation
    exchange: Exchange
    answer: Answer | None
    place: int
    siblings: Alternatives[Exchange]
    unasked: tuple[str, ...] = ()

    @property
    def message_id(self) -> str:
        """Return the id of the topmost message."""
        return self.answer.id if self.answer else self.exchange.id

    @property
    def shown_id(self) -> str | None:
        """Return the id of the message that has taken its place, if there is one."""
        shown = self.exchange.answers.chosen if self.answer else self.siblings.chosen
        return shown.id if shown else None

    def put_back(self) -> None:
        """Let it stand where it stood, and show it."""
        if self.answer:
            self.exchange.answers.insert(self.place, self.answer)
        else:
            self.siblings.insert(self.place, self.exchange)
        self.conversation.changed()


def taken_out(conversation: Conversation, message_id: str) -> Deleted | None:
    """Take out a message that is shown, with what follows; with its only answer a question goes too."""
    for position, exchange in enumerate(conversation.exchanges):
        siblings = conversation.siblings(position)
        if message_id == exchange.id or (message_id == exchange.answer.id and len(exchange.answers) == 1):
            deleted = Deleted(conversation, exchange, None, siblings.remove(exchange), siblings)
        elif message_id == exchange.answer.id:
            answer = exchange.answer
            deleted = Deleted(conversation, exchange, answer, exchange.answers.remove(answer), siblings)
        else:
            continue
        conversation.changed()
        return deleted
    return None


def taken_back(conversation: Conversation, question_id: str) -> tuple[Exchange, Exchange | None] | None:
    """Take back a question that still waits for its turn; return it and the one that waited behind it.

    None where none of this id, the browser's or ours, waits.
    """
    waiting = conversation.waiting
    for place, exchange in enumerate(waiting):
        if question_id in {exchange.id, exchange.client_id}:
            behind = next((one for one in waiting[place + 1 :] if one.after is exchange.answer), None)
            if behind:
                behind.after = exchange.after
            waiting.remove(exchange)
            conversation.pulse.beat()
            return exchange, behind
    return None


def waiting_behind(conversation: Conversation, answers: set[Answer]) -> list[Exchange]:
    """Return the questions that wait for one of these answers, or for one that waits for them."""
    behind, before = [], set(answers)
    for exchange in conversation.waiting:
        if exchange.after in before:
            before.add(exchange.answer)
            behind.append(exchange)
    return behind


def answers_in(deleted: Deleted) -> set[Answer]:
    """Return all answers that were taken out."""
    first = [deleted.answer] if deleted.answer else list(deleted.exchange.answers)
    later = below(following for answer in first for following in answer.next)
    return {*first, *(answer for exchange in later for answer in exchange.answers)}
