"""What a service's refusal means: its many shapes turned into one `Refused`.

Codes, meanings and what is worth repeating: DashScope's error-code page and API reference, read 2026-11-22.
The compatible mode writes the same codes in snake_case.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from nicewen.services.errors import Refused
from nicewen.services.providers.shapes import mapping, word
from nicewen.services.providers.wire import Frame
from nicewen.services.redaction import well_formed

SAID_LIMIT = 600
"""Characters kept of the service's own words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The sentence's key, whether another attempt may succeed, and the HTTP status that goes with it."""

    key: str
    retryable: bool = False
    status: int = 0


_WRONG_KEY = Meaning("error-wrong-key", status=401)
_NO_ACCESS = Meaning("error-no-access", status=403)
_NO_MODEL = Meaning("error-model-unavailable", status=404)
_BLOCKED = Meaning("error-blocked", status=400)
_UNPAID = Meaning("error-billing", status=429)
_TOO_LONG = Meaning("error-too-long", status=400)
_REFUSED = Meaning("error-refused", status=400)
_BUSY = Meaning("error-busy", retryable=True, status=429)
_QUOTA = Meaning("error-quota", retryable=True, status=429)
_FAILED = Meaning("error-server", retryable=True, status=500)
_NOT_UNDERSTOOD = Meaning("error-not-understood")

_CODES: Mapping[Meaning, str] = {
    _WRONG_KEY: "InvalidApiKey",
    _NO_ACCESS: "AccessDenied AccessDenied.Unpurchased Model.AccessDenied App.AccessDenied Workspace.AccessDenied",
    Meaning("error-free-tier", status=403): "AllocationQuota.FreeTierOnly",
    _NO_MODEL: "ModelNotFound Model.NotExist model_not_supported",
    _BLOCKED: "DataInspectionFailed InvalidParameter.DataInspection IPInfringementSuspect CustomRoleBlocked "
    "FaqRuleBlocked content_filter",
    _TOO_LONG: "BadRequest.TooLarge context_length_exceeded exceed_context_size_error",
    _REFUSED: "InvalidParameter InvalidParameter.NotSupportEnableThinking invalid_request_error invalid_value "
    "BadRequest.EmptyInput BadRequest.EmptyParameters BadRequest.EmptyModel BadRequest.IllegalInput InvalidURL "
    "UnsupportedOperation ClientDisconnect ServiceUnavailableError",
    Meaning("error-billing", status=400): "Arrearage",
    _UNPAID: "CommodityNotPurchased PrepaidBillOverdue PostpaidBillOverdue",
    _BUSY: "Throttling Throttling.RateQuota Throttling.BurstRate Throttling.Concurrency LimitRequests limit_burst_rate",
    _QUOTA: "Throttling.AllocationQuota insufficient_quota",
    Meaning("error-busy", retryable=True, status=503): "ModelServingError",
    _FAILED: "RequestTimeOut InternalError InternalError.Algo InternalError.Timeout InternalError.FileUpload "
    "InternalError.Upload SystemError ModelServiceFailed ResponseTimeout InvokePluginFailed AppProcessFailed "
    "RewriteFailed RetrievalFailed server_error",
    Meaning("error-server", retryable=True, status=503): "ModelUnavailable ServiceUnavailable",
    Meaning("error-server", retryable=True, status=504): "GatewayTimeout",
}

_BY_STATUS: Mapping[int, Meaning] = {
    401: _WRONG_KEY,
    403: _NO_ACCESS,
    408: _FAILED,
    429: _BUSY,
    500: _FAILED,
    502: _FAILED,
    503: _FAILED,
    504: _FAILED,
}

_BY_WORDS: Mapping[str, Meaning] = {
    "range of input length": _TOO_LONG,
    "maximum context length": _TOO_LONG,
    "exceeds the available context size": _TOO_LONG,
    "backend buffer overflow": _FAILED,
    "too many requests": _BUSY,
    "model not exist": _NO_MODEL,
}


def _canonical(code: str) -> str:
    return code.replace("_", "").replace("-", "").lower()


_BY_CODE = {_canonical(code): meaning for meaning, codes in _CODES.items() for code in codes.split()}

_PREFIX = re.compile(r"^<(\d{3})>\s*(?:[A-Z][\w.]*:\s*)?")
_SUFFIX = re.compile(r"\s*For details, see:\s*\S+\s*$")


def refusal(frame: Frame, *, model: str) -> Refused:
    """Return the error that a frame with an error payload, or a body that is none of ours, stands for."""
    code, message, request_id = _facts(frame.payload)
    wrapped = _PREFIX.match(message)
    status = int(wrapped[1]) if wrapped else frame.status if frame.status != 200 else 0
    meaning = _meaning(code, status, message.lower(), wrapped=wrapped is not None)
    if not (code or message or status):
        meaning = _FAILED if frame.streamed else _NOT_UNDERSTOOD
    said = _SUFFIX.sub("", _PREFIX.sub("", message or _bare_words(frame))).strip()[:SAID_LIMIT]
    headers = frame.headers or {}
    return Refused(
        "error-refused-silently" if meaning.key == "error-refused" and not said else meaning.key,
        retryable=meaning.retryable,
        status=status or meaning.status,
        code=code,
        said=said,
        request_id=request_id or headers.get("x-request-id", ""),
        retry_after=seconds_of(headers.get("retry-after", "")),
        model=model,
    )


def is_error(payload: Any) -> bool:
    """Whether a payload names an error: a code or an error where an answer would be."""
    return isinstance(payload, Mapping) and any(payload.get(name) for name in ("code", "error"))


def seconds_of(retry_after: str) -> float | None:
    """Return the wait that a `Retry-After` header asks for, in seconds from now, or None."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, IndexError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _meaning(code: str, status: int, message: str, *, wrapped: bool) -> Meaning:
    for words, meaning in _BY_WORDS.items():
        if words in message:
            return meaning
    by_code = _BY_CODE.get(_canonical(code))
    by_status = _BY_STATUS.get(status, _REFUSED)
    if wrapped and by_code in {None, _FAILED}:  # InternalError.Algo around a <400> or <429>: the inner status counts
        return by_status
    if by_code:
        return by_code
    return by_status if message else _BY_STATUS.get(status) or _meaning_of_bare(status)


def _bare_words(frame: Frame) -> str:
    """Return the body of an error that is neither JSON nor a page of HTML: a proxy's “upstream connect error”."""
    is_text = frame.payload is None and not frame.text.lstrip().startswith("<")
    return well_formed(frame.text) if is_text else ""


def _meaning_of_bare(status: int) -> Meaning:
    """Return what a status without a word means: from the service itself or, as often, from a proxy before it."""
    if status >= 500:
        return _FAILED
    return {402: _UNPAID, 413: _TOO_LONG, 400: _REFUSED}.get(status, _NOT_UNDERSTOOD)


def _facts(payload: Any) -> tuple[str, str, str]:
    """Return code, message and request id from any of the shapes in which services write them."""
    if not isinstance(payload, dict):
        return "", "", ""
    error = payload.get("error")
    inner = error if isinstance(error, dict) else {"message": error}
    output = mapping(payload, "output")
    code = payload.get("code") or inner.get("code") or inner.get("type") or output.get("code")
    message = payload.get("message") or inner.get("message") or output.get("message")
    request_id = payload.get("request_id") or payload.get("id")
    return word(code), word(message), word(request_id)
