"""What a message of ChatGPT's says, by its kind of content and whom it is for."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from nicewen.services.exchange.fields import items, mapping, text

Lose = Callable[[str, str], None]
"""Notes what has no place in ours: the key of a word for it, and its name."""

_MARKS = re.compile("\ue200[^\ue200\ue201]*\ue201|[\ue200-\ue206]")
"""Where ChatGPT's own page shows a citation."""

_SILENT = {"reasoning_recap", "model_editable_context"}
"""What only repeats or says nothing: “Thought for 8 seconds”, empty memories."""


def words_of(message: Mapping[str, Any], role: str, lose: Lose) -> tuple[str, str] | None:
    """Return a message's text and thinking; None where it has neither."""
    content = mapping(message, "content")
    kind, recipient = text(content, "content_type"), text(message, "recipient") or "all"
    if kind in _SILENT:
        return None
    if _is_for_the_model(message, role):
        if kind == "user_editable_context" or _text_of(content, _ignore).strip():
            lose("unmapped-system", "")
        return None
    if _is_a_tools(kind, role, recipient):
        lose("unmapped-tool", text(mapping(message, "author"), "name") if role == "tool" else recipient)
        return None
    words = _words(content, kind, recipient, lose)
    return words if any(words) or role == "user" else None


def _is_for_the_model(message: Mapping[str, Any], role: str) -> bool:
    is_hidden = mapping(message, "metadata").get("is_visually_hidden_from_conversation") is True
    return role == "system" or is_hidden or text(mapping(message, "content"), "content_type") == "user_editable_context"


def _is_a_tools(kind: str, role: str, recipient: str) -> bool:
    """Whether something passes between the model and a tool; what Python runs and prints is shown."""
    is_call = role == "assistant" and recipient != "all" and (kind, recipient) != ("code", "python")
    return is_call or (role == "tool" and kind == "text")


def _words(content: Mapping[str, Any], kind: str, recipient: str, lose: Lose) -> tuple[str, str]:
    match kind:
        case "text" | "multimodal_text":
            return _MARKS.sub("", _text_of(content, lose)), ""
        case "code":
            language = text(content, "language").replace("unknown", "") or recipient.replace("all", "")
            return _fenced(text(content, "text"), language), ""
        case "execution_output":
            return _fenced(text(content, "text"), ""), ""
        case "thoughts":
            return "", _thoughts(content)
        case _:
            lose("unmapped-content", kind[:100] or "?")
            return "", ""


def _text_of(content: Mapping[str, Any], lose: Lose) -> str:
    parts = []
    for part in items(content, "parts"):
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, Mapping) and text(part, "content_type") == "audio_transcription":
            parts.append(text(part, "text"))
        elif isinstance(part, Mapping):
            lose("unmapped-content", text(part, "content_type")[:100] or "?")
    return "\n\n".join(part for part in parts if part) or text(content, "text")


def _thoughts(content: Mapping[str, Any]) -> str:
    thoughts = [one for one in items(content, "thoughts") if isinstance(one, Mapping)]
    pieces = ["\n".join(part for part in (text(one, "summary"), text(one, "content")) if part) for one in thoughts]
    return "\n\n".join(piece for piece in pieces if piece)


def _fenced(code: str, language: str) -> str:
    if not code:
        return ""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _ignore(what: str, name: str) -> None:
    """Note nothing."""
