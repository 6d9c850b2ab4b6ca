"""Files that are broken or mean harm: one sentence says where, and nothing is read."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exchange.chatgpt_export import lake
from exchange.openwebui_export import exported, message
from exchange.reading import read
from exchange.rows import transcript
from nicewen.services.errors import NotReadable
from nicewen.services.exchange.format import json_of
from nicewen.services.exchange.importing import read_file


def document() -> dict[str, Any]:
    """Return a conversation of two questions in our format: messages 1 to 4."""
    found: dict[str, Any] = json.loads(json_of(transcript("one", "two")))
    return found


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    one = document()
    change(one)
    return one


def with_message(number: int, **values: Any) -> dict[str, Any]:
    return changed(lambda one: one["conversation"]["messages"][number - 1].update(values))


def without(number: int, field: str) -> dict[str, Any]:
    return changed(lambda one: one["conversation"]["messages"][number - 1].pop(field))


def zipped(*files: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in files:
            archive.writestr(name, one)
    return content.getvalue()


def damaged(content: bytes) -> bytes:
    """Return a zip with wrong bytes in its first file's content."""
    at = content.index(b"x.json") + len("x.json") + 20
    return content[:at] + bytes(8) + content[at + 8 :]


def lying(content: bytes) -> bytes:
    """Return a zip that says of its only file that it is 10 bytes long."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", 10) + content[at + 28 :]


def encrypted(content: bytes) -> bytes:
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 8] + b"\x01\x00" + content[at + 10 :]


def without_role() -> list[dict[str, Any]]:
    return [document(), document(), changed(lambda one: one["conversation"]["messages"].extend([{}])), document()]


def chatgpts(change: Callable[[dict[str, Any]], object]) -> list[dict[str, Any]]:
    one = lake()
    change(one)
    return [one]


OURS = json.dumps(document()).encode()

FILES: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "line 1, column 1: not JSON"),
    "white space": (b" \n ", "line 2, column 2: not JSON"),
    "cut": (OURS[:200], "line 1, column"),
    "not JSON": (b'{"a": 1,\n  oops}', "line 2, column 3: not JSON"),
    "two values": (OURS + b"{}", "not JSON"),
    "a trailing comma": (b"[{},]", "no conversations"),
    "not a number": (b"NaN", "line 1, column 1: not JSON"),
    "an infinite time": (OURS.replace(b'"created_at": 1', b'"created_at": 1e999, "x": 1'), "not JSON"),
    "a number of 5000 digits": (b"[" + b"9" * 5000 + b"]", "line 1, column 2: not JSON"),
    "not UTF-8": (b'{"a": "\xff"}', "byte 8 is not UTF-8 text"),
    "UTF-16": ("[]".encode("utf-16"), "byte 1 is not UTF-8 text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "byte 1 is not UTF-8 text"),
    "a hundred levels": (b"[" * 100 + b"]" * 100, "nested deeper than 60 levels"),
    "a million levels": (b"[" * 1_000_000, "nested deeper than 60 levels"),
    "a million objects": (b'{"a":' * 1_000_000, "nested deeper than 60 levels"),
    "something else": ({"hello": "world"}, "no conversations of"),
    "a list of numbers": ([1, 2], "conversation 1: no conversations of"),
    "a newer version": (document() | {"version": 2}, "newer Nicewen (version 2"),
    "no version": (document() | {"version": True}, "no version"),
    "no conversation": ({"format": "nicewen conversation", "version": 1}, "“conversation” is not"),
    "no role": (without(3, "role"), "message 3: no role"),
    "no role, in a list": (without_role(), "conversation 3, message 5: no id"),
    "a role of its own": (with_message(2, role="tool"), "message 2: “role” is not"),
    "an unknown field": (with_message(2, html="<b>"), "message 2: “html” is unknown"),
    "a running answer": (with_message(2, state="writing"), "message 2: “state” is not"),
    "a number for a text": (with_message(1, text=7), "message 1: “text” is not"),
    "an id that is a path": (with_message(1, id="../../etc/passwd"), "message 1: “id” is not"),
    "a source with a script": (
        with_message(2, sources=[{"index": 1, "title": "", "url": "javascript:alert(1)", "site_name": ""}]),
        "message 2: “sources.1.url” is not",
    ),
    "an unknown error": (with_message(2, error={"key": "no-such"}), "message 2: “error” is not"),
    "an error of other facts": (
        with_message(2, error={"key": "error-busy", "values": {"key": 1}}),
        "message 2: “error”",
    ),
    "tokens below nothing": (
        with_message(
            2, usage=dict.fromkeys(("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens"), -1)
        ),
        "message 2: “usage.input_tokens” is not",
    ),
    "an orphan": (with_message(3, parent_id="f" * 32), f"message 3: it follows {'f' * 32}, which is not there"),
    "an id twice": (
        with_message(3, id=document()["conversation"]["messages"][0]["id"]),
        "message 3: its id stands there twice",
    ),
    "itself": (
        with_message(1, parent_id=document()["conversation"]["messages"][0]["id"]),
        "message 1: a question that follows",
    ),
    "a circle": (
        with_message(1, parent_id=document()["conversation"]["messages"][3]["id"]),
        "message 1: it follows itself in a circle",
    ),
    "a leaf that is not there": (
        changed(lambda one: one["conversation"].update(leaf_id="f")),
        "ends with a message that is not there",
    ),
    "two questions": (with_message(2, role="user"), "message 2: a question that follows a question"),
    "an answer to nothing": (with_message(2, parent_id=None), "message 2: an answer that follows no question"),
    "ChatGPT without a role": (
        chatgpts(lambda one: one["mapping"]["a1"]["message"]["author"].pop("role")),
        "conversation 1, message 5: no role",
    ),
    "ChatGPT without content": (
        chatgpts(lambda one: one["mapping"]["a1"]["message"].pop("content")),
        "conversation 1, message 5: no content",
    ),
    "ChatGPT in a circle": (
        chatgpts(lambda one: one["mapping"]["q1"].update(parent="a3")),
        "it follows itself in a circle",
    ),
    "ChatGPT's mapping a list": ([{"mapping": []}], "conversation 1: “mapping” is not"),
    "Open WebUI without a role": (
        [exported(message("q", None, "user", "?"), message("a", "q", "assistant", "!") | {"role": None}, current="a")],
        "conversation 1, message 2: no role",
    ),
    "Open WebUI without messages": ([{"chat": {"history": {}}}], "conversation 1: no messages"),
    "a damaged zip": (b"PK\x03\x04" + b"x" * 100, "the zip is damaged"),
    "a damaged zip with an end": (zipped(("x.json", OURS))[10:], "damaged"),
    "a damaged file in a zip": (damaged(zipped(("x.json", OURS))), "x.json: damaged"),
    "a zip with a broken file": (zipped(("a.json", OURS), ("x.json", b"{")), "x.json: line 1, column 2: not JSON"),
    "a zip with a broken message": (
        zipped(("x.json", json.dumps(without(3, "role")).encode())),
        "x.json, message 3: no role",
    ),
    "a zip of other things": (zipped(("a.txt", b"a")), "no conversations of"),
    "an encrypted zip": (encrypted(zipped(("x.json", OURS))), "x.json: encrypted"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_says_where_it_breaks(name: str, tmp_path: Path) -> None:
    content, sentence = FILES[name]
    with pytest.raises(NotReadable) as raised:
        read(tmp_path, content)
    assert sentence in str(raised.value)
    assert raised.value.sentence("zh").startswith("没有导入任何内容：")


def test_what_a_zip_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    bomb = zipped(("x.json", b" " * 3_000_000))
    path = tmp_path / "bomb.zip"
    for content in (bomb, lying(bomb)):
        path.write_bytes(content)
        with pytest.raises(NotReadable, match=r"larger than|damaged"):
            read_file(path, limit=10_000)


def test_a_file_larger_than_allowed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * 2_000_001)
    with pytest.raises(NotReadable, match="larger than 2 MB"):
        read_file(path, limit=2_000_000)


def test_names_in_a_zip_are_no_paths(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    reading = read(inside, zipped(("../../evil.json", OURS), ("/etc/passwd", b""), ("a\nb\x1b.txt", b"")), "x.zip")
    assert len(reading.transcripts) == 1
    assert [one.sentence("en").split(":")[0] for one in reading.unmapped] == ["/etc/passwd", "a�b�.txt"]
    assert [path.name for path in tmp_path.rglob("*")] == ["inside", "x.zip"]


def test_half_characters_and_nul_become_what_every_database_can_hold(tmp_path: Path) -> None:
    content = json.dumps(with_message(1, text="a\ud800b\x00c")).encode()
    (one,) = read(tmp_path, content).transcripts
    assert one.messages[0].text == "a\ufffdb\ufffdc"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + OURS).transcripts


def test_a_chain_of_20000_messages_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, json_of(transcript(*map(str, range(10_000))))).transcripts[0].messages) == 20_000


def test_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="cannot be read"):
        read_file(tmp_path / "nothing.json")
