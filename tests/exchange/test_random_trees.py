"""Any tree of another program's becomes questions and answers that take turns, and none of its words is lost."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.chatgpt_export import conversation, message
from exchange.chatgpt_export import text as words
from exchange.openwebui_export import exported
from exchange.openwebui_export import message as chat_message
from exchange.reading import read
from nicewen.services.errors import NotReadable
from nicewen.services.exchange import chatgpt, openwebui
from nicewen.services.exchange.format import json_of, transcript_of
from nicewen.services.exchange.json_reading import text_of, values_in
from nicewen.services.exchange.trees import checked
from nicewen.services.store import Transcript

ROLES = st.sampled_from(["user", "assistant", "tool", "system"])
TREES = st.lists(st.tuples(ROLES, st.integers(0, 100)), min_size=1, max_size=25)


def places(tree: list[tuple[str, int]]) -> list[tuple[str, str | None, str]]:
    """Return each node as its id, its parent's and its role; a parent stands anywhere before."""
    return [(f"n{at}", f"n{parent % at}" if at and parent else None, role) for at, (role, parent) in enumerate(tree)]


def expect_whole(transcript: Transcript, kept: list[str]) -> None:
    roles = {one.id: one.role for one in checked(transcript).messages}
    assert all(roles.get(one.parent_id or "", "assistant") != one.role for one in transcript.messages)
    text = "\n\n".join(one.text for one in transcript.messages).split("\n\n")
    assert set(kept) <= set(text)
    parents = {one.parent_id for one in transcript.messages}
    assert all(one.role == "assistant" or one.id in parents for one in transcript.messages)
    again = next(values_in(text_of(json_of(transcript))))
    assert json_of(transcript_of(again)) == json_of(transcript)


@given(TREES, st.integers(0, 30))
@settings(deadline=None)
def test_chatgpts(tree: list[tuple[str, int]], current: int) -> None:
    nodes: list[Any] = [message(one, parent, role, words(f"text {one}")) for one, parent, role in places(tree)]
    transcript, _ = chatgpt.transcript_of(conversation(*nodes, current=f"n{current}"))
    expect_whole(transcript, [f"text {one}" for one, _, role in places(tree) if role in {"user", "assistant"}])


@given(TREES, st.integers(0, 30))
@settings(deadline=None)
def test_open_webuis(tree: list[tuple[str, int]], current: int) -> None:
    nodes = [chat_message(one, parent, role, f"text {one}") for one, parent, role in places(tree)]
    transcript, _ = openwebui.transcript_of(exported(*nodes, current=f"n{current}"))
    expect_whole(transcript, [f"text {one}" for one, _, role in places(tree) if role in {"user", "assistant"}])


NAMES = ["chat", "mapping", "history", "messages", "id", "role", "content", "message", "author", "parent", "parts"]
LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner))


@given(ANYTHING)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_a_file_nothing_but_its_sentence_is_raised(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(NotReadable):
        read(Path(folder), json.dumps(value).encode())
