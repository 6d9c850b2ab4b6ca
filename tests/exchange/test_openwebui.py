"""Open WebUI's exports."""

from pathlib import Path

from exchange.openwebui_export import BEGAN, exported, message, tea
from exchange.reading import outline, read, read_one, shown
from nicewen.services.events import Source, Usage
from nicewen.services.keeping import error_of


def test_branches_reasoning_sources_usage_and_failures_are_kept(tmp_path: Path) -> None:
    transcript, unmapped = read_one(tmp_path, [tea()])
    assert outline(transcript) == [
        ("", "user", "Which tea?"),
        ("Which tea?", "assistant", "Green tea."),
        ("Which tea?", "assistant", "Black tea."),
        ("Green tea.", "user", "Why?"),
        ("Why?", "assistant", ""),
    ]
    assert shown(transcript) == ["Which tea?", "Green tea.", "Why?", ""]
    _, answer, other, _, failed = transcript.messages
    assert answer.thinking == "Which tea?\n> is a sign"
    assert (answer.sources, answer.usage) == ((Source(1, "Tea", "https://e.org/tea"),), Usage(12, 5))
    assert (answer.model, other.model, answer.provider) == ("qwen2.5:7b", "llama3", "open-webui")
    assert failed.state == "failed"
    assert "out of memory" in error_of(failed.error or {}).sentence("en")
    row = transcript.conversation
    assert (row.title, row.created_at, row.updated_at) == ("Tea", BEGAN, BEGAN + 60)
    assert row.archived_at
    assert row.pinned_at
    assert unmapped == ["conversation 1, message 1: files"]


def test_a_single_chat_is_read_like_a_list_of_one(tmp_path: Path) -> None:
    (alone,) = read(tmp_path, tea()).transcripts
    (listed,) = read(tmp_path, [tea()]).transcripts
    assert alone == listed


def test_the_oldest_exports_have_a_list_of_messages(tmp_path: Path) -> None:
    chat = {"title": "Old", "messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}]}
    transcript, _ = read_one(tmp_path, [{"id": "1", "chat": chat, "timestamp": BEGAN}])
    assert outline(transcript) == [("", "user", "?"), ("?", "assistant", "!")]
    assert shown(transcript) == ["?", "!"]


def test_what_stays_open_in_an_answer_is_left_as_it_is(tmp_path: Path) -> None:
    words = '<details type="reasoning">' * 3
    nodes = (message("q", None, "user", "?"), message("a", "q", "assistant", words))
    transcript, _ = read_one(tmp_path, exported(*nodes, current="a"))
    assert shown(transcript) == ["?", words]
