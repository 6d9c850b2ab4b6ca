"""Conversations as Open WebUI exports them: one or a list, in its database's own form.

Source: open-webui's `src/lib/utils/index.ts` and `backend/open_webui/models/chats.py`, versions 0.3 to 0.6:
`chat.history.messages` is a tree by id (`parentId`, `childrenIds`), `chat.history.currentId` the end of the branch
that is shown; the oldest exports have the list `chat.messages` alone.
"""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from nicewen.services.errors import NotReadable
from nicewen.services.events import Source, Usage
from nicewen.services.exchange.fields import address, count, items, mapping, required, text, time
from nicewen.services.exchange.report import Unmapped
from nicewen.services.exchange.turns import Node, Origin
from nicewen.services.exchange.turns import transcript_of as transcript_in_turns
from nicewen.services.places import Place
from nicewen.services.store import Transcript

PROGRAM = "open-webui"

_FOLDED = '<details type="'
_UNFOLDED = "</details>"
_QUOTE = re.compile(r"^> ?", re.MULTILINE)

Lose = Callable[[str, str], None]


def is_open_webuis(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object looks like one of these conversations."""
    return "chat" in document or "history" in document


def transcript_of(document: Mapping[str, Any]) -> tuple[Transcript, list[Unmapped]]:
    """Return a conversation, and what has no place in ours.

    Raises:
        NotReadable: It breaks somewhere.
    """
    chat = required(document, "chat", ()) if "chat" in document else document
    unmapped: list[Unmapped] = []
    messages, leaf_id = _messages_of(chat)
    nodes = [_node(one, at, unmapped) for at, one in enumerate(messages, start=1)]
    if text(chat, "system") or text(mapping(chat, "params"), "system"):
        unmapped.append(Unmapped((), "unmapped-system"))
    if chat.get("files"):
        unmapped.append(Unmapped((), "unmapped-content", "files"))
    created_at = time(document, "created_at") or time(chat, "timestamp") or 0.0
    created_at = created_at or min((node.created_at for node in nodes if node.created_at), default=0.0)
    origin = Origin(
        PROGRAM,
        text(document, "id") or text(chat, "id") or f"{created_at} {text(chat, 'title')}",
        text(document, "title") or text(chat, "title"),
        created_at,
        time(document, "updated_at") or created_at,
        leaf_id,
        archived=document.get("archived") is True,
        pinned=document.get("pinned") is True,
    )
    transcript, lost = transcript_in_turns(origin, nodes)
    return transcript, unmapped + lost


def _messages_of(chat: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], str | None]:
    """Return messages with their ids and parents, and the id of the one that is shown last."""
    if "history" in chat:
        history = required(chat, "history", ())
        tree = required(history, "messages", ())
        found: list[Mapping[str, Any]] = []
        for number, (message_id, message) in enumerate(tree.items(), start=1):
            if not isinstance(message, Mapping):
                raise NotReadable("import-wrong-field", place=(("message", str(number)),), field=message_id[:100])
            found.append({**message, "id": message_id})
        return found, text(history, "currentId") or None
    if not isinstance(chat.get("messages"), list):
        raise NotReadable("import-no-field", field="history")
    linear: list[Mapping[str, Any]] = []
    for number, message in enumerate(items(chat, "messages"), start=1):
        if not isinstance(message, Mapping):
            raise NotReadable("import-wrong-field", place=(("message", str(number)),), field="message")
        linear.append({**message, "id": str(number), "parentId": str(number - 1) if number > 1 else None})
    return linear, str(len(linear)) if linear else None


def _node(message: Mapping[str, Any], number: int, unmapped: list[Unmapped]) -> Node:
    place: Place = (("message", str(number)),)
    message_id, parent_id = text(message, "id"), text(message, "parentId") or None
    role = message.get("role")
    if not isinstance(role, str):
        raise NotReadable("import-no-field", place=place, field="role")

    def lose(what: str, name: str) -> None:
        unmapped.append(Unmapped(place, what, name))

    words = _words(message, lose)
    for name in ("files", "embeds", "annotation"):
        if message.get(name):
            lose("unmapped-content", name)
    if role not in {"user", "assistant"}:
        lose("unmapped-system" if role == "system" else "unmapped-content", role[:100])
        return Node(message_id, parent_id, None)
    is_answer = role == "assistant"
    written, thinking = _reasoning(words, lose) if is_answer else (words, "")
    failure = _failure(message) if is_answer else None
    return Node(
        message_id,
        parent_id,
        "assistant" if is_answer else "user",
        text=written,
        thinking=thinking,
        sources=_sources(message) if is_answer else (),
        model=text(message, "model") if is_answer else "",
        state="failed" if failure else "interrupted" if is_answer and message.get("done") is False else "done",
        usage=_usage(message) if is_answer else Usage(),
        error=failure,
        created_at=time(message, "timestamp"),
    )


def _words(message: Mapping[str, Any], lose: Lose) -> str:
    """Return a message's text, which may come as parts of which some are images."""
    if isinstance(message.get("content"), str):
        return text(message, "content")
    texts = []
    for part in items(message, "content"):
        if isinstance(part, Mapping) and text(part, "type") == "text":
            texts.append(text(part, "text"))
        else:
            lose("unmapped-content", text(part, "type") if isinstance(part, Mapping) else "?")
    return "\n\n".join(texts)


def _reasoning(words: str, lose: Lose) -> tuple[str, str]:
    """Return an answer without what is folded away in it, and the reasoning that was; every character is read once."""
    kept: list[str] = []
    thoughts: list[str] = []
    at = 0
    while (begin := words.find(_FOLDED, at)) >= 0 and (end := words.find(_UNFOLDED, begin)) >= 0:
        kept.append(words[at:begin])
        kind, _, rest = words[begin + len(_FOLDED) : end].partition('"')
        at = end + len(_UNFOLDED)
        if kind == "reasoning":
            folded = rest.partition(">")[2]
            folded = folded.partition("</summary>")[2] or folded
            thoughts.append(unescape(_QUOTE.sub("", folded)).strip())
        else:
            lose("unmapped-tool", kind[:100])
    kept.append(words[at:])
    return ("".join(kept).strip("\n") if at else words), "\n\n".join(thoughts)


def _failure(message: Mapping[str, Any]) -> dict[str, Any] | None:
    error = message.get("error")
    if not error:
        return None
    said = text(error, "content") or text(error, "message") if isinstance(error, Mapping) else ""
    said = said or (error if isinstance(error, str) else text(message, "content"))
    key = "error-refused" if said else "error-refused-silently"
    return {"key": key, "status": 0, "code": "", "said": said, "request_id": "", "values": {}}


def _usage(message: Mapping[str, Any]) -> Usage:
    usage = mapping(message, "usage") or mapping(message, "info")
    return Usage(
        count(usage, "prompt_tokens", "input_tokens", "prompt_eval_count"),
        count(usage, "completion_tokens", "output_tokens", "eval_count"),
        count(mapping(usage, "completion_tokens_details"), "reasoning_tokens"),
        count(mapping(usage, "prompt_tokens_details"), "cached_tokens"),
    )


def _sources(message: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the pages an answer rests on; a citation is a source with the pieces taken from it."""
    found: dict[str, str] = {}
    for citation in items(message, "sources") or items(message, "citations"):
        if not isinstance(citation, Mapping):
            continue
        origin = mapping(citation, "source")
        for fact in [*items(citation, "metadata"), {}]:
            page = fact if isinstance(fact, Mapping) else {}
            url = address(text(page, "source") or text(origin, "url") or text(origin, "name"))
            if url:
                found.setdefault(url, text(page, "title") or text(page, "name") or text(origin, "name"))
    return tuple(Source(at, title, url) for at, (url, title) in enumerate(found.items(), start=1))
