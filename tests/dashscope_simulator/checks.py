"""What the service refuses before it answers, with its own words (section 3.3 of the notes).

The order of the checks on the real service is unknown.
"""

from collections.abc import Callable, Iterator, Mapping

from dashscope_simulator.frames import error, whole
from dashscope_simulator.models import incremental_by_default, path_of, streams_only
from dashscope_simulator.profile import Reply
from dashscope_simulator.question import Question
from dashscope_simulator.refusals import HELP, URL_ERROR

WRONG_KEYS = (None, "", "sk-wrong")
ROLES = ("user", "assistant", "system", "function", "plugin", "tool")
WRONG_ROLE = (
    'Role must be in ["user","assistant","system","function","plugin","tool"] '
    'and the role in last message must be in ["user","function","tool"]'
)
TOOL_ALONE = 'Messages with role "tool" must be a response to a preceding message with "tool_calls"'
RANGES: tuple[tuple[str, Callable[[float], bool], str], ...] = (
    ("max_tokens", lambda v: 1 <= v <= 32768, "Range of max_tokens should be [1, 32768]"),
    ("temperature", lambda v: 0 <= v < 2, "Temperature should be in [0.0, 2.0)"),
    ("top_p", lambda v: 0 < v <= 1, "Range of top_p should be (0.0, 1.0]"),
    ("top_k", lambda v: v >= 0, "Parameter top_k be greater than or equal to 0"),
    ("repetition_penalty", lambda v: v > 0, "Repetition_penalty should be greater than 0.0"),
    ("presence_penalty", lambda v: -2 <= v <= 2, "Presence_penalty should be in [-2.0, 2.0]"),
    ("n", lambda v: 1 <= v <= 4, "Range of n should be [1, 4]"),
    ("seed", lambda v: 0 <= v < 2**63, "Range of seed should be [0, 9223372036854775807]"),
    (
        "thinking_budget",
        lambda v: 0 < v <= 262_144,
        "The thinking_budget parameter must be a positive integer and not greater than 262144",
    ),
)


def refusal(question: Question) -> Reply | None:
    """The reply to a question the service does not accept, or None."""
    if question.key in WRONG_KEYS:
        return whole(401, error("InvalidApiKey", f"Invalid API-key provided.{HELP}apikey-error"), question)
    path = path_of(question.base_model)
    if path is None:
        return whole(404, error("ModelNotFound", f"Model not exist.{HELP}model-not-found"), question)
    if question.path not in (path, "compatible") and not question.options.profile.startswith("url-error"):
        return whole(400, URL_ERROR, question)
    complaint = next(complaints(question), None)
    return whole(400, error("InvalidParameter", complaint), question) if complaint else None


def complaints(question: Question) -> Iterator[str]:
    yield from about_messages(question)
    yield from about_ranges(question)
    if question.path != "compatible":
        yield from about_streaming(question)
    yield from about_tools(question)


def about_messages(question: Question) -> Iterator[str]:
    if not question.messages:
        yield "[] is too short - 'messages'"
        return
    messages = [message for message in question.messages if isinstance(message, Mapping)]
    roles = [message.get("role") for message in messages]
    last = messages[-1] if messages else {}
    continued = last.get("role") == "assistant" and last.get("partial") is True
    if any(role not in ROLES for role in roles) or not (roles[-1] in ("user", "function", "tool") or continued):
        yield WRONG_ROLE
    for before, message in zip([{}, *messages], messages, strict=False):
        if message.get("role") == "tool" and before.get("role") != "tool" and not before.get("tool_calls"):
            yield TOOL_ALONE
        if question.path == "text" and not isinstance(message.get("content"), str):
            yield "input content must be a string."


def about_ranges(question: Question) -> Iterator[str]:
    for name, holds, words in RANGES:
        value = question.parameters.get(name)
        if value is not None and not (isinstance(value, int | float) and holds(value)):
            yield words


def about_streaming(question: Question) -> Iterator[str]:
    thinks = question.flag("enable_thinking")
    increments = question.flag("incremental_output", incremental_by_default(question.base_model))
    if not question.streaming:
        if streams_only(question.base_model):
            yield "This model only support stream mode, please enable the stream parameter to access the model."
        if question.flag("incremental_output"):
            yield "incremental_output only supports stream call"
    elif streams_only(question.base_model) and not increments:
        yield "The incremental_output parameter of this model cannot be set to False."
    elif thinks and not increments:
        yield 'The incremental_output parameter must be "true" when enable_thinking is true'
    if thinks and question.path == "text" and question.parameters.get("result_format", "text") != "message":
        yield 'The result_format parameter must be "message" when enable_thinking is true'


def about_tools(question: Question) -> Iterator[str]:
    tools = question.parameters.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        function = tool.get("function") if isinstance(tool, Mapping) else None
        if isinstance(function, Mapping) and function.get("name") == "search":
            yield "Tool names are not allowed to be [search]"
    wanted = question.parameters.get("response_format")
    if isinstance(wanted, Mapping) and wanted.get("type") == "json_object":
        if question.flag("enable_thinking"):
            yield "Json mode response is not supported when enable_thinking is true"
        if "json" not in str(question.messages).lower():
            yield "'messages' must contain the word 'json' in some form."
