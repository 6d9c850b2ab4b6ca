"""Profiles with tool calls, extra choices, foreign keys and foreign text in well-formed frames (cases 17 to 22)."""

import json

from dashscope_simulator.frames import HELLO_TEXT, INPUT_TOKENS, chunk, frame, hello, streamed, usage
from dashscope_simulator.profile import Expected, Profile, Tokens
from dashscope_simulator.question import REQUEST_ID

KIMI = '[{"text": "你好，世界！"}]'
MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>**粗体** & <b>b</b>'


def call(index: int, identity: object, **function: object) -> dict[str, object]:
    return {"index": index, "id": identity, "type": "function", "function": function}


def called(*calls: dict[str, object]) -> dict[str, object]:
    return chunk("", tokens=4, tool_calls=list(calls))


def choice(index: int, content: str, finish: str = "null") -> dict[str, object]:
    row = {"index": index, "message": {"content": content, "role": "assistant"}, "finish_reason": finish}
    return {"output": {"choices": [row]}, "usage": usage(4)}


def numbered(number: int | None, payload: dict[str, object], request: int) -> bytes:
    """A frame with its own id (None: without an id line) and its own request id."""
    sent = frame({**payload, "request_id": f"{REQUEST_ID[:-1]}{request}"}, number or 0)
    return sent if number is not None else sent.partition(b"\n")[2]


UNKNOWN = {
    "request_id": REQUEST_ID,
    "output": {
        "choices": [
            {
                "message": {"content": HELLO_TEXT, "role": "assistant", "refusal": None, "audio": {"id": 1}},
                "finish_reason": "stop",
                "logprobs": None,
                "matched_stop": 7,
            }
        ],
        "model": "qwen-plus",
        "text": None,
        "extra": [[]],
    },
    "usage": usage(4, characters=0, image_tokens=0, x_details={"y": [1]}, cost="0.01", cached=None),
    "status_code": 200,
    "code": "",
    "message": "",
    "type": None,
}
SAID_HELLO = Expected(HELLO_TEXT, tokens=Tokens(INPUT_TOKENS, 4))

ODDITIES: tuple[Profile, ...] = (
    streamed(
        "tool-call-fragments",
        "17: two tool calls interleaved; names absent or null, ids empty, arguments null or an object.",
        [
            called(call(0, "call_a1", name="get_weather", arguments="")),
            called(call(0, "", arguments='{"city": ')),
            called(call(0, "", name=None, arguments=None), call(1, "call_b2", name="get_time", arguments={"zone": 8})),
            called(call(0, "", name="", arguments='"杭州"}')),
            chunk("", "tool_calls", 4),
        ],
        Expected("", finish_reason="tool_calls", tokens=Tokens(INPUT_TOKENS, 4)),
    ),
    streamed(
        "two-choices",
        "18: two choices interleaved by index; the first is the answer.",
        [
            choice(0, "你好，"),
            choice(1, "您好，"),
            choice(1, "天地。"),
            choice(1, "", "stop"),
            choice(0, "世界！"),
            choice(0, "", "stop"),
        ],
        SAID_HELLO,
    ),
    streamed("unknown-keys", "19: unknown keys at every level, also in usage.", [frame(UNKNOWN)], SAID_HELLO),
    streamed(
        "request-id-changes",
        "20: the request id differs per frame; ids have gaps, repeat or are absent.",
        [
            numbered(3, dict(hello()[0]), 1),
            numbered(None, dict(hello()[1]), 2),
            numbered(9, dict(hello()[2]), 3),
            numbered(9, dict(hello()[3]), 4),
        ],
        SAID_HELLO,
    ),
    streamed(
        "content-is-json-list",
        "21: the content is the JSON text of a list, split over frames; shown as it is or unwrapped.",
        [chunk('[{"text": "你好', tokens=2), chunk('，世界！"}', tokens=3), chunk("]", tokens=4), chunk("", "stop", 4)],
        Expected(KIMI, tokens=Tokens(INPUT_TOKENS, 4), or_text=json.loads(KIMI)[0]["text"]),
    ),
    streamed(
        "markup-in-text",
        "22: html in the answer.",
        [chunk(MARKUP[:17], tokens=2), chunk(MARKUP[17:], tokens=4), chunk("", "stop", 4)],
        Expected(MARKUP, tokens=Tokens(INPUT_TOKENS, 4)),
    ),
)
