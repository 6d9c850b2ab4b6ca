"""What the default profile says to a question, before it is put into any format."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

from dashscope_simulator.models import thinks_by_default
from dashscope_simulator.question import Question, text_of

CHINESE = re.compile(r"[\u3400-\u9fff]")
TOKEN = re.compile(r"\s*[\u3400-\u9fff]{1,2}|\s*[^\W\u3400-\u9fff]+|\s*\W|\s+")
PASSAGES = {
    "zh": (
        "杭州位于中国东南沿海，**西湖**在城市的西边。春天看柳，夏天看荷，秋天听雨，冬天看雪。\n\n"
        "- 路程：约 `3` 公里\n- 用时：一个下午\n\n"
    ),
    "en": (
        "The lake lies west of the city, and **a path** leads around it. Take an afternoon for the walk.\n\n"
        "- Way: `3` km\n- Time: an afternoon\n\n"
    ),
}
RESULTS: tuple[Mapping[str, object], ...] = (
    {
        "site_name": "示例站",
        "icon": "https://example.com/f.ico",
        "index": 1,
        "title": "杭州天气",
        "url": "https://example.com/1",
    },
    {"site_name": "无", "icon": "", "index": 2, "title": "西湖指南", "url": "https://example.com/2"},
)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call the answer consists of."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens in the order they are said; joined they are the text."""

    tokens: tuple[str, ...]
    input_tokens: int
    finish: str = "stop"
    thinking: tuple[str, ...] = ()
    call: Call | None = None
    sources: tuple[Mapping[str, object], ...] = ()


def draft_of(question: Question, length: int = 0) -> Draft:
    """The echo of the question, or as many tokens as ``length`` says, within stop and max_tokens."""
    asked = question.text
    language = "zh" if CHINESE.search(asked) else "en"
    tokens = said(asked, language, length)
    if begun := question.begun:
        tokens = tokens_of("".join(tokens).removeprefix(begun))
    draft = Draft(tokens, input_tokens(question))
    if call := called_tool(question):
        return replace(draft, tokens=(), finish="tool_calls", call=call)
    if question.flag("enable_thinking", thinks_by_default(question.base_model)):
        draft = replace(draft, thinking=thought(asked, language))
    if question.flag("enable_search"):
        draft = cited(draft, question)
    return limited(draft, question)


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(text))


def said(asked: str, language: str, length: int) -> tuple[str, ...]:
    echo = tokens_of(f"你说：{asked}" if language == "zh" else f"You said: {asked}")
    if not length:
        return echo
    endless = cycle(tokens_of(PASSAGES[language]))
    return (*echo, *tokens_of("\n\n"), *islice(endless, length))[:length]


def thought(asked: str, language: str) -> tuple[str, ...]:
    return tokens_of(f"用户说了“{asked}”，重复即可。" if language == "zh" else f'The user said "{asked}". I repeat it.')


def cited(draft: Draft, question: Question) -> Draft:
    """The draft with sources and a citation after its text, as far as the question asks for them."""
    options = question.parameters.get("search_options")
    wishes = options if isinstance(options, Mapping) else {}
    if not wishes.get("enable_source"):
        return draft
    mark = "[ref_1]" if wishes.get("citation_format") == "[ref_<number>]" else "[1]"
    tokens = (*draft.tokens, *(tokens_of(mark) if wishes.get("enable_citation") else ()))
    return replace(draft, tokens=tokens, sources=RESULTS)


def limited(draft: Draft, question: Question) -> Draft:
    """The draft cut before the first stop sequence and after max_tokens."""
    stops = question.parameters.get("stop")
    words = [stops] if isinstance(stops, str) else [w for w in stops or () if w] if isinstance(stops, list) else []
    text = "".join(draft.tokens)
    ends = [text.find(word) for word in words if isinstance(word, str) and word in text]
    tokens = tokens_of(text[: min(ends)]) if ends else draft.tokens
    limit = question.parameters.get("max_tokens")
    if isinstance(limit, int) and limit < len(tokens):
        return replace(draft, tokens=tokens[:limit], finish="length")
    return replace(draft, tokens=tokens)


def input_tokens(question: Question) -> int:
    texts = [text_of(message.get("content")) for message in question.messages if isinstance(message, Mapping)]
    return 8 + sum(4 + len(tokens_of(text)) for text in texts)


def called_tool(question: Question) -> Call | None:
    """A call of the first tool whose name the question mentions; its first property is the question's text."""
    tools = question.parameters.get("tools")
    for tool in tools if isinstance(tools, Sequence) else ():
        function = tool.get("function") if isinstance(tool, Mapping) else None
        if isinstance(function, Mapping) and str(function.get("name")) in question.text:
            return Call(str(function["name"]), json.dumps(arguments(function, question.text), ensure_ascii=False))
    return None


def arguments(function: Mapping[str, object], asked: str) -> dict[str, str]:
    schema = function.get("parameters")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return {str(next(iter(properties))): asked} if isinstance(properties, Mapping) and properties else {}
