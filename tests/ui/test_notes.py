"""What one quiet line says about an answer, by its state and the time."""

import pytest

from nicewen.components.note import Note, note_of
from nicewen.services.conversation import Answer, Retry
from nicewen.services.errors import AnswerError

NOW = 1_000.0
BUSY = AnswerError("error-busy")


def answer(**facts: object) -> Answer:
    one = Answer("dashscope", "qwen-plus", asked_at=NOW)
    for name, fact in facts.items():
        setattr(one, name, fact)
    return one


@pytest.mark.parametrize(
    ("facts", "later", "note"),
    [
        ({"state": "waiting"}, 9.9, Note("state-waiting")),
        ({"state": "waiting"}, 12.4, Note("state-still-waiting", 12, NOW)),
        ({"state": "waiting", "retry": Retry(3, BUSY)}, 12.4, Note("retry-busy", 3)),
        ({"state": "thinking", "first_thinking_at": NOW + 1}, 4.2, Note("")),
        ({"state": "writing", "last_text_at": NOW + 1}, 10.0, Note("")),
        ({"state": "writing", "last_text_at": NOW + 1}, 26.0, Note("state-silent", 25, NOW + 1)),
        ({"state": "done"}, 60.0, Note("")),
        ({"state": "done", "finish_reason": "length"}, 60.0, Note("state-length")),
        ({"state": "stopped"}, 60.0, Note("state-stopped")),
        ({"state": "interrupted"}, 60.0, Note("state-interrupted")),
        ({"state": "interrupted", "error": BUSY}, 60.0, Note("")),
        ({"state": "failed", "error": BUSY}, 60.0, Note("")),
    ],
)
def test_a_long_wait_is_told_and_counted(facts: dict[str, object], later: float, note: Note) -> None:
    assert note_of(answer(**facts), NOW + later) == note
