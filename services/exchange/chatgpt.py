"""Conversations as ChatGPT's `conversations.json` has them.

The format is not documented by OpenAI; this follows what exports of 2023 to 2025 hold: `mapping` is a tree of nodes
(`id`, `parent`, `children`, `message`), `current_node` the end of the branch that is shown.
"""

from collections.abc import Mapping
from typing import Any

from nicewen.services.errors import NotReadable
from nicewen.services.events import Source
from nicewen.services.exchange.chatgpt_content import words_of
from nicewen.services.exchange.fields import address, items, mapping, required, text, time
from nicewen.services.exchange.report import Unmapped
from nicewen.services.exchange.turns import Node, Origin
from nicewen.services.exchange.turns import transcript_of as transcript_in_turns
from nicewen.services.places import Place
from nicewen.services.store import Transcript

PROGRAM = "chatgpt"


def is_chatgpts(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object looks like one of these conversations."""
    return "mapping" in document


def transcript_of(document: Mapping[str, Any]) -> tuple[Transcript, list[Unmapped]]:
    """Return a conversation, and what has no place in ours.

    Raises:
        NotReadable: It breaks somewhere.
    """
    tree = required(document, "mapping", ())
    unmapped: list[Unmapped] = []
    nodes = [_node(node_id, node, number, unmapped) for number, (node_id, node) in enumerate(tree.items(), start=1)]
    created_at = time(document, "create_time") or min((one.created_at for one in nodes if one.created_at), default=0.0)
    origin = Origin(
        PROGRAM,
        text(document, "conversation_id") or text(document, "id") or f"{created_at} {text(document, 'title')}",
        text(document, "title"),
        created_at,
        time(document, "update_time") or created_at,
        text(document, "current_node") or None,
        archived=document.get("is_archived") is True,
        pinned=document.get("is_starred") is True or time(document, "pinned_time") is not None,
    )
    transcript, lost = transcript_in_turns(origin, nodes)
    return transcript, unmapped + lost


def _node(node_id: str, node: Any, number: int, unmapped: list[Unmapped]) -> Node:
    place: Place = (("message", str(number)),)
    if not isinstance(node, Mapping):
        raise NotReadable("import-wrong-field", place=place, field=node_id[:100])
    parent_id = text(node, "parent") or None
    message = node.get("message")
    if message is None:
        return Node(node_id, parent_id, None)
    if not isinstance(message, Mapping):
        raise NotReadable("import-wrong-field", place=place, field="message")
    role = required(message, "author", place).get("role")
    if not isinstance(role, str):
        raise NotReadable("import-no-field", place=place, field="role")
    required(message, "content", place)
    words = words_of(message, role, lambda what, name: unmapped.append(Unmapped(place, what, name)))
    if words is None or role not in {"user", "assistant", "tool"}:
        return Node(node_id, parent_id, None)
    return _kept(node_id, parent_id, message, role, words)


def _kept(node_id: str, parent_id: str | None, message: Mapping[str, Any], role: str, words: tuple[str, str]) -> Node:
    facts = mapping(message, "metadata")
    finish = text(mapping(facts, "finish_details"), "type")
    is_answer = role != "user"
    return Node(
        node_id,
        parent_id,
        "assistant" if is_answer else "user",
        text=words[0],
        thinking=words[1],
        sources=_sources(facts) if is_answer else (),
        model=text(facts, "model_slug") if is_answer else "",
        state="stopped" if finish == "interrupted" and is_answer else "done",
        finish_reason={"": "", "max_tokens": "length"}.get(finish, "stop") if is_answer else "",
        created_at=time(message, "create_time"),
    )


def _sources(facts: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the pages an answer cites; each once, numbered as they come."""
    found: dict[str, tuple[str, str]] = {}
    for citation in items(facts, "citations"):
        if isinstance(citation, Mapping):
            page = mapping(citation, "metadata")
            found.setdefault(address(text(page, "url")), (text(page, "title"), ""))
    for reference in items(facts, "content_references"):
        pages = [reference, *items(reference, "items")] if isinstance(reference, Mapping) else []
        for page in pages:
            if isinstance(page, Mapping) and text(page, "url"):
                found.setdefault(address(text(page, "url")), (text(page, "title"), text(page, "attribution")))
    found.pop("", None)
    return tuple(Source(at, title, url, site) for at, (url, (title, site)) in enumerate(found.items(), start=1))
