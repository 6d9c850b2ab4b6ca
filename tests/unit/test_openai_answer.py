"""Chat-completion streams as they are written by different services, read without sockets, at all cuts."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

import httpx
import pytest

from dashscope_simulator.pieces import Split, cut
from nicewen.services.errors import AnswerError, CutShort, Refused
from nicewen.services.events import AnswerEvent, Finished, Text, Thinking, Usage
from nicewen.services.providers.openai_answer import OpenAIAnswer
from nicewen.services.providers.openai_compatible import OpenAICompatible
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.providers.wire import Frame, Timeouts

SPLITS: tuple[Split, ...] = ("whole", "bytes", "worst")
SHORT = Timeouts(connect=5, first_data=0.5, stall=0.5)

Reply = Callable[[httpx.Request], httpx.Response]


def chunk(delta: object, finish_reason: object = None, **beside: object) -> str:
    """One chunk of DashScope's compatible mode."""
    choice = {"delta": delta, "index": 0, "logprobs": None, "finish_reason": finish_reason}
    return event({"choices": [choice], "object": "chat.completion.chunk", "usage": None, "id": "chatcmpl-1", **beside})


def event(payload: object) -> str:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n"


DONE = "data: [DONE]\n\n"
USAGE = {
    "prompt_tokens": 22,
    "completion_tokens": 10,
    "total_tokens": 32,
    "completion_tokens_details": {"reasoning_tokens": 8},
    "prompt_tokens_details": {"cached_tokens": 4},
}
LAST = event({"choices": [], "usage": USAGE, "id": "chatcmpl-1"})
OPENING = chunk({"role": "assistant", "content": "", "reasoning_content": ""})
HELLO = OPENING + chunk({"content": "你好"}) + chunk({"content": "，世界🌍"})
END = chunk({"content": ""}, "stop")
SAID = "你好，世界🌍"
TOKENS = Usage(22, 10, 8, 4)
FINISHED = Finished("stop", "chatcmpl-1")


def streamed(body: str, split: Split = "whole") -> Reply:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in cut(body.encode(), split):
            yield piece

    return lambda _: httpx.Response(200, headers={"content-type": "text/event-stream"}, content=pieces())


def refused(status: int, body: object) -> Reply:
    content = body if isinstance(body, str) else json.dumps(body)
    return lambda _: httpx.Response(status, headers={"content-type": "application/json"}, text=content)


async def events_of(reply: Reply) -> list[AnswerEvent]:
    provider = OpenAICompatible(
        "http://service.test/v1",
        "sk-canary-0123",
        default_model="m",
        timeouts=SHORT,
        transport=httpx.MockTransport(reply),
    )
    try:
        async with aclosing(provider.answer(AnswerRequest("", (Turn("user", "你好"),)))) as events:
            return [event async for event in events]
    finally:
        await provider.close()


async def error_of(reply: Reply) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        await events_of(reply)
    return caught.value


def said(events: Sequence[AnswerEvent], kind: type[Text] | type[Thinking] = Text) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


