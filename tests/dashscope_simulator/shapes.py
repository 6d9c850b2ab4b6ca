"""Profiles whose frames are well-formed but whose payloads are odd (cases 1 to 21)."""

from dataclasses import replace

from dashscope_simulator.frames import HELLO, HELLO_TEXT, INPUT_TOKENS, chunk, hello, streamed, usage, whole
from dashscope_simulator.profile import Expected, Profile, Source, Tokens

THINKING = "用户在打招呼。"


def thought(text: str, tokens: int = 0) -> dict[str, object]:
    details = {"output_tokens_details": {"reasoning_tokens": tokens}}
    return {**chunk("", tokens=tokens, reasoning_content=text), "usage": usage(tokens, **details)}


def spoken(text: str, finish: object = "null", tokens: int = 0, reasoning: int = 2) -> dict[str, object]:
    details = {"output_tokens_details": {"reasoning_tokens": reasoning}}
    return {**chunk(text, finish, tokens, reasoning_content=""), "usage": usage(tokens, **details)}


def text_frame(text: str, finish: str, tokens: int) -> dict[str, object]:
    return {"output": {"finish_reason": finish, "text": text}, "usage": usage(tokens)}


def output(value: object, tokens: int = 4) -> dict[str, object]:
    return {"output": value, "usage": usage(tokens)}


def results(*rows: dict[str, object]) -> dict[str, object]:
    return {"search_results": list(rows)}


def searched(payload: dict[str, object], search_info: object, counted: object) -> dict[str, object]:
    inside = payload["output"]
    assert isinstance(inside, dict)
    return {"output": {**inside, "search_info": search_info}, "usage": counted}


SOURCES = (
    Source(1, "杭州天气", "https://example.com/1", "示例站"),
    Source(2, "西湖 <b>指南</b>", "https://example.com/2?a=1&b=2", "无"),
    Source(2, "同一编号", "https://example.com/3", ""),
    Source(3, "点我", "javascript:alert(1)", "恶意站"),
)
ROWS = [{"site_name": s.site_name, "icon": "", "index": s.index, "title": s.title, "url": s.url} for s in SOURCES]
LATER: dict[str, object] = {"extra_tool_info": [], "search_results": []}
SEARCH_USAGE = usage(6, plugins={"search": {"count": 1}})

THOUGHT = Expected(HELLO_TEXT, THINKING, tokens=Tokens(INPUT_TOKENS, 6, 2))

