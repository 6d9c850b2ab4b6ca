"""A chat as Open WebUI exports it: two models asked at once, reasoning folded into the text, sources, a failure."""

from typing import Any

BEGAN = 1_730_000_000


def message(message_id: str, parent: str | None, role: str, content: str, **values: Any) -> dict[str, Any]:
    facts = (
        {"models": ["qwen2.5:7b", "llama3"]}
        if role == "user"
        else {"model": "qwen2.5:7b", "modelName": "Qwen", "done": True}
    )
    return {
        "id": message_id,
        "parentId": parent,
        "childrenIds": [],
        "role": role,
        "content": content,
        "timestamp": BEGAN,
        **facts,
        **values,
    }


def exported(*messages: dict[str, Any], current: str, **values: Any) -> dict[str, Any]:
    return {
        "id": "0b5c8c3a-7f0e-4a53-9a4e-2a9f0d6f3f10",
        "user_id": "u",
        "title": "Tea",
        "chat": {
            "id": "",
            "title": "Tea",
            "models": ["qwen2.5:7b"],
            "params": {},
            "history": {"messages": {one["id"]: one for one in messages}, "currentId": current},
            "messages": [],
            "tags": [],
            "timestamp": BEGAN * 1000,
            "files": [],
        },
        "updated_at": BEGAN + 60,
        "created_at": BEGAN,
        "share_id": None,
        "archived": True,
        "pinned": True,
        "meta": {"tags": []},
        "folder_id": None,
        **values,
    }


REASONED = (
    '<details type="reasoning" done="true" duration="4">\n<summary>Thought for 4 seconds</summary>\n'
    "> Which tea?\n&gt; is a sign\n</details>\nGreen tea."
)


def tea() -> dict[str, Any]:
    source = {
        "source": {"name": "search", "type": "web_search"},
        "document": ["Tea is …"],
        "metadata": [{"source": "https://e.org/tea", "name": "Tea"}, {"source": "file.pdf", "name": "f"}],
    }
    usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
    return exported(
        message("q1", None, "user", "Which tea?", files=[{"type": "image", "url": "data:…"}]),
        message("a1", "q1", "assistant", REASONED, sources=[source], usage=usage),
        message("b1", "q1", "assistant", "Black tea.", model="llama3"),
        message("q2", "a1", "user", "Why?"),
        message("a2", "q2", "assistant", "", error={"content": "out of memory"}, done=True),
        current="a2",
    )
