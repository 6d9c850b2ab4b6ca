"""Who is told what happens to questions and answers, to count it or to write it down."""

from typing import Protocol

from nicewen.services.conversation import Answer
from nicewen.services.errors import AnswerError
from nicewen.services.events import Usage


class Observer(Protocol):
    """Is told on the event loop, and returns at once."""

    def asked(self, question: str, answer_id: str) -> None:
        """Note a question that a person has put; its answer will bear this id."""

    def failed(self, error: AnswerError) -> None:
        """Note one attempt to get an answer that failed, whether or not it is made again."""

    def ended(self, answer: Answer, usage: Usage, first_token_seconds: float | None) -> None:
        """Note an answer's end.

        `usage` and the seconds to the first token are of this run alone, where an answer went on; None where no token
        came.
        """


class Observers(list[Observer]):
    """Those who are told, one after the other."""

    def asked(self, question: str, answer_id: str) -> None:
        """See `Observer`."""
        for observer in self:
            observer.asked(question, answer_id)

    def failed(self, error: AnswerError) -> None:
        """See `Observer`."""
        for observer in self:
            observer.failed(error)

    def ended(self, answer: Answer, usage: Usage, first_token_seconds: float | None) -> None:
        """See `Observer`."""
        for observer in self:
            observer.ended(answer, usage, first_token_seconds)
