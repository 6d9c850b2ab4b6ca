"""One line in the log for each question and each answer's end; what was asked only where that is switched on."""

import logging

from nicewen.services.conversation import Answer
from nicewen.services.errors import AnswerError
from nicewen.services.events import Usage

log = logging.getLogger(__name__)


class Journal:
    """An observer that writes, at INFO."""

    def __init__(self, *, with_questions: bool) -> None:
        self._with_questions = with_questions

    def asked(self, question: str, answer_id: str) -> None:
        """See `Observer`."""
        said = f": {question}" if self._with_questions else f" of {len(question)} characters"
        log.info("a question%s", said, extra={"request_id": answer_id})

    def failed(self, error: AnswerError) -> None:
        """See `Observer`; the service's own words may repeat the question."""
        facts = {"code": error.code, "status": error.status, "service_request_id": error.request_id}
        said = f", {error.said}" if self._with_questions and error.said else ""
        log.info("no answer: %s (%s, HTTP %s)%s", error.key, error.code or "no code", error.status, said, extra=facts)

    def ended(self, answer: Answer, usage: Usage, first_token_seconds: float | None) -> None:
        """See `Observer`."""
        log.info(
            "an answer of %s ended: %s",
            answer.model or answer.provider,
            answer.state,
            extra={
                "request_id": answer.id,
                "service_request_id": answer.request_id,
                "state": answer.state,
                "model": answer.model,
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                "first_token_seconds": None if first_token_seconds is None else round(first_token_seconds, 3),
            },
        )
