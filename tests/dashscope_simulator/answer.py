"""The default profile: a believable answer, as a stream or as one body, in DashScope's native format."""

from collections.abc import Iterator

from dashscope_simulator.draft import Call, Draft, draft_of
from dashscope_simulator.frames import frames, stream, whole
from dashscope_simulator.models import incremental_by_default, message_format_by_default
from dashscope_simulator.profile import Reply
from dashscope_simulator.question import Question

Json = dict[str, object]


def answer(question: Question, length: int | None = None) -> Reply:
    """Says the question again, or ``length`` tokens; a stream only when the question asks for one."""
    draft = draft_of(question, question.options.length if length is None else length)
    if question.streaming:
        return stream(frames(payloads(draft, question), question), question)
    return whole(200, body(draft, question), question)


def body(draft: Draft, question: Question) -> Json:
    """The whole answer as one payload."""
    message: Json = {"role": "assistant", "content": content("".join(draft.tokens), question)}
    if draft.thinking:
        message["reasoning_content"] = "".join(draft.thinking)
    if draft.call:
        message["tool_calls"] = [tool_call("call_a1b2", draft.call.arguments, name=draft.call.name)]
    choices = [choice(message, draft.finish, index, question) for index in range(amount(question))]
    output: Json = {"choices": choices}
    if text_format(question):
        output = {"text": "".join(draft.tokens), "finish_reason": draft.finish}
    if draft.sources:
        output["search_info"] = {"search_results": list(draft.sources)}
    spent = len(draft.tokens) * amount(question)
    return {"output": output, "usage": usage(draft, question, len(draft.thinking), spent)}


def payloads(draft: Draft, question: Question) -> Iterator[Json]:
    """The answer frame by frame: sources, thinking, text (or a tool call), the finish reason."""
    if draft.sources:
        first = payload("", "null", question, {})
        yield with_search(first, {"search_results": list(draft.sources)})
    later: Json = {"extra_tool_info": [], "search_results": []}
    for line in spoken(draft, question):
        yield with_search(line, later) if draft.sources else line


def spoken(draft: Draft, question: Question) -> Iterator[Json]:
    for count, thought in enumerate(draft.thinking, 1):
        counted = usage(draft, question, count, 0)
        yield payload("", "null", question, counted, reasoning_content=thought)
    thinks: Json = {"reasoning_content": ""} if draft.thinking else {}
    if draft.call:
        yield from called(draft, draft.call, question)
        return
    text = ""
    cumulative = not question.flag("incremental_output", incremental_by_default(question.base_model))
    choices = range(amount(question))
    for count, token in enumerate(draft.tokens, 1):
        text = text + token if cumulative else token
        counted = usage(draft, question, len(draft.thinking), count)
        for index in choices:
            yield payload(text, "null", question, counted, index, **thinks)
    counted = usage(draft, question, len(draft.thinking), len(draft.tokens))
    for index in choices:
        yield payload(text if cumulative else "", draft.finish, question, counted, index, **thinks)


def called(draft: Draft, call: Call, question: Question) -> Iterator[Json]:
    """The call in three fragments and a last frame."""
    half = len(call.arguments) // 2
    fragments = [
        tool_call("call_a1b2", "", name=call.name),
        tool_call("", call.arguments[:half]),
        tool_call("", call.arguments[half:]),
    ]
    for count, fragment in enumerate(fragments, 1):
        yield payload("", "null", question, usage(draft, question, 0, count), tool_calls=[fragment])
    yield payload("", "tool_calls", question, usage(draft, question, 0, len(fragments)))


def payload(text: str, finish: str, question: Question, counted: Json, index: int = 0, **message: object) -> Json:
    if text_format(question):
        return {"output": {"finish_reason": finish, "text": text}, "usage": counted}
    spoken = {"content": content(text, question), **message, "role": "assistant"}
    return {"output": {"choices": [choice(spoken, finish, index, question)]}, "usage": counted}


def choice(message: Json, finish: str, index: int, question: Question) -> Json:
    numbered: Json = {"index": index} if amount(question) > 1 else {}
    return {"message": message, "finish_reason": finish, **numbered}


def tool_call(identity: str, arguments: str, **name: str) -> Json:
    return {"index": 0, "id": identity, "type": "function", "function": {**name, "arguments": arguments}}


def with_search(line: Json, found: Json) -> Json:
    output = line["output"]
    assert isinstance(output, dict)
    counted = line["usage"]
    assert isinstance(counted, dict)
    usage = {**counted, "plugins": {"search": {"count": 1}}} if counted else {}
    return {"output": {**output, "search_info": found}, "usage": usage}


def content(text: str, question: Question) -> object:
    """A string on the text path, a list of parts on the multimodal one."""
    if question.path == "multimodal":
        return [{"text": text}] if text else []
    return text


def usage(draft: Draft, question: Question, thought: int, said: int) -> Json:
    counts: Json = {
        "total_tokens": draft.input_tokens + thought + said,
        "input_tokens": draft.input_tokens,
        "output_tokens": thought + said,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    if thought:
        counts["output_tokens_details"] = {"reasoning_tokens": thought}
    return counts


def text_format(question: Question) -> bool:
    chosen = question.parameters.get("result_format")
    if question.path == "multimodal":
        return False
    return chosen == "text" or (chosen is None and not message_format_by_default(question.base_model))


def amount(question: Question) -> int:
    """How many choices are asked for."""
    n = question.parameters.get("n")
    return n if isinstance(n, int) and not text_format(question) else 1
