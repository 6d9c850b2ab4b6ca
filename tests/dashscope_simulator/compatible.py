"""The OpenAI-compatible path: chat completions and the list of models (section 7 of the notes)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dashscope_simulator.draft import Draft, draft_of
from dashscope_simulator.frames import JSON, headers_of, json_text, raw
from dashscope_simulator.pieces import Piece
from dashscope_simulator.profile import Reply
from dashscope_simulator.question import Question

Json = dict[str, object]
CREATED = 1_790_000_000
MODELS = (
    "qwen-plus",
    "qwen-flash",
    "qwen-max",
    "qwen-long",
    "qwen3-max",
    "qwen3.8-max",
    "qwen3.8-flash",
    "qwen3-vl-plus",
)

CODES = {
    "InvalidApiKey": "invalid_api_key",
    "ModelNotFound": "model_not_found",
    "InvalidParameter": "invalid_parameter_error",
    "DataInspectionFailed": "data_inspection_failed",
    "Throttling.RateQuota": "limit_requests",
    "Throttling.BurstRate": "limit_burst_rate",
    "Throttling.AllocationQuota": "insufficient_quota",
    "InternalError": "internal_error",
}
OWN_STREAM = ("openai-error-in-stream", "openai-error-404-in-stream", "error-event-")


def compatible_reply(question: Question, native: Reply, include_usage: bool) -> Reply:
    """The answer in chunks, unless the profile's native reply refuses, hangs or breaks before its headers.

    A native error frame inside a stream stays as it is: that was seen on the compatible path, too.
    """
    if native.before or question.options.profile.startswith(OWN_STREAM):
        return native
    return openai_error(native, question) if native.status >= 400 else compatible_answer(question, include_usage)


def openai_error(native: Reply, question: Question) -> Reply:
    """The refusal in OpenAI's form; a body that is not the service's JSON stays as it is."""
    whole = native.body()
    native = replace(native, pieces=(whole,))
    try:
        refusal = json.loads(whole)
        code, message = CODES.get(refusal["code"], refusal["code"]), refusal["message"]
    except (ValueError, KeyError, TypeError):
        return native
    inside = {"message": message, "type": code, "param": None, "code": code}
    converted = raw(
        native.status, json_text({"error": inside, "request_id": question.request_id}).encode(), JSON, question
    )
    return replace(converted, headers={**native.headers, **converted.headers})


def compatible_answer(question: Question, include_usage: bool) -> Reply:
    """Chunks ending with [DONE] when the question streams, else one chat completion."""
    draft = draft_of(question, question.options.length)
    if question.streaming:
        return event_stream(chunks(draft, question, include_usage), question)
    message: Json = {"role": "assistant", "content": "".join(draft.tokens)}
    if draft.thinking:
        message["reasoning_content"] = "".join(draft.thinking)
    if draft.call:
        function = {"name": draft.call.name, "arguments": draft.call.arguments}
        message["tool_calls"] = [{"index": 0, "id": "call_a1b2", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": draft.finish, "logprobs": None}
    completion = envelope(question, [choice], usage(draft), "chat.completion")
    return raw(200, json_text(completion).encode(), JSON, question)


def chunks(draft: Draft, question: Question, include_usage: bool) -> Iterator[Piece]:
    yield data(delta(question, {"content": "", "role": "assistant", "reasoning_content": ""}))
    for thought in draft.thinking:
        yield data(delta(question, {"content": None, "reasoning_content": thought}))
    for token in draft.tokens:
        yield data(delta(question, {"content": token}))
    if draft.call:
        function = {"name": draft.call.name, "arguments": draft.call.arguments}
        call = {"index": 0, "id": "call_a1b2", "type": "function", "function": function}
        yield data(delta(question, {"content": None, "tool_calls": [call]}))
    yield data(delta(question, {"content": ""}, draft.finish))
    if include_usage:
        yield data(envelope(question, [], usage(draft)))
    yield b"data: [DONE]\n\n"


def delta(question: Question, change: Mapping[str, object], finish: str | None = None) -> Json:
    choice = {"delta": change, "index": 0, "logprobs": None, "finish_reason": finish}
    return envelope(question, [choice], None)


def envelope(
    question: Question, choices: list[Json], counted: Json | None, kind: str = "chat.completion.chunk"
) -> Json:
    return {
        "choices": choices,
        "object": kind,
        "usage": counted,
        "created": CREATED,
        "system_fingerprint": None,
        "model": question.model,
        "id": f"chatcmpl-{question.request_id}",
    }


def models() -> Json:
    """The body of the list of models."""
    rows = [{"id": name, "object": "model", "created": CREATED, "owned_by": "system"} for name in MODELS]
    return {"object": "list", "data": rows}


def usage(draft: Draft) -> Json:
    said = len(draft.thinking) + len(draft.tokens)
    return {
        "prompt_tokens": draft.input_tokens,
        "completion_tokens": said,
        "total_tokens": draft.input_tokens + said,
        "completion_tokens_details": {"reasoning_tokens": len(draft.thinking)},
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def data(payload: object) -> bytes:
    return f"data: {json_text(payload)}\n\n".encode()


def event_stream(pieces: Iterator[Piece], question: Question) -> Reply:
    return Reply(200, {"content-type": "text/event-stream;charset=UTF-8", **headers_of(question)}, pieces)
