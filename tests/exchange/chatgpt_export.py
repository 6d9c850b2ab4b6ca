"""A conversation as ChatGPT's `conversations.json` has it: a tool, thoughts, two branches, an image, citations."""

from typing import Any

BEGAN = 1_730_000_000.25


def message(
    node_id: str,
    parent: str | None,
    role: str,
    content: dict[str, Any],
    *,
    at: float | None = BEGAN,
    recipient: str = "all",
    name: str | None = None,
    **facts: Any,
) -> dict[str, Any]:
    return {
        "id": node_id,
        "message": {
            "id": node_id,
            "author": {"role": role, "name": name, "metadata": {}},
            "create_time": at,
            "update_time": None,
            "content": content,
            "status": "finished_successfully",
            "end_turn": role == "assistant",
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o", **facts} if role != "user" else facts,
            "recipient": recipient,
            "channel": None,
        },
        "parent": parent,
        "children": [],
    }


def text(*parts: Any) -> dict[str, Any]:
    return {"content_type": "text", "parts": list(parts)}


def conversation(*nodes: dict[str, Any], current: str, **values: Any) -> dict[str, Any]:
    mapping = {node["id"]: node for node in nodes}
    for node in nodes:
        if node["parent"] in mapping:
            mapping[node["parent"]]["children"].append(node["id"])
    return {
        "title": "湖与茶",
        "create_time": BEGAN,
        "update_time": BEGAN + 100,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": current,
        "conversation_id": "6720f5c2-0000-8000-9000-0123456789ab",
        "is_archived": False,
        "is_starred": None,
        "default_model_slug": "gpt-4o",
        **values,
    }


ROOT: dict[str, Any] = {"id": "client-created-root", "message": None, "parent": None, "children": []}


PAGE = {"title": "West Lake", "url": "https://e.org/lake", "attribution": "e.org"}
CITED = {"type": "grouped_webpages", "items": [PAGE]}
IMAGE = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1", "width": 1, "height": 1}
THOUGHT = {"summary": "Looking", "content": "Where is it?", "chunks": [], "finished": True}
THOUGHTS = {"content_type": "thoughts", "thoughts": [THOUGHT], "source_analysis_msg_id": "x"}
RECAP = {"content_type": "reasoning_recap", "content": "Thought for 3 seconds"}
CODE = {"content_type": "code", "language": "unknown", "text": "print(6.5)"}
OUTPUT = {"content_type": "execution_output", "text": "6.5\n"}
SEARCH = {"content_type": "code", "language": "unknown", "text": 'search("West Lake")'}
FOUND = {"content_type": "tether_browsing_display", "result": "…", "summary": ""}
CUSTOM = {"content_type": "user_editable_context", "user_profile": "p", "user_instructions": "i"}
ASKED = {"content_type": "multimodal_text", "parts": [IMAGE, "And this one?"]}
ANSWERED = text("6.5 km²\ue200cite\ue202turn0search0\ue201.")


def lake() -> dict[str, Any]:
    """One question with two answers; the second used tools; then a question with an image and a last answer."""
    return conversation(
        {**ROOT, "children": []},
        message(
            "system", "client-created-root", "system", text(""), at=None, is_visually_hidden_from_conversation=True
        ),
        message("custom", "system", "user", CUSTOM, at=None),
        message("q1", "custom", "user", text("How large is West Lake?"), at=BEGAN + 1),
        message("a1", "q1", "assistant", text("Large."), at=BEGAN + 2, finish_details={"type": "stop"}),
        message("t1", "q1", "assistant", THOUGHTS, at=BEGAN + 3),
        message("t2", "t1", "assistant", RECAP, at=BEGAN + 4),
        message("s1", "t2", "assistant", SEARCH, at=BEGAN + 5, recipient="web"),
        message("s2", "s1", "tool", FOUND, at=BEGAN + 6, name="web"),
        message("c1", "s2", "assistant", CODE, at=BEGAN + 7, recipient="python"),
        message("c2", "c1", "tool", OUTPUT, at=BEGAN + 8, name="python"),
        message("a2", "c2", "assistant", ANSWERED, at=BEGAN + 9, content_references=[CITED], finish_details=LENGTH),
        message("q2", "a2", "user", ASKED, at=BEGAN + 10),
        message("a3", "q2", "assistant", text("A pond."), at=BEGAN + 11, finish_details={"type": "interrupted"}),
        current="a3",
    )


LENGTH = {"type": "max_tokens"}
