"""What one quiet line says about an answer."""

from typing import NamedTuple

from nicewen.services.conversation import Answer

SILENCE_SECONDS = 10.0
"""After so long without anything new a reader is told."""

RETRY_WORDS = {"error-busy": "retry-busy", "error-quota": "retry-quota"}


class Note(NamedTuple):
    """The key of a sentence and its seconds; where those go on counting, the Unix time `since` which they do."""

    key: str
    seconds: int = 0
    since: float = 0.0


def note_of(answer: Answer, now: float) -> Note:
    """Return what is to be said about an answer's state, if anything; `now` is in Unix seconds."""
    if answer.retry:
        return Note(RETRY_WORDS.get(answer.retry.error.key, "retry-other"), answer.retry.seconds)
    if answer.has_ended:
        ending = "length" if (answer.state, answer.finish_reason) == ("done", "length") else answer.state
        return Note("" if answer.error or ending in {"done", "failed"} else f"state-{ending}")
    if answer.state == "thinking":
        return Note("")  # its reasoning counts
    key, since = ("silent", answer.last_text_at) if answer.state == "writing" else ("still-waiting", answer.asked_at)
    if now - since >= SILENCE_SECONDS:
        return _counting(f"state-{key}", since, now)
    return Note("state-waiting" if answer.state == "waiting" else "")


def _counting(key: str, since: float, now: float) -> Note:
    return Note(key, max(0, round(now - since)), since)
