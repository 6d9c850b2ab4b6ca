"""What a service sent is kept as it came, but for keys, however they come."""

import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import DONE, Scripted, Step

from nicewen.services.conversation import Answer
from nicewen.services.events import Text, Thinking
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.raw_events import RawEvents
from nicewen.services.redaction import MASK, Redactor
from nicewen.services.running_answer import Patience, RunningAnswer
from nicewen.services.store import RAW_LIMIT, RawEvent

KEY = "sk-canary-0123456789"


async def kept_of(*script: Step) -> list[RawEvent]:
    """Return what is kept of the raw events of an answer."""
    answer = Answer("scripted", "script")
    kept = answer.raw_events
    running = RunningAnswer(
        answer,
        Scripted(script),
        AnswerRequest("", (Turn("user", "?"),)),
        changed=lambda: None,
        ended=lambda: None,
        patience=Patience(),
        redactor=Redactor([KEY]),
    )
    await running.run()
    return kept


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places})
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


async def test_all_that_came_is_kept_in_order_with_its_time_to_the_last_event() -> None:
    began = time.time()
    kept = await kept_of('{"text":"好"}', Text("好"), "not json", '{"end":true}', DONE)
    assert [event.event for event in kept] == ['{"text":"好"}', "not json", '{"end":true}']
    assert began <= kept[0].at <= kept[1].at <= kept[2].at <= time.time()


async def test_what_came_before_an_error_is_kept_too() -> None:
    kept = await kept_of("one", Text("one"), "two", ZeroDivisionError())
    assert [event.event for event in kept] == ["one", "two"]


@settings(deadline=None)
@given(st.text("sk-canary 0", max_size=20), st.text("sk-canary 0", max_size=20), st.lists(st.integers(0, 99)))
async def test_no_key_can_be_read_from_what_is_kept_however_it_is_cut(
    before: str, after: str, places: list[int]
) -> None:
    for kind in (Text, Thinking):
        script: list[Step] = []
        for piece in filter(None, cut(before + KEY + after, places)):
            script += [json.dumps({"text": piece}), kind(piece)]
        kept = [event.event for event in await kept_of(*script, DONE)]
        assert len(kept) == len(script) // 2
        assert KEY not in "".join("" if event == MASK else json.loads(event)["text"] for event in kept)


async def test_what_comes_before_and_after_a_key_in_pieces_is_kept() -> None:
    pieces = ["It is ", "sk-can", "ary-0123", "456789", ", they said", " so"]
    script = [step for piece in pieces for step in (piece, Text(piece))]
    kept = [event.event for event in await kept_of(*script, DONE)]
    assert kept == ["It is ", MASK, MASK, MASK, ", they said", " so"]


def test_a_key_is_masked_in_json_in_other_text_and_where_it_is_escaped() -> None:
    masked = Redactor([KEY]).in_source
    assert masked(f'{{"a": "{KEY}", "b": 1}}') == f'{{"a": "{MASK}", "b": 1}}'
    assert masked(f"<p>{KEY}\\</p>") == f"<p>{MASK}\\</p>"
    assert masked('{"a": "\\u0073k-canary-0123456789"}') == f'{{"a": "{MASK}"}}'
    assert masked('{"a": "\\u0073k-canary-0123456789", "cut') == MASK
    assert masked("a\\u0073 \\ b") == "a\\u0073 \\ b"
    assert masked('{"a":"one\\ntwo", "n":1e400}') == '{"a":"one\\ntwo", "n":1e400}', "nothing else is changed"


def test_memory_holds_little_more_than_is_kept() -> None:
    kept: list[RawEvent] = []
    events = RawEvents(kept, Redactor(), is_undecided=lambda: False)
    for _ in range(100):
        events.receive("湖" * 100_000)
    events.settle()
    assert sum(len(event.event) for event in kept) == RAW_LIMIT + 100_000
