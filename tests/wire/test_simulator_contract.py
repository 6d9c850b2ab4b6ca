"""The official SDK is a client of the simulator: what it reads there is what it reads from DashScope (case 58)."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import dashscope
import pytest
import requests
from dashscope import AioGeneration, Generation, MultiModalConversation
from dashscope.api_entities.aio_session import close_shared_aio_session
from dashscope.api_entities.http_request import close_shared_sync_session
from dashscope.v2 import Client
from dashscope.v2.errors import RateLimitError

from dashscope_simulator.process import RunningSimulator

ASKED: list[Any] = [{"role": "user", "content": "你好 get_weather"}]
ECHO = "你说：你好 get_weather"
INCREMENTS: dict[str, Any] = {"stream": True, "incremental_output": True, "result_format": "message"}
TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
NO_MAPPING = "must be a mapping, not NoneType"


@pytest.fixture(autouse=True)
def sdk_connections_closed() -> Iterator[None]:
    """The SDK keeps its sessions for the process; an open one would warn at the end of a test."""
    yield
    close_shared_sync_session()


@pytest.fixture
async def sdk_async_connections_closed() -> AsyncIterator[None]:
    yield
    await close_shared_aio_session()


def call(simulator: RunningSimulator, model: str = "qwen-plus", **wishes: Any) -> Any:
    known: dict[str, Any] = {"api_key": "sk-simulator", "base_address": simulator.base_url, "messages": ASKED}
    return Generation.call(model=model, **{**known, **wishes})


def stream(simulator: RunningSimulator, model: str = "qwen-plus", **wishes: Any) -> list[Any]:
    return list(call(simulator, model, **{**INCREMENTS, **wishes}))


def messages(frames: list[Any]) -> list[Any]:
    return [frame.output.choices[0].message for frame in frames]


def text(frames: list[Any]) -> str:
    return "".join(message.content for message in messages(frames))


def reasons(frames: list[Any]) -> list[str]:
    return [frame.output.choices[0].finish_reason for frame in frames]


# Generation


def test_increments_joined_are_the_answer(simulator: RunningSimulator) -> None:
    assert text(stream(simulator)) == ECHO


def test_the_finish_reason_is_the_word_null_until_it_is_stop(simulator: RunningSimulator) -> None:
    said = reasons(stream(simulator))
    assert set(said[:-1]) == {"null"}
    assert said[-1] == "stop"


def test_usage_grows_and_the_last_frame_has_it_all(simulator: RunningSimulator) -> None:
    counted = [frame.usage.output_tokens for frame in stream(simulator)]
    assert counted == sorted(counted)
    assert counted[-1] == len(counted) - 1


def test_the_request_id_is_the_same_in_header_frames_and_record(simulator: RunningSimulator) -> None:
    frames = stream(simulator, "qwen-plus@tag=request-id")
    recorded = simulator.requests("qwen-plus@tag=request-id")[0]["id"]
    assert {recorded} == {frame.request_id for frame in frames} == {frame.headers["x-request-id"] for frame in frames}


def test_without_wishes_frames_are_cumulative_text(simulator: RunningSimulator) -> None:
    frames = list(call(simulator, stream=True))
    assert [frame.output.text for frame in frames][:2] == ["你说", "你说："]
    assert frames[-1].output.text == ECHO
    assert frames[-1].output.finish_reason == "stop"


def test_incremental_text_format_joined_is_the_answer(simulator: RunningSimulator) -> None:
    assert "".join(frame.output.text for frame in stream(simulator, result_format="text")) == ECHO


def test_the_sdks_own_accumulation_ends_with_the_whole_answer(simulator: RunningSimulator) -> None:
    assert messages(stream(simulator, incremental_output=False))[-1].content == ECHO


def test_without_streaming_one_text_comes(simulator: RunningSimulator) -> None:
    answer = call(simulator)
    assert (answer.status_code, answer.output.text, answer.output.finish_reason) == (200, ECHO, "stop")


def test_without_streaming_one_message_comes(simulator: RunningSimulator) -> None:
    assert text([call(simulator, result_format="message")]) == ECHO


def test_increments_without_streaming_are_refused(simulator: RunningSimulator) -> None:
    answer = call(simulator, incremental_output=True)
    assert (answer.status_code, answer.message) == (400, "incremental_output only supports stream call")


def test_thinking_comes_before_the_answer(simulator: RunningSimulator) -> None:
    said = messages(stream(simulator, enable_thinking=True))
    phases = [bool(message.reasoning_content) for message in said]
    assert phases == sorted(phases, reverse=True)
    assert any(phases)
    assert "".join(message.content for message in said) == ECHO


def test_thinking_needs_increments(simulator: RunningSimulator) -> None:
    answer = next(call(simulator, stream=True, result_format="message", enable_thinking=True))
    assert answer.message == 'The incremental_output parameter must be "true" when enable_thinking is true'


def test_thinking_without_streaming_is_in_the_message(simulator: RunningSimulator) -> None:
    answer = call(simulator, result_format="message", enable_thinking=True)
    assert answer.output.choices[0].message.reasoning_content
    assert answer.usage.output_tokens_details["reasoning_tokens"] > 0


def test_sources_come_in_the_first_frame_only(simulator: RunningSimulator) -> None:
    wishes: dict[str, Any] = {"enable_search": True, "search_options": {"enable_source": True, "enable_citation": True}}
    frames = stream(simulator, **wishes)
    counts = [len(frame.output.search_info["search_results"]) for frame in frames]
    assert counts == [2] + [0] * (len(frames) - 1)
    assert text(frames) == f"{ECHO}[1]"


def test_a_tool_named_in_the_question_is_called_in_fragments(simulator: RunningSimulator) -> None:
    frames = stream(simulator, tools=[TOOL])
    fragments = [call for message in messages(frames) for call in message.get("tool_calls", [])]
    assert fragments[0]["function"]["name"] == "get_weather"
    assert "".join(fragment["function"]["arguments"] for fragment in fragments) == '{"city": "你好 get_weather"}'
    assert reasons(frames)[-1] == "tool_calls"


def test_a_stop_sequence_ends_the_answer_before_it(simulator: RunningSimulator) -> None:
    assert text(stream(simulator, stop=["get"])) == "你说：你好 "


def test_max_tokens_ends_the_answer_with_length(simulator: RunningSimulator) -> None:
    frames = stream(simulator, max_tokens=2)
    assert (text(frames), reasons(frames)[-1]) == ("你说：", "length")


def test_two_choices_finish_together_for_the_sdk(simulator: RunningSimulator) -> None:
    last = stream(simulator, n=2, incremental_output=False)[-1]
    assert [choice["message"]["content"] for choice in last.output.choices] == [ECHO, ECHO]


@pytest.mark.parametrize("split", ["whole", "bytes", "worst"])
def test_the_answer_is_the_same_however_it_is_cut(simulator: RunningSimulator, split: str) -> None:
    assert text(stream(simulator, f"qwen-plus@split={split}")) == ECHO


async def test_the_async_client_reads_the_same(simulator: RunningSimulator, sdk_async_connections_closed: None) -> None:
    wishes: dict[str, Any] = {
        "api_key": "sk-simulator",
        "base_address": simulator.base_url,
        "messages": ASKED,
        **INCREMENTS,
    }
    answer: Any = await AioGeneration.call(model="qwen-plus", **wishes)
    assert text([frame async for frame in answer]) == ECHO


async def test_the_async_client_reads_one_body(simulator: RunningSimulator, sdk_async_connections_closed: None) -> None:
    wishes: dict[str, Any] = {"api_key": "sk-simulator", "base_address": simulator.base_url, "messages": ASKED}
    answer: Any = await AioGeneration.call(model="qwen-plus", **wishes)
    assert answer.output.text == ECHO


# MultiModalConversation and the second client


def multimodal(simulator: RunningSimulator, model: str, **wishes: Any) -> Any:
    parts = [{"role": "user", "content": [{"text": "hi"}]}]
    known: dict[str, Any] = {"api_key": "sk-simulator", "base_address": simulator.base_url, "messages": parts}
    return MultiModalConversation.call(model=model, **known, **wishes)


def test_a_multimodal_answer_is_lists_of_parts(simulator: RunningSimulator) -> None:
    contents = [m.content for m in messages(list(multimodal(simulator, "qwen3-vl-plus", **INCREMENTS)))]
    assert "".join(part["text"] for content in contents for part in content) == "You said: hi"
    assert contents[-1] == []


def test_a_multimodal_answer_without_streaming_is_one_part(simulator: RunningSimulator) -> None:
    answer = multimodal(simulator, "qwen-vl-max")
    assert answer.output.choices[0].message.content == [{"text": "You said: hi"}]


def test_a_text_model_on_the_multimodal_path_is_a_url_error(simulator: RunningSimulator) -> None:
    answer = multimodal(simulator, "qwen-plus")
    assert (answer.status_code, answer.code) == (400, "InvalidParameter")
    assert answer.message.startswith("url error, please check url！")


def test_a_multimodal_model_on_the_text_path_is_a_url_error(simulator: RunningSimulator) -> None:
    assert stream(simulator, "qwen3.8-max")[0].message.startswith("url error, please check url！")


@pytest.fixture
def second_client(simulator: RunningSimulator) -> Iterator[Client]:
    with Client(api_key="sk-simulator", base_url=simulator.base_url, max_retries=0) as client:
        yield client


def test_the_second_client_reads_increments(second_client: Client) -> None:
    answer = second_client.chat.completions.create(model="qwen-plus", messages=ASKED, stream=True)
    said = [str(choice.delta.content) for chunk in answer for choice in chunk.choices]
    assert "".join(said) == ECHO


def test_the_second_client_reads_one_body(second_client: Client) -> None:
    answer = second_client.chat.completions.create(model="qwen-plus", messages=ASKED)
    assert answer.choices[0].message.content == ECHO


def test_the_second_client_raises_on_throttling_inside_a_stream(second_client: Client) -> None:
    asked: dict[str, Any] = {"model": "qwen-plus@error-event-429", "messages": ASKED, "stream": True}
    with pytest.raises(RateLimitError) as raised:
        list(second_client.chat.completions.create(**asked))
    assert raised.value.status_code == 200


# What the SDK makes of faults, as measured against a local server (table 6.1 of the notes)

REFUSED = [
    ("error-event-400", 400, "InvalidParameter"),
    ("error-event-429", 400, "Throttling.RateQuota"),
    ("wrong-key", 401, "InvalidApiKey"),
    ("throttled", 429, "Throttling.RateQuota"),
    ("sse-body-400", 400, "InvalidParameter"),
    ("openai-error-404", 404, None),
    ("html-502-once,tag=sdk", 502, "Unknown"),
]


@pytest.mark.parametrize(("profile", "status", "code"), REFUSED)
def test_a_refusal_is_one_item_with_status_and_code(
    simulator: RunningSimulator, profile: str, status: int, code: str | None
) -> None:
    answers = stream(simulator, f"qwen-plus@{profile}")
    assert [(answer.status_code, answer.code) for answer in answers] == [(status, code)]


@pytest.mark.parametrize("profile", ["error-event-with-space", "error-without-event-line", "business-error-on-200"])
def test_an_error_the_sdk_does_not_recognise_breaks_it(simulator: RunningSimulator, profile: str) -> None:
    with pytest.raises(TypeError, match=NO_MAPPING):
        stream(simulator, f"qwen-plus@{profile}")


def test_a_stream_labelled_json_breaks_the_sdk(simulator: RunningSimulator) -> None:
    with pytest.raises(requests.exceptions.JSONDecodeError):
        stream(simulator, "qwen-plus@sse-body-labelled-json")


def test_an_error_after_text_is_the_last_item(simulator: RunningSimulator) -> None:
    *said, failed = stream(simulator, "qwen-plus@blocked-midway")
    assert text(said) == "部分回答"
    assert (failed.status_code, failed.code) == (400, "DataInspectionFailed")


def test_the_done_marker_is_an_unknown_error_to_the_sdk(simulator: RunningSimulator) -> None:
    *said, failed = stream(simulator, "qwen-plus@done-marker")
    assert text(said) == "你好，世界！"
    assert (failed.code, failed.message) == ("Unknown", "[DONE]")


def test_json_over_two_lines_is_two_unknown_errors_a_frame(simulator: RunningSimulator) -> None:
    assert [answer.code for answer in stream(simulator, "qwen-plus@json-over-two-data-lines")] == ["Unknown"] * 8


@pytest.mark.parametrize("profile", ["cut-midway", "closed-midway"])
def test_a_cut_connection_breaks_the_stream_after_what_came(simulator: RunningSimulator, profile: str) -> None:
    answer = call(simulator, f"qwen-plus@{profile}", **INCREMENTS)
    assert text([next(answer), next(answer)]) == "你好，世界"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        next(answer)


def test_a_clean_end_without_finish_reason_is_silent_to_the_sdk(simulator: RunningSimulator) -> None:
    assert reasons(stream(simulator, "qwen-plus@clean-eof-midway")) == ["null", "null"]


def test_one_json_body_instead_of_a_stream_is_one_item(simulator: RunningSimulator) -> None:
    assert text(stream(simulator, "qwen-plus@plain-json")) == "你好，世界！"


def test_a_frame_without_output_breaks_the_sdk(simulator: RunningSimulator) -> None:
    with pytest.raises(TypeError, match=NO_MAPPING):
        stream(simulator, "qwen-plus@null-shapes")


def test_a_broken_frame_is_an_unknown_error_and_the_stream_goes_on(simulator: RunningSimulator) -> None:
    answers = stream(simulator, "qwen-plus@broken-json-frame")
    assert [(answer.status_code, answer.code) for answer in answers if answer.code] == [(400, "Unknown")]
    assert text([answer for answer in answers if not answer.code]) == "你好，世界！"


async def test_a_broken_frame_has_another_status_for_the_async_client(
    simulator: RunningSimulator, sdk_async_connections_closed: None
) -> None:
    wishes: dict[str, Any] = {"api_key": "sk-simulator", "base_address": simulator.base_url, "messages": ASKED}
    answer: Any = await AioGeneration.call(model="qwen-plus@broken-json-frame", **wishes, **INCREMENTS)
    assert [item.status_code async for item in answer if item.code] == [500]


@pytest.mark.parametrize("profile", ["cut-midway", "closed-midway"])
async def test_a_cut_connection_breaks_the_async_client(
    simulator: RunningSimulator, sdk_async_connections_closed: None, profile: str
) -> None:
    wishes: dict[str, Any] = {"api_key": "sk-simulator", "base_address": simulator.base_url, "messages": ASKED}
    answer: Any = await AioGeneration.call(model=f"qwen-plus@{profile}", **wishes, **INCREMENTS)
    with pytest.raises(aiohttp.ClientPayloadError):
        [item async for item in answer]


def test_the_second_attempt_succeeds_where_the_first_is_throttled(simulator: RunningSimulator) -> None:
    model = "qwen-plus@throttled-once,tag=second-attempt"
    assert [stream(simulator, model)[0].status_code for _ in range(2)] == [429, 200]


# The service's own checks

WISHES_REFUSED = [
    ({"api_key": "sk-wrong"}, 401, "Invalid API-key provided."),
    ({"model": "qwen-none"}, 404, "Model not exist."),
    ({"temperature": 2.0}, 400, "Temperature should be in [0.0, 2.0)"),
    ({"top_p": 0.0}, 400, "Range of top_p should be (0.0, 1.0]"),
    ({"max_tokens": 0}, 400, "Range of max_tokens should be [1, 32768]"),
    ({"n": 5}, 400, "Range of n should be [1, 4]"),
    ({"messages": [{"role": "robot", "content": "hi"}]}, 400, 'Role must be in ["user","assistant",'),
    ({"messages": [*ASKED, {"role": "assistant", "content": "hi"}]}, 400, 'Role must be in ["user","assistant",'),
    ({"messages": [{"role": "user", "content": [{"text": "hi"}]}]}, 400, "input content must be a string."),
]


@pytest.mark.parametrize(("wish", "status", "words"), WISHES_REFUSED)
def test_an_unacceptable_question_is_refused_with_the_services_words(
    simulator: RunningSimulator, wish: dict[str, Any], status: int, words: str
) -> None:
    answer = stream(simulator, **wish)[0]
    assert answer.status_code == status
    assert answer.message.startswith(words)


# What reaches the service


def test_closing_the_sdks_iterator_is_recorded_as_cancelled(simulator: RunningSimulator) -> None:
    model = "qwen-plus@stall-midway,tag=sdk-gone"
    answer = call(simulator, model, **INCREMENTS)
    next(answer)
    answer.close()
    close_shared_sync_session()
    simulator.wait_until(lambda all_of: any(r["model"] == model and r["outcome"] == "cancelled" for r in all_of), 0.3)


def test_a_proxys_prefix_leads_to_the_same_service(simulator: RunningSimulator) -> None:
    answer = call(simulator, base_address=f"{simulator.url}/tyqw/api/v1")
    assert answer.output.text == ECHO


def test_the_sdk_is_the_version_the_notes_describe() -> None:
    assert dashscope.version.__version__ == "2.0.2"
