"""Profiles whose errors come inside a stream with status 200 (cases 38 to 41, 43, 46)."""

from collections.abc import Callable

from dashscope_simulator.frames import Payload, chunk, error, frame, hello_reply, identified, stream, streamed
from dashscope_simulator.models import path_of
from dashscope_simulator.profile import Expected, Profile, Reply, Tokens
from dashscope_simulator.question import Question
from dashscope_simulator.refusals import OPENAI_404, RATE, THROTTLED, URL_ERROR, failed, once, url_error

BLOCKED = "Output data may contain inappropriate content."
BAD_RANGE = "Presence_penalty should be in [-2.0, 2.0]"
SAID = (chunk("部分", tokens=1), chunk("回答", tokens=2))


def error_frame(payload: Payload, status: int, change: Callable[[bytes], bytes] = bytes) -> Callable[[Question], Reply]:
    """A stream whose only frame is this error, its bytes changed."""

    def reply(question: Question) -> Reply:
        return stream((change(frame(identified(payload, question), 1, "error", status)),), question)

    return reply


def midway(name: str, summary: str, code: str, message: str, status: int) -> Profile:
    """Two frames of text, the error, then a result that must not count any more."""

    def reply(question: Question) -> Reply:
        payloads = [identified(payload, question) for payload in (*SAID, error(code, message), chunk("不算", "stop"))]
        events = ["result", "result", "error", "result"]
        sent = [
            frame(payload, number, event, status if event == "error" else 200)
            for number, (payload, event) in enumerate(zip(payloads, events, strict=True), 1)
        ]
        return stream(sent, question)

    expected = Expected("部分回答", "", None, "error", code, status, message, tokens=Tokens(20, 2))
    return Profile(name, summary, reply, expected)


def url_error_first(question: Question) -> Reply:
    """Serves every model on the path that the notes' table does not name."""
    wrong = question.path == (path_of(question.base_model) or "text")
    return url_error(question) if wrong else hello_reply(question)


def status_first(piece: bytes) -> bytes:
    return piece.replace(b"event:error\n:HTTP_STATUS/429\n", b":HTTP_STATUS/429\nevent:error\n")


INVALID = failed("InvalidParameter", BAD_RANGE, 400)
LIMITED = failed(RATE, THROTTLED, 429, retryable=True)

FAILURES: tuple[Profile, ...] = (
    Profile(
        "error-event-400",
        "38: the first frame is an error with 400.",
        error_frame(error("InvalidParameter", BAD_RANGE), 400),
        INVALID,
    ),
    once(
        "error-event-429-once",
        "38: the first frame is an error with 429, once.",
        error_frame(error(RATE, THROTTLED), 429),
    ),
    Profile(
        "error-event-429",
        "38: the first frame is always an error with 429.",
        error_frame(error(RATE, THROTTLED), 429),
        LIMITED,
    ),
    Profile(
        "error-event-with-type",
        "37, 38: the first frame is an error for an overdue account with a type besides.",
        error_frame({**error("Arrearage", "Access denied, account overdue."), "type": "Arrearage"}, 400),
        failed("Arrearage", "Access denied, account overdue.", 400),
    ),
    Profile(
        "error-event-with-space",
        "38: the first frame is an error written with a space, `event: error`.",
        error_frame(
            error("InvalidParameter", BAD_RANGE), 400, lambda piece: piece.replace(b"event:error", b"event: error")
        ),
        INVALID,
    ),
    Profile(
        "error-without-event-line",
        "39: an error payload without an event line.",
        error_frame(error("InvalidParameter", BAD_RANGE), 400, lambda piece: piece.replace(b"event:error\n", b"")),
        INVALID,
    ),
    streamed(
        "error-event-not-json",
        "39: an error event whose data is not JSON.",
        [b"id:1\nevent:error\n:HTTP_STATUS/500\ndata:upstream connect error\n\n"],
        failed("", "upstream connect error", 500, retryable=True),
    ),
    streamed(
        "error-event-empty",
        "39: an error event with empty data.",
        [b"id:1\nevent:error\n:HTTP_STATUS/500\ndata:\n\n"],
        failed("", "", 500, retryable=True),
    ),
    Profile(
        "status-before-event",
        "40: the status stands before the event.",
        error_frame(error(RATE, THROTTLED), 429, status_first),
        LIMITED,
    ),
    Profile(
        "status-without-colon",
        "40: the status line has no colon in front but a reason behind.",
        error_frame(
            error(RATE, THROTTLED),
            429,
            lambda piece: piece.replace(b":HTTP_STATUS/429", b"HTTP_STATUS/429 TOO_MANY_REQUESTS"),
        ),
        LIMITED,
    ),
    midway("blocked-midway", "41: inspection fails after text.", "DataInspectionFailed", BLOCKED, 400),
    midway("throttled-midway", "41: throttled after text.", RATE, THROTTLED, 429),
    midway("internal-error-midway", "41: the model fails after text.", "InternalError", "An internal error.", 500),
    streamed(
        "openai-error-in-stream",
        "43: an OpenAI-style error inside a stream, then an ordinary frame.",
        [
            b'data: {"error":{"message":"' + BLOCKED.encode() + b'","type":"data_inspection_failed","param":null,'
            b'"code":"data_inspection_failed"}}\n\n',
            chunk("", "stop"),
        ],
        failed("data_inspection_failed", BLOCKED, None),
    ),
    Profile(
        "openai-error-404-in-stream",
        "43: an OpenAI-style error as the first native frame of a stream.",
        error_frame(OPENAI_404, 404),
        failed("model_not_found", str(OPENAI_404["error"]["message"]), 404),
    ),
    Profile(
        "url-error",
        "46: the model is served on the other path than its name suggests; the first says url error in a stream.",
        url_error_first,
        Expected("你好，世界！", tokens=Tokens(20, 4), attempts=2),
    ),
    Profile(
        "url-error-always",
        "46: both paths say url error.",
        url_error,
        failed("InvalidParameter", str(URL_ERROR["message"]), 400),
    ),
)
