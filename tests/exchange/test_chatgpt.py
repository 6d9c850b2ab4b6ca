"""ChatGPT's `conversations.json`."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from exchange.chatgpt_export import BEGAN, ROOT, conversation, lake, message, text
from exchange.reading import outline, read, read_one, shown
from nicewen.services.events import Source

TOOLS = "```python\nprint(6.5)\n```\n\n```\n6.5\n\n```\n\n6.5 km²."


def test_branches_tools_thoughts_and_sources_become_questions_and_answers(tmp_path: Path) -> None:
    transcript, unmapped = read_one(tmp_path, [lake()])
    assert outline(transcript) == [
        ("", "user", "How large is West Lake?"),
        ("How large is West Lake?", "assistant", "Large."),
        ("How large is West Lake?", "assistant", TOOLS),
        (TOOLS, "user", "And this one?"),
        ("And this one?", "assistant", "A pond."),
    ]
    assert shown(transcript) == ["How large is West Lake?", TOOLS, "And this one?", "A pond."]
    _, first, second, _, last = transcript.messages
    assert (first.model, first.provider, first.created_at, first.finish_reason) == (
        "gpt-4o",
        "chatgpt",
        BEGAN + 2,
        "stop",
    )
    assert (second.thinking, second.finish_reason) == ("Looking\nWhere is it?", "length")
    assert second.sources == (Source(1, "West Lake", "https://e.org/lake", "e.org"),)
    assert last.state == "stopped"
    assert unmapped == [
        "conversation 1, message 3: instructions to the model",
        "conversation 1, message 8: the use of a tool (web)",
        "conversation 1, message 9: tether_browsing_display",
        "conversation 1, message 13: image_asset_pointer",
    ]


def test_title_times_archive_and_star_are_kept(tmp_path: Path) -> None:
    transcript, _ = read_one(tmp_path, [lake() | {"is_archived": True, "is_starred": True}])
    row = transcript.conversation
    assert (row.title, row.created_at, row.updated_at) == ("湖与茶", BEGAN, BEGAN + 100)
    assert row.archived_at
    assert row.pinned_at


def test_the_same_export_has_the_same_ids(tmp_path: Path) -> None:
    assert read_one(tmp_path, [lake()]) == read_one(tmp_path, [lake()])


def one_of(*nodes: dict[str, Any], current: str) -> dict[str, Any]:
    return conversation({**ROOT, "children": []}, *nodes, current=current)


def test_a_question_nobody_answered_gets_a_blank_answer(tmp_path: Path) -> None:
    nodes = (message("q", "client-created-root", "user", text("?")), message("r", "q", "user", text("Still there?")))
    transcript, _ = read_one(tmp_path, one_of(*nodes, current="r"))
    assert outline(transcript) == [
        ("", "user", "?"),
        ("?", "assistant", ""),
        ("", "user", "Still there?"),
        ("Still there?", "assistant", ""),
    ]
    assert {one.state for one in transcript.messages if one.role == "assistant"} == {"interrupted"}
    assert shown(transcript) == ["?", "", "Still there?", ""]


def test_an_answer_nobody_asked_for_gets_a_blank_question(tmp_path: Path) -> None:
    transcript, _ = read_one(
        tmp_path, one_of(message("a", "client-created-root", "assistant", text("Hi.")), current="a")
    )
    assert outline(transcript) == [("", "user", "…"), ("…", "assistant", "Hi.")]


def test_answers_that_part_after_a_tool_each_have_what_stands_before(tmp_path: Path) -> None:
    nodes = (
        message("q", "client-created-root", "user", text("?")),
        message("a", "q", "assistant", text("One")),
        message("b", "a", "assistant", text("two")),
        message("c", "a", "assistant", text("three")),
    )
    transcript, _ = read_one(tmp_path, one_of(*nodes, current="c"))
    assert outline(transcript)[1:] == [("?", "assistant", "One\n\ntwo"), ("?", "assistant", "One\n\nthree")]
    assert shown(transcript) == ["?", "One\n\nthree"]


def test_its_zip_is_read_and_what_else_is_in_it_listed(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("chat.html", "<html>")
        archive.writestr("user.json", json.dumps({"id": "user-1", "email": "a@b"}))
        archive.writestr("conversations.json", json.dumps([lake(), lake() | {"conversation_id": "other"}]))
    reading = read(tmp_path, content.getvalue(), "export.zip")
    assert len(reading.transcripts) == 2
    said = [one.sentence("en") for one in reading.unmapped]
    assert said[-2:] == ["chat.html: a file without conversations", "user.json: a file without conversations"]
    assert said[0] == "conversations.json, conversation 1, message 3: instructions to the model"
