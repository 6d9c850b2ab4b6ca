"""Conversations as the store's rows, and back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nicewen.services.conversation import Answer, Conversation, Exchange
from nicewen.services.errors import AnswerError
from nicewen.services.store import ConversationRow, MessageRow, Question

TITLE_LENGTH = 60
"""Characters of a question that make its conversation's title."""


def title_of(question: str) -> str:
    """Return the first words of a question, on one line."""
    words = " ".join(question[: 4 * TITLE_LENGTH].split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"


def question_row(user_id: str, conversation: Conversation, exchange: Exchange, parent_id: str | None) -> Question:
    """Return a question with its blank answer, as the store takes them."""
    blank = exchange.answers[0]
    return Question(
        user_id=user_id,
        conversation_id=conversation.id,
        text=exchange.question,
        client_id=exchange.client_id,
        id=exchange.id,
        answer_id=blank.id,
        asked_at=exchange.asked_at,
        parent_id=parent_id,
        title=title_of(exchange.question) if parent_id is None else None,
        provider=blank.provider,
        model=blank.model,
    )


def answer_row(conversation_id: str, question_id: str, answer: Answer) -> MessageRow:
    """Return an answer as it is now."""
    return MessageRow(
        answer.id,
        conversation_id,
        question_id,
        text=answer.text,
        thinking=answer.thinking,
        sources=answer.sources,
        state=answer.state,
        finish_reason=answer.finish_reason,
        model=answer.model,
        provider=answer.provider,
        request_id=answer.request_id,
        usage=answer.usage,
        asked_at=answer.asked_at or None,
        first_thinking_at=answer.first_thinking_at or None,
        first_text_at=answer.first_text_at or None,
        ended_at=answer.ended_at or None,
        error=_facts_of(answer.error) if answer.error else None,
        created_at=answer.created_at,
    )


def conversation_of(row: ConversationRow, messages: Sequence[MessageRow]) -> Conversation:
    """Return a conversation as it was kept, on the branch that ends with its leaf."""
    return Conversation(id=row.id, title=row.title, exchanges=list(_path(row.leaf_id, messages)))


def _path(leaf_id: str | None, messages: Sequence[MessageRow]) -> Iterator[Exchange]:
    known = {message.id: message for message in messages}
    path: list[MessageRow] = []
    here = known.get(leaf_id or "")
    while here is not None:
        path.append(here)
        here = known.get(here.parent_id or "")
    shown = {message.id for message in path}
    for question in (message for message in reversed(path) if message.role == "user"):
        answers = [message for message in messages if message.parent_id == question.id]
        if answers:
            last = [answer for answer in answers if answer.id in shown] or answers[-1:]
            others = [answer for answer in answers if answer not in last]
            yield Exchange(
                question.text,
                question.id,
                [_answer_of(answer) for answer in (*others, *last)],
                client_id=question.client_id or "",
                asked_at=question.created_at,
            )


def _answer_of(row: MessageRow) -> Answer:
    return Answer(
        row.provider,
        row.model,
        row.id,
        row.state,
        parts=[row.text] if row.text else [],
        thinking_parts=[row.thinking] if row.thinking else [],
        sources=row.sources,
        usage=row.usage,
        finish_reason=row.finish_reason,
        request_id=row.request_id,
        error=_error_of(row.error) if row.error else None,
        created_at=row.created_at,
        asked_at=row.asked_at or 0.0,
        first_thinking_at=row.first_thinking_at or 0.0,
        first_text_at=row.first_text_at or 0.0,
        ended_at=row.ended_at or 0.0,
    )


def _facts_of(error: AnswerError) -> dict[str, Any]:
    values = {name: str(value) for name, value in error.values.items() if name not in {"said", "code"}}
    facts = {"key": error.key, "status": error.status, "code": error.code, "said": error.said}
    return {**facts, "request_id": error.request_id, "values": values}


def _error_of(facts: Mapping[str, Any]) -> AnswerError:
    known = {name: facts[name] for name in ("status", "code", "said", "request_id") if name in facts}
    return AnswerError(facts["key"], **known, **facts.get("values", {}))
