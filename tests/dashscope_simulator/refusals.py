"""Profiles that refuse with an HTTP status (cases 34 to 37, 42 to 49)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate

from dashscope_simulator.frames import HELLO, JSON, STREAM, error, frame, hello_reply, identified, json_text, raw, whole
from dashscope_simulator.profile import Expected, Profile, Reply
from dashscope_simulator.question import KEY, Question

THROTTLED = "Requests rate limit exceeded, please try again later."
ALGO_400 = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 32768]"
HELP = " For details, see: https://help.aliyun.com/zh/model-studio/error-code#"
SEED_RANGE = "Range of seed should be [0, 9223372036854775807]"
MARKUP = '<img src=x onerror="alert(1)"><b>Range</b> of **top_p** should be (0.0, 1.0] & [link](javascript:alert(1))'
HTML_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
)
OPENAI_404 = {
    "error": {
        "message": "The model `qwen-none` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
}


def failed(code: str, message: str, status: int | None, retryable: bool = False) -> Expected:
    return Expected(finish_reason=None, ending="error", error=code, message=message, status=status, retryable=retryable)


def refused(name: str, summary: str, status: int, code: str, message: str, retryable: bool = False) -> Profile:
    """A profile that refuses every time with a JSON body."""

    def reply(question: Question) -> Reply:
        return whole(status, error(code, message), question)

    return Profile(name, summary, reply, failed(code, message, status, retryable))


def once(name: str, summary: str, first: Callable[[Question], Reply]) -> Profile:
    """A profile that refuses the first attempt and says hello to the second."""

    def reply(question: Question) -> Reply:
        return first(question) if question.attempt == 1 else hello_reply(question)

    return Profile(name, summary, reply, replace(HELLO, attempts=2))


def refused_once(
    name: str, summary: str, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Profile:
    def first(question: Question) -> Reply:
        reply = whole(status, error(code, message), question)
        return replace(reply, headers={**reply.headers, **(headers or {})})

    return once(name, summary, first)


def throttled_till_a_date(question: Question) -> Reply:
    reply = whole(429, error(RATE, THROTTLED), question)
    return replace(reply, headers={**reply.headers, "retry-after": formatdate(time.time() + 2, usegmt=True)})


def in_a_frame(content_type: str) -> Callable[[Question], Reply]:
    """A reply with status 400 whose body is an error frame, labelled as asked."""

    def reply(question: Question) -> Reply:
        payload = identified(error("InvalidParameter", "Temperature should be in [0.0, 2.0)"), question)
        return raw(400, frame(payload, 1, "error", 400), content_type, question)

    return reply


def with_headers(profile: Profile, **headers: str) -> Profile:
    def reply(question: Question) -> Reply:
        first = profile.reply(question)
        return replace(first, headers={**first.headers, **{name.replace("_", "-"): v for name, v in headers.items()}})

    return replace(profile, reply=reply)


def url_error(question: Question) -> Reply:
    payload = identified(URL_ERROR, question)
    return raw(200, frame(payload, 1, "error", 400), STREAM, question)


def echoes_key(question: Question) -> Reply:
    return whole(401, error("InvalidApiKey", f"Incorrect API key provided: {question.key}."), question)


def gateway(status: int, body: bytes, content_type: str = "text/html") -> Callable[[Question], Reply]:
    return lambda question: raw(status, body, content_type, question)


def openai_404(question: Question) -> Reply:
    return raw(404, json_text(OPENAI_404).encode(), JSON, question)


URL_ERROR = error("InvalidParameter", f"url error, please check url！{HELP}error-url")
RATE = "Throttling.RateQuota"

REFUSALS: tuple[Profile, ...] = (
    refused("wrong-key", "34: the key is refused.", 401, "InvalidApiKey", "Invalid API-key provided."),
    refused("throttled", "35: always 429 for the rate.", 429, RATE, THROTTLED, retryable=True),
    refused_once("throttled-once", "35: 429 for the rate once.", 429, RATE, THROTTLED),
    refused_once("burst-once", "35: 429 for a burst once.", 429, "Throttling.BurstRate", "Request rate rose too fast."),
    refused_once(
        "allocation-once",
        "35: 429 for tokens per minute once.",
        429,
        "Throttling.AllocationQuota",
        "Allocated quota exceeded, please increase your quota limit.",
    ),
    refused_once(
        "retry-after-2-once", "36: 429 with Retry-After: 2, once.", 429, RATE, THROTTLED, {"retry-after": "2"}
    ),
    once("retry-after-date-once", "36: 429 with Retry-After as a date two seconds ahead, once.", throttled_till_a_date),
    with_headers(
        refused(
            "retry-after-absurd",
            "36: 429 with Retry-After: 1849295 seconds (three weeks); not waited for.",
            429,
            "Throttling.AllocationQuota",
            "Token plan quota exhausted.",
        ),
        retry_after="1849295",
    ),
    refused(
        "prepaid-overdue", "37: 429 for an unpaid bill.", 429, "PrepaidBillOverdue", "The prepaid bill is overdue."
    ),
    refused(
        "arrearage",
        "37: 400 for an overdue account.",
        400,
        "Arrearage",
        f"Access denied, please make sure your account is in good standing.{HELP}overdue-payment",
    ),
    refused(
        "free-tier-only",
        "37: 403 because the free quota is used up.",
        403,
        "AllocationQuota.FreeTierOnly",
        "The free tier of the model has been exhausted.",
    ),
    Profile(
        "sse-body-labelled-json",
        "42: 400 with an error frame as body, labelled application/json.",
        in_a_frame(JSON),
        failed("InvalidParameter", "Temperature should be in [0.0, 2.0)", 400),
    ),
    Profile(
        "sse-body-400",
        "42: 400 with an error frame as body, labelled text/event-stream.",
        in_a_frame(STREAM),
        failed("InvalidParameter", "Temperature should be in [0.0, 2.0)", 400),
    ),
    Profile(
        "openai-error-404",
        "43: 404 with an OpenAI-style error, without request id.",
        openai_404,
        failed("model_not_found", str(OPENAI_404["error"]["message"]), 404),
    ),
    once("html-502-once", "44: 502 with html, once.", gateway(502, HTML_502)),
    Profile(
        "html-504",
        "44: always 504 with html.",
        gateway(504, HTML_502.replace(b"502 Bad Gateway", b"504 Gateway Time-out")),
        failed("", "", 504, retryable=True),
    ),
    Profile("empty-500", "44: always 500 with an empty body.", gateway(500, b""), failed("", "", 500, retryable=True)),
    replace(
        refused(
            "business-error-on-200",
            "44: 200 with a JSON body that is an error; the status is the code's.",
            200,
            "InvalidParameter",
            SEED_RANGE,
        ),
        expected=failed("InvalidParameter", SEED_RANGE, 400),
    ),
    Profile(
        "algo-400",
        "45: 500 that wraps a 400; not retried.",
        lambda question: whole(500, error("InternalError.Algo", ALGO_400), question),
        failed("InternalError.Algo", ALGO_400, None),
    ),
    refused_once(
        "algo-429-once",
        "45: 500 that wraps a 429, once.",
        500,
        "InternalError.Algo",
        "<429> InternalError.Algo: An error occurred in model serving, error message is: [Too many requests.]",
    ),
    refused_once(
        "buffer-overflow-once",
        "45: 400 with a backend's overflow that passes, once.",
        400,
        "InternalError.Algo",
        "<500> InternalError.Algo: Backend buffer overflow.",
    ),
    refused(
        "model-not-found", "47: 404, no such model.", 404, "ModelNotFound", f"Model not exist.{HELP}model-not-found"
    ),
    refused("model-access-denied", "47: 403, not for this key.", 403, "Model.AccessDenied", "Model access denied."),
    refused(
        "input-too-long",
        "48: 400, the conversation is too long.",
        400,
        "InvalidParameter",
        "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]",
    ),
    refused("markup-in-error", "49: the message holds html and Markdown.", 400, "InvalidParameter", MARKUP),
    Profile(
        "echoes-key-in-error",
        "34: the message holds the key that was sent.",
        echoes_key,
        failed("InvalidApiKey", f"Incorrect API key provided: {KEY}.", 401),
    ),
)