ANSWERS: dict[str, tuple[str, list[AnswerEvent]]] = {
    "usage in a last chunk without choices": (HELLO + END + LAST + DONE, [TOKENS, FINISHED]),
    "no usage": (HELLO + END + DONE, [FINISHED]),
    "a finish reason and no marker": (HELLO + END, [FINISHED]),
    "a marker and no finish reason": (HELLO + DONE, [FINISHED]),
    "a marker without a blank line after it": (HELLO + "data: [DONE]", [FINISHED]),
    "usage without the finish reason": (HELLO + LAST + DONE, [TOKENS, FINISHED]),
    "finish reason on a chunk with an empty delta": (HELLO + chunk({}, "stop") + DONE, [FINISHED]),
    "finish reason on a chunk with a null delta": (HELLO + chunk(None, "stop") + DONE, [FINISHED]),
    "cut by the token limit": (HELLO + chunk({}, "length") + DONE, [Finished("length", "chatcmpl-1")]),
    "the word null as finish reason": (OPENING + chunk({"content": SAID}, "null") + END + DONE, [FINISHED]),
    "null content": (HELLO + chunk({"content": None}) + END + DONE, [FINISHED]),
    "comments between chunks": (f": keep-alive\n\n{HELLO}: PROCESSING\n\n{END}{DONE}", [FINISHED]),
    "a broken chunk": (f"{HELLO}data: {{broken\n\n{END}{DONE}", [FINISHED]),
    "carriage returns": ((HELLO + END + DONE).replace("\n", "\r\n"), [FINISHED]),
    "another choice beside ours": (
        HELLO + event({"choices": [{"index": 1, "delta": {"content": "other"}}]}) + END + DONE,
        [FINISHED],
    ),
    "text after the finish reason": (HELLO + END + chunk({"content": "late"}) + DONE, [FINISHED]),
    "an error after the finish reason": (HELLO + END + event({"error": {"message": "late"}}), [FINISHED]),
    "content as a list": (
        OPENING + chunk({"content": [{"type": "text", "text": "你好"}, {"type": "text", "text": "，世界🌍"}]}) + END,
        [FINISHED],
    ),
}


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_understood_however_it_is_written_and_cut(name: str, split: Split) -> None:
    body, after = ANSWERS[name]
    events = await events_of(streamed(body, split))
    assert said(events) == SAID
    assert [event for event in events if not isinstance(event, Text)] == after


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize("split", SPLITS)
async def test_reasoning_is_thinking_under_both_of_its_names(field: str, split: Split) -> None:
    body = OPENING + chunk({"content": None, field: "想一"}) + chunk({field: "想"}) + HELLO + END + DONE
    events = await events_of(streamed(body, split))
    assert (said(events, Thinking), said(events)) == ("想一想", SAID)


async def test_reasoning_written_under_both_names_at_once_is_taken_once() -> None:
    body = OPENING + chunk({"reasoning": "想", "reasoning_content": "想"}) + END
    assert said(await events_of(streamed(body)), Thinking) == "想"


async def test_a_whole_answer_in_json_is_an_answer() -> None:
    message = {"role": "assistant", "content": SAID}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    events = await events_of(refused(200, {"id": "chatcmpl-1", "choices": [choice], "usage": USAGE}))
    assert events == [Text(SAID), TOKENS, FINISHED]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("body", ["", HELLO, HELLO + LAST, HELLO + chunk({"content": ""})])
async def test_an_end_that_nobody_announced_is_cut_short(body: str, split: Split) -> None:
    error = await error_of(streamed(body, split))
    assert isinstance(error, CutShort)
    assert error.request_id == ("chatcmpl-1" if body else "")


