"""Conversations made up for tests."""

from dataclasses import replace

from nicewen.services.events import Source, Usage
from nicewen.services.store import ConversationRow, MessageRow, Transcript

BEGAN = 1_760_000_000.125


def row_id(number: int) -> str:
    return f"{number:032x}"


def transcript(*questions: str, first: int = 1, title: str = "杭州：tea & “lake”") -> Transcript:
    """Return a conversation in which each question has an answer; ids count from `first`."""
    conversation_id = row_id(first)
    messages: list[MessageRow] = []
    for number, question in enumerate(questions):
        asked = messages[-1].id if messages else None
        at = BEGAN + number
        question_id, answer_id = row_id(first + 2 * number + 1), row_id(first + 2 * number + 2)
        messages += [
            MessageRow(
                question_id, conversation_id, asked, "user", question, created_at=at, client_id=f"client-{question_id}"
            ),
            replace(
                FULL,
                id=answer_id,
                conversation_id=conversation_id,
                parent_id=question_id,
                text=f"**{question}**",
                created_at=at,
            ),
        ]
    leaf_id = messages[-1].id if messages else None
    row = ConversationRow(conversation_id, title, BEGAN, BEGAN + len(questions), leaf_id=leaf_id, seen_at=BEGAN)
    return Transcript(row, tuple(messages))


FULL = MessageRow(
    "",
    thinking="hm",
    sources=(Source(1, "天气", "https://example.com/", "Example"),),
    attachments=({"kind": "image", "name": "a.png"},),
    state="failed",
    finish_reason="stop",
    model="qwen-plus",
    provider="dashscope",
    request_id="request-1",
    usage=Usage(7, 5, 2, 1, 1),
    asked_at=BEGAN + 0.1,
    first_thinking_at=BEGAN + 0.2,
    first_text_at=BEGAN + 0.3,
    ended_at=BEGAN + 0.7,
    error={"key": "error-billing", "status": 400, "code": "Arrearage", "said": "逾期", "request_id": "r", "values": {}},
    shown_at=BEGAN + 0.8,
    turns_sent=2,
    turns_before=3,
)
"""An answer of which everything is known."""
