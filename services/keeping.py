"""Conversations as the store's rows, and back."""

from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import asdict
from typing import Any

from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import NOBODY, Answer, Conversation, Exchange
from nicewen.services.errors import AnswerError
from nicewen.services.material import Material
from nicewen.services.store import ConversationRow, MessageRow, Question

MATERIAL = "context"
"""The type of the attachment that holds what a host had sent with a question."""

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
        attachments=(material_row(exchange.material),) if exchange.material else (),
    )


def material_row(material: Material) -> dict[str, Any]:
    """Return what was sent with a question as one of its attachments."""
    return {"type": MATERIAL, **asdict(material)}


def material_in(attachments: Sequence[Mapping[str, Any]]) -> Material | None:
    """Return what was sent with a question, if it is one of these."""
    for one in attachments:
        match one:
            case {
                "type": "context",
                "text": str(text),
                "kind": "text" | "fields" | "table" as kind,
                "shown": int(shown),
                "of": int(of),
            }:
                return Material(text, kind, shown, of)
    return None


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


def conversation_of(
    row: ConversationRow,
    messages: Sequence[MessageRow],
    user: str = NOBODY,
    *,
    with_raw_events: Set[str] = frozenset(),
) -> Conversation:
    """Return a conversation as it was kept, on the branch that ends with its leaf; messages are the oldest first."""
    conversation = Conversation(id=row.id, title=row.title, user=user)
    questions = {one.id: _exchange_of(one) for one in messages if one.role == "user"}
    answers = {one.id: _answer_of(one) for one in messages if one.role == "assistant"}
    for answer in answers.values():
        answer.has_raw_events = answer.id in with_raw_events
    for one in messages:
        if one.id in answers and (exchange := questions.get(one.parent_id or "")):
            exchange.answers.add(answers[one.id])
    for one in messages:
        exchange, before = questions.get(one.id), answers.get(one.parent_id or "")
        if (
            exchange and exchange.answers and (before or one.parent_id is None)
        ):  # a lost answer leaves its question bare
            (before.next if before else conversation.beginnings).add(exchange)
    chosen_at = {one.id: one.shown_at or one.created_at for one in messages}
    _choose_latest(conversation.beginnings, chosen_at)
    for exchange in conversation.all():
        _choose_latest(exchange.answers, chosen_at)
        for answer in exchange.answers:
            _choose_latest(answer.next, chosen_at)
    _choose_branch(conversation, row.leaf_id)
    return conversation


def _choose_latest(alternatives: Alternatives[Exchange] | Alternatives[Answer], chosen_at: Mapping[str, float]) -> None:
    """Choose what was chosen last; of those that are equal, what stands last."""
    if len(alternatives) > 1:
        options: Sequence[Any] = alternatives
        alternatives.choose(max(reversed(options), key=lambda option: chosen_at[option.id]))


def _choose_branch(conversation: Conversation, leaf_id: str | None) -> None:
    for exchange in conversation.all():
        for answer in exchange.answers:
            if answer.id == leaf_id:
                show(conversation, exchange, answer)
                return


def show(conversation: Conversation, exchange: Exchange, answer: Answer) -> None:
    """Choose the branch on which this answer stands."""
    before = conversation.before(exchange)
    exchange.answers.choose(answer)
    alternatives = conversation.beginnings
    for earlier, leading in before:
        alternatives.choose(earlier)
        earlier.answers.choose(leading)
        alternatives = leading.next
    alternatives.choose(exchange)
    conversation.changed()


def _exchange_of(row: MessageRow) -> Exchange:
    return Exchange(
        row.text,
        row.id,
        Alternatives(),
        client_id=row.client_id or "",
        asked_at=row.created_at,
        material=material_in(row.attachments),
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
        error=error_of(row.error) if row.error else None,
        created_at=row.created_at,
        asked_at=row.asked_at or 0.0,
        first_thinking_at=row.first_thinking_at or 0.0,
        first_text_at=row.first_text_at or 0.0,
        ended_at=row.ended_at or 0.0,
        sent=None if row.turns_sent is None or row.turns_before is None else (row.turns_sent, row.turns_before),
    )


def end_as_kept(conversation: Conversation, interrupted: Sequence[MessageRow], *, ours: Container[str]) -> bool:
    """End those answers of a conversation, with what is kept of them; return whether there was one.

    One that has ended here already was read after it was interrupted; one of `ours` is even being written on.
    """
    rows = {row.id: row for row in interrupted if row.id not in ours}
    known = (answer for exchange in conversation.all() for answer in exchange.answers)
    answers = [answer for answer in known if answer.id in rows and not answer.has_ended]
    for answer in answers:
        row = rows[answer.id]
        answer.interrupt(row.text, row.thinking, row.ended_at or 0.0)
    if answers:
        conversation.pulse.beat()
    return bool(answers)


def _facts_of(error: AnswerError) -> dict[str, Any]:
    values = {name: str(value) for name, value in error.values.items() if name not in {"said", "code"}}
    facts = {"key": error.key, "status": error.status, "code": error.code, "said": error.said}
    return {**facts, "request_id": error.request_id, "values": values}


def error_of(facts: Mapping[str, Any]) -> AnswerError:
    """Return an error from what was kept of it.

    Raises:
        KeyError, TypeError: These are no such facts.
    """
    known = {name: facts[name] for name in ("status", "code", "said", "request_id") if name in facts}
    return AnswerError(facts["key"], **known, **facts.get("values", {}))
