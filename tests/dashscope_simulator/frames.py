"""DashScope's frames and bodies, and replies made of them."""

import json
from collections.abc import Iterable, Iterator, Mapping

from dashscope_simulator.pieces import Abort, Pause, Piece
from dashscope_simulator.profile import Expected, Profile, Reply, Tokens
from dashscope_simulator.question import REQUEST_ID, Question

Payload = Mapping[str, object]
Script = Iterable[Payload | Piece]

STREAM = "text/event-stream;charset=UTF-8"
JSON = "application/json"
INPUT_TOKENS = 20
HELLO_TEXT = "你好，世界！"
HELLO = Expected(text=HELLO_TEXT, tokens=Tokens(INPUT_TOKENS, 4))


def chunk(content: object, finish: object = "null", tokens: int = 0, **message: object) -> dict[str, object]:
    """The payload of one frame in message format; the request id is added when it is sent."""
    choice = {"message": {"content": content, "role": "assistant", **message}, "finish_reason": finish}
    return {"output": {"choices": [choice]}, "usage": usage(tokens)}


def usage(tokens: int, **details: object) -> dict[str, object]:
    """Usage so far, for this many output tokens."""
    counts = {"total_tokens": INPUT_TOKENS + tokens, "input_tokens": INPUT_TOKENS, "output_tokens": tokens}
    return {**counts, "prompt_tokens_details": {"cached_tokens": 0}, **details}


def hello() -> list[Payload]:
    """Four frames that say HELLO_TEXT."""
    return [chunk("你好", tokens=1), chunk("，世界", tokens=3), chunk("！", tokens=4), chunk("", "stop", 4)]


def hello_frames() -> list[bytes]:
    """The four frames as bytes, for profiles that change bytes; `frames` puts the question's request id in."""
    return [frame({**payload, "request_id": REQUEST_ID}, number) for number, payload in enumerate(hello(), 1)]


def error(code: str, message: str) -> dict[str, object]:
    return {"code": code, "message": message}


def json_text(payload: object) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def frame(payload: object, number: int = 1, event: str = "result", status: int = 200) -> bytes:
    """One frame exactly as the service writes it."""
    return f"id:{number}\nevent:{event}\n:HTTP_STATUS/{status}\ndata:{json_text(payload)}\n\n".encode()


def identified(payload: Payload, question: Question) -> dict[str, object]:
    """The payload with the question's request id, unless it has its own."""
    return {**payload, **({} if "request_id" in payload else {"request_id": question.request_id})}


def frames(script: Script, question: Question) -> Iterator[Piece]:
    """Payloads become numbered frames (errors as error frames), pieces stay but for the request id."""
    number = 0
    for line in script:
        if isinstance(line, Pause | Abort):
            yield line
            continue
        if isinstance(line, bytes):
            yield line.replace(REQUEST_ID.encode(), question.request_id.encode())
            continue
        number += 1
        payload = identified(line, question)
        failed = "code" in line
        yield frame(payload, number, "error" if failed else "result", 400 if failed else 200)


def stream(pieces: Iterable[Piece], question: Question) -> Reply:
    """A reply with status 200 and an event stream."""
    return Reply(200, {"content-type": STREAM, **headers_of(question)}, pieces)


def whole(status: int, payload: Payload, question: Question) -> Reply:
    """A reply with one JSON body."""
    body = json_text(identified(payload, question)).encode()
    return raw(status, body, JSON, question)


def raw(status: int, body: bytes, content_type: str, question: Question) -> Reply:
    """A reply with these bytes as its body."""
    headers = {"content-type": content_type, "content-length": str(len(body)), **headers_of(question)}
    return Reply(status, headers, (body,))


def headers_of(question: Question) -> dict[str, str]:
    return {"x-request-id": question.request_id, "x-dashscope-call-gateway": "true", "server": "istio-envoy"}


def streamed(name: str, summary: str, script: Script, expected: Expected = HELLO) -> Profile:
    """A profile that sends this script to every question."""
    lines = tuple(script)
    return Profile(name, summary, lambda question: stream(frames(lines, question), question), expected)


def hello_reply(question: Question) -> Reply:
    return stream(frames(hello(), question), question)