OPENAI_ERROR = {"message": "said by the service", "type": "invalid_request_error", "param": None}
REFUSALS: dict[str, tuple[Reply, str, str, bool]] = {
    "wrong key": (
        refused(401, {"error": {**OPENAI_ERROR, "code": "invalid_api_key"}}),
        "error-wrong-key", "invalid_api_key", False,
    ),
    "no such model": (
        refused(404, {"error": {**OPENAI_ERROR, "code": "model_not_found"}}),
        "error-model-unavailable", "model_not_found", False,
    ),
    "Ollama's error is a sentence": (refused(404, {"error": "model 'x' not found"}), "error-refused", "", False),
    "a number as code": (
        refused(429, {"error": {"message": "slow down", "type": "rate", "code": 429}}), "error-busy", "429", True,
    ),
    "llama.cpp's context": (
        refused(400, {"error": {"code": 400, "message": "request (9 tokens) exceeds the available context size (8)"}}),
        "error-too-long", "400", False,
    ),
    "not our kind of service": (refused(404, "<html>Not Found</html>"), "error-not-understood", "", False),
    "a page instead of an answer": (refused(200, "<html>Welcome</html>"), "error-not-understood", "", False),
    "an error inside the stream": (
        streamed(HELLO + event({"error": {**OPENAI_ERROR, "code": "server_error"}})),
        "error-server", "server_error", True,
    ),
    "a status inside the stream": (
        streamed(event({"error": {"code": 429, "message": "rate limited upstream"}})), "error-busy", "429", True,
    ),
    "an error beside a choice": (
        streamed(HELLO + chunk({"content": ""}, "error", error={"code": 502, "message": "provider disconnected"})),
        "error-server", "502", True,
    ),
    "a native error frame inside the stream": (
        streamed('id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"code":"Throttling.RateQuota","message":"wait"}\n\n'),
        "error-busy", "Throttling.RateQuota", True,
    ),
    "an error frame that is not JSON": (
        streamed("event: error\ndata: upstream connect error\n\n"), "error-server", "", True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_understood_in_each_of_its_shapes(name: str) -> None:
    reply, key, code, retryable = REFUSALS[name]
    error = await error_of(reply)
    assert isinstance(error, Refused)
    assert (error.key, error.code, error.retryable) == (key, code, retryable)


async def test_no_error_holds_the_key() -> None:
    error = await error_of(
        refused(401, {"error": {"message": "Incorrect key sk-canary-0123", "code": "invalid_api_key"}})
    )
    assert "sk-canary-0123" not in f"{error} {error.said} {error.sentence('zh')}"


async def test_text_that_came_before_an_error_is_given_out() -> None:
    answer = OpenAIAnswer("m")
    frames = [Frame({"choices": [{"delta": {"content": "你好"}}]}), Frame({"error": {"message": "broken"}})]
    assert list(answer.feed(frames[0])) == [Text("你好")]
    with pytest.raises(Refused):
        list(answer.feed(frames[1]))


async def body_sent_to(base_url: str, request: AnswerRequest, **options: object) -> dict[str, object]:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return streamed(HELLO + END + DONE)(request)

    provider = OpenAICompatible(base_url, default_model="m", transport=httpx.MockTransport(answer), **options)  # type: ignore[arg-type]  # passed through
    async with aclosing(provider.answer(request)) as events:
        async for _ in events:
            pass
    await provider.close()
    assert str(sent[0].url) == f"{base_url.rstrip('/')}/chat/completions"
    return dict(json.loads(sent[0].content))


async def test_a_conversation_is_sent_with_the_system_prompt_first() -> None:
    turns = (Turn("user", "一"), Turn("assistant", "二"), Turn("user", "三"))
    body = await body_sent_to("http://service.test/v1/", AnswerRequest("other", turns, "Be brief."))
    assert body == {
        "model": "other",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "一"},
            {"role": "assistant", "content": "二"},
            {"role": "user", "content": "三"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("dashscope.aliyuncs.com", True),
        ("dashscope-intl.aliyuncs.com", True),
        ("ws-1.cn-beijing.maas.aliyuncs.com", True),
        ("api.openai.com", False),
        ("notaliyuncs.com", False),
        ("aliyuncs.com.example.org", False),
        ("127.0.0.1:8000", False),
    ],
)
async def test_only_alibaba_is_told_about_thinking(host: str, expected: bool) -> None:
    question = (Turn("user", "你好"),)
    body = await body_sent_to(f"https://{host}/v1", AnswerRequest("m", question, thinking=True))
    assert body.get("enable_thinking", False) is expected
    body = await body_sent_to(f"https://{host}/v1", AnswerRequest("m", question))
    assert ("enable_thinking" in body) is expected


async def test_what_only_one_kind_of_service_understands_is_added_to_the_request() -> None:
    body = await body_sent_to("http://x.test/v1", AnswerRequest("", (Turn("user", "hi"),)), extra_body={"top_k": 3})
    assert (body["model"], body["top_k"]) == ("m", 3)
