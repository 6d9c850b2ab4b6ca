"""Every fault of the simulator, with what a reader must be told."""

from browser.nicewen_process import BY_QUESTION
from dashscope_simulator.profiles import PROFILES
from nicewen.services.language import words_of

SECONDS = 0.8  # without data, until the service is given up

FAULTS = {
    "wrong-key": "error-wrong-key",
    "throttled": "error-busy",
    "retry-after-absurd": "error-quota",
    "prepaid-overdue": "error-billing",
    "arrearage": "error-billing",
    "free-tier-only": "error-free-tier",
    "sse-body-labelled-json": "error-refused",
    "sse-body-400": "error-refused",
    "openai-error-404": "error-model-unavailable",
    "html-504": "error-server",
    "empty-500": "error-server",
    "gzip-error": "error-refused",
    "business-error-on-200": "error-refused",
    "algo-400": "error-refused",
    "model-not-found": "error-model-unavailable",
    "model-access-denied": "error-no-access",
    "input-too-long": "error-too-long",
    "markup-in-error": "error-refused",
    "echoes-key-in-error": "error-wrong-key",
    "error-event-400": "error-refused",
    "error-event-429": "error-busy",
    "error-event-with-type": "error-billing",
    "error-event-with-space": "error-refused",
    "error-without-event-line": "error-refused",
    "error-event-not-json": "error-server",
    "error-event-empty": "error-server",
    "status-before-event": "error-busy",
    "status-without-colon": "error-busy",
    "blocked-midway": "error-blocked",
    "throttled-midway": "error-busy",
    "internal-error-midway": "error-server",
    "openai-error-in-stream": "error-blocked",
    "openai-error-404-in-stream": "error-model-unavailable",
    "url-error-always": "error-refused",
    "no-headers": "error-first-data-timeout",
    "headers-no-data": "error-first-data-timeout",
    "comments-only": "error-first-data-timeout",
    "stall-midway": "error-stall-timeout",
    "comments-only-midway": "error-stall-timeout",
    "cut-midway": "error-cut-short",
    "closed-midway": "error-cut-short",
    "clean-eof-midway": "error-cut-short",
    "clean-eof-empty": "error-cut-short",
    "empty-answer": "error-empty",
    "thinking-only-length": "error-only-thinking",
    "tool-call-fragments": "error-empty",
}
"""The sentence's key, by the profile's name. `closed-before-headers` is not here: how often it is asked depends on a
connection left over from earlier."""


def attempts(name: str) -> int:
    """How often one question is sent: again where that may help, and on both paths where the path is wrong."""
    if name == "url-error-always":
        return 2
    return 4 if PROFILES[name].expected.retryable else 1


def is_sentence(name: str, shown: str) -> bool:
    """Whether this is what a reader must be told; where the service refused, with the service's own words."""
    words, key = words_of("en"), FAULTS[name]
    if key != "error-refused":
        return shown == words(key, model=BY_QUESTION, seconds=SECONDS)
    start = words(key, said="")
    said = shown.removeprefix(start)
    return shown.startswith(start) and bool(said) and said in PROFILES[name].expected.message
