"""How an answer ended, in words."""

from nicewen.services.conversation import Answer
from nicewen.services.language import Words


def note_of(answer: Answer, words: Words) -> str:
    """Return how an answer ended, where that is not simply its end."""
    if answer.error:
        return answer.error.sentence(words.language)
    if answer.finish_reason == "length" and answer.state == "done":
        return words("state-length")
    return words(f"state-{answer.state}") if answer.state in {"stopped", "interrupted"} else ""