SHAPES: tuple[Profile, ...] = (
    streamed(
        "last-frame-has-text",
        "2: the last frame carries text together with stop.",
        [chunk("你好", tokens=1), chunk("，世界", tokens=3), chunk("！", "stop", 4)],
    ),
    streamed(
        "length",
        "3: the answer ends at the limit of tokens.",
        [chunk("你好", tokens=1), chunk("，世界", tokens=3), chunk("", "length", 3)],
        Expected("你好，世界", finish_reason="length", tokens=Tokens(INPUT_TOKENS, 3)),
    ),
    streamed(
        "finish-null-variants",
        '4: while generating, the finish reason is null, "", missing and "null".',
        [
            chunk("你", None, 1),
            chunk("好", "", 1),
            output({"choices": [{"message": {"content": "，世界", "role": "assistant"}}]}, 3),
            chunk("！", "null", 4),
            chunk("", "stop", 4),
        ],
    ),
    streamed(
        "unknown-finish-reason",
        "5: a finish reason nobody documented ends the answer.",
        [*hello()[:3], chunk("", "content_filter", 4)],
        replace(HELLO, finish_reason="content_filter"),
    ),
    streamed(
        "ignores-incremental",
        "6: every frame holds the whole text so far although increments were asked for.",
        [
            chunk("你好", tokens=1),
            chunk("你好，世界", tokens=3),
            chunk(HELLO_TEXT, tokens=4),
            chunk(HELLO_TEXT, "stop", 4),
        ],
    ),
    streamed(
        "repeating-increments",
        "1, 6: increments that repeat themselves are all text.",
        [
            chunk("哈", tokens=1),
            chunk("哈", tokens=2),
            chunk("哈", tokens=3),
            chunk("！", tokens=4),
            chunk("", "stop", 4),
        ],
        Expected("哈哈哈！", tokens=Tokens(INPUT_TOKENS, 4)),
    ),
    streamed(
        "text-format",
        "7: frames with output.text although message format was asked for.",
        [text_frame("你好", "null", 1), text_frame("，世界！", "null", 4), text_frame("", "stop", 4)],
    ),
    Profile(
        "plain-json",
        "8: one JSON body with the whole answer although a stream was asked for.",
        lambda question: whole(200, chunk(HELLO_TEXT, "stop", 4), question),
        HELLO,
    ),
    streamed(
        "empty-answer",
        "9: only a stop frame with empty content.",
        [chunk("", "stop")],
        Expected("", tokens=Tokens(INPUT_TOKENS, 0)),
    ),
    streamed(
        "thinking",
        "10: thinking first; while answering reasoning_content is empty.",
        [
            thought("用户在", 1),
            thought("打招呼。", 2),
            spoken("你好，", tokens=4),
            spoken("世界！", tokens=6),
            spoken("", "stop", 6),
        ],
        THOUGHT,
    ),
    streamed(
        "thinking-key-absent",
        "10: thinking first; while answering reasoning_content is absent.",
        [
            thought("用户在", 1),
            thought("打招呼。", 2),
            chunk("你好，世界！", tokens=6),
            {**chunk("", "stop"), "usage": usage(6, output_tokens_details={"reasoning_tokens": 2, "text_tokens": 4})},
        ],
        THOUGHT,
    ),
    streamed(
        "thinking-only-length",
        "11: thinking uses up all tokens, no answer comes.",
        [thought("用户在", 1), thought("打招呼。", 2), {**thought("", 2), "output": spoken("", "length")["output"]}],
        Expected("", THINKING, "length", tokens=Tokens(INPUT_TOKENS, 2, 2)),
    ),
    streamed(
        "thinking-again",
        "12: thinking goes on after the answer began.",
        [
            thought("用户在", 1),
            spoken("你好，", tokens=3),
            thought("打招呼。", 4),
            spoken("世界！", tokens=6),
            spoken("", "stop", 6),
        ],
        THOUGHT,
    ),
    streamed(
        "content-lists",
        "13: content is a list: two texts, empty, an item without text; reasoning_content as a list too.",
        [
            chunk([], tokens=1, reasoning_content=[{"text": "用户在"}]),
            chunk([], tokens=2, reasoning_content="打招呼。"),
            chunk([{"text": "你"}, {"text": "好"}], tokens=3),
            chunk([{"image": "https://example.com/x.png"}, {"text": "，世界"}, {}], tokens=5),
            chunk([{"text": "！"}, {"text": None}], tokens=6),
            chunk([], "stop", 6),
        ],
        Expected(HELLO_TEXT, THINKING, tokens=Tokens(INPUT_TOKENS, 6)),
    ),
    streamed(
        "null-shapes",
        "14: content, message, choices and output are null, empty or missing in between.",
        [
            chunk(None),
            output({"choices": [{"message": None, "finish_reason": "null"}]}),
            hello()[0],
            output({"choices": []}),
            output({"choices": None}),
            hello()[1],
            output(None),
            {"usage": usage(4)},
            output({"choices": [{}]}),
            output({"choices": [None]}),
            *hello()[2:],
        ],
    ),
    streamed(
        "usage-variants",
        "15: usage is empty, missing, null, partial, then real with null details; it is never summed.",
        [
            {**chunk("你"), "usage": {}},
            {"output": chunk("好")["output"]},
            {**chunk("，世"), "usage": None},
            {**chunk("界"), "usage": {"input_tokens": 20, "output_tokens": 3}},
            {**chunk("！"), "usage": usage(4, prompt_tokens_details=None, output_tokens_details=None)},
            {**chunk("", "stop"), "usage": {}},
        ],
    ),
    streamed(
        "sources-first-frame",
        "16: sources only in the first frame, later lists are empty; a javascript url, site name 无, an index twice, "
        "a citation split over frames.",
        [
            searched(chunk(""), results(*ROWS), {}),
            searched(chunk("晴["), LATER, SEARCH_USAGE),
            searched(chunk("1"), LATER, SEARCH_USAGE),
            searched(chunk("]，宜出行[2][3]。"), LATER, SEARCH_USAGE),
            searched(chunk("", "stop"), LATER, SEARCH_USAGE),
        ],
        Expected("晴[1]，宜出行[2][3]。", tokens=Tokens(INPUT_TOKENS, 6, 0, 1), sources=SOURCES),
    ),
    streamed(
        "sources-last-frame",
        "16: sources come with the last frame.",
        [chunk("晴[1]", tokens=6), searched(chunk("", "stop"), results(ROWS[0]), SEARCH_USAGE)],
        Expected("晴[1]", tokens=Tokens(INPUT_TOKENS, 6, 0, 1), sources=SOURCES[:1]),
    ),
)
