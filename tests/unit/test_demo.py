"""The prepared answers: what is asked for is what comes, and every fault fails as a real service does."""

import math
import re
from contextlib import aclosing

import pytest

from nicewen.services.errors import AnswerError, CutShort, Refused, TimedOut
from nicewen.services.events import AnswerEvent, Finished, Sources, Text, Thinking, Usage
from nicewen.services.language import LANGUAGES, Language
from nicewen.services.providers.demo import Demo
from nicewen.services.providers.demo_faults import FAULTS, Fault, fault_of
from nicewen.services.providers.demo_pace import LONGEST_PIECE, pieces_of
from nicewen.services.providers.demo_scripts import script_of, text_of
from nicewen.services.providers.demo_topics import KINDS
from nicewen.services.providers.provider import AnswerRequest, Turn

ASKED = re.compile(r"(?:fault: |故障：)([\w ]+?) *\|")


def demo() -> Demo:
    return Demo(pace=math.inf, slow_seconds=0.01, stall_seconds=0.01)


def request(question: str, *, thinking: bool = False) -> AnswerRequest:
    return AnswerRequest("", (Turn("user", question),), thinking=thinking)


async def answer_to(question: str, one: Demo | None = None, *, thinking: bool = False) -> list[AnswerEvent]:
    async with aclosing((one or demo()).answer(request(question, thinking=thinking))) as events:
        return [event async for event in events]


def said(events: list[AnswerEvent], kind: type[Text] | type[Thinking] = Text) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("你好", text_of("guide", "zh")),
        ("Hello", text_of("guide", "en")),
        ("给我看一个表格", text_of("tables", "zh")),
        ("Show me a table, please", text_of("tables", "en")),
        ("用python写一个函数", text_of("code", "zh")),
        ("画一张流程图", text_of("diagrams", "zh")),
        ("A chart, please", text_of("diagrams", "en")),
        ("能折叠吗", text_of("details", "zh")),
        ("Does it fold?", text_of("details", "en")),
        ("公式", text_of("formulas", "zh")),
        ("图片", text_of("image", "zh")),
        ("TASKS", text_of("tasks", "en")),
        ("故障", text_of("faults", "zh")),
        ("faults", text_of("faults", "en")),
        ("错误", text_of("faults", "zh")),
        ("全部错误", text_of("faults", "zh")),
        ("Which errors are there?", text_of("faults", "en")),
        ("fault: nonsense", text_of("faults", "en")),
    ],
)
async def test_a_question_gets_the_prepared_answer_in_its_language(question: str, text: str) -> None:
    events = await answer_to(question)
    assert said(events) == text
    assert isinstance(events[-2], Usage)
    assert events[-1] == Finished("stop", "demo-1")


async def test_several_answers_come_as_one_with_their_sources_and_thoughts() -> None:
    events = await answer_to("sources, thinking, links")
    texts = [text_of(topic, "en") for topic in ("sources", "thinking", "links")]
    assert said(events) == "\n\n---\n\n".join(texts)
    assert said(events, Thinking) == text_of("thinking.thoughts", "en")
    assert any(isinstance(event, Sources) for event in events)


async def test_everything_shows_every_kind() -> None:
    text = said(await answer_to("everything"))
    assert all(text_of(kind, "en") in text for kind in KINDS)


async def test_thinking_comes_before_the_answer() -> None:
    events = await answer_to("思考")
    assert said(events, Thinking) == text_of("thinking.thoughts", "zh")
    kinds = [type(event) for event in events]
    assert kinds.index(Text) > max(place for place, kind in enumerate(kinds) if kind is Thinking)


async def test_any_answer_is_thought_about_where_thinking_is_on() -> None:
    events = await answer_to("hello", thinking=True)
    assert said(events, Thinking) == text_of("plain.thoughts", "en")
    assert not said(await answer_to("hello"), Thinking)


async def test_sources_come_with_the_answer_that_cites_them() -> None:
    events = await answer_to("来源")
    sources = next(event.sources for event in events if isinstance(event, Sources))
    assert [f"[{source.index}]" in said(events) for source in sources] == [True, True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_faults_names_every_fault_once(language: Language) -> None:
    prefix = "故障：" if language == "zh" else "fault: "
    names = ASKED.findall(text_of("faults", language))
    assert [fault_of(f"{prefix}{name}") for name in names] == list(FAULTS)


FAILURES: dict[Fault, tuple[type[AnswerError], str, bool]] = {
    "throttled": (Refused, "error-quota", True),
    "wrong key": (Refused, "error-wrong-key", False),
    "server error": (Refused, "error-server", True),
    "cut": (CutShort, "error-cut-short", False),
    "stall": (TimedOut, "error-stall-timeout", False),
    "blocked": (Refused, "error-blocked", False),
}


@pytest.mark.parametrize("fault", FAILURES)
async def test_a_fault_fails_as_a_real_service_does(fault: Fault) -> None:
    kind, key, retryable = FAILURES[fault]
    with pytest.raises(kind) as caught:
        await answer_to(f"fault: {fault}")
    assert (caught.value.key, caught.value.retryable) == (key, retryable)


@pytest.mark.parametrize(("fault", "begins"), [("cut", True), ("stall", True), ("blocked", True), ("wrong key", False)])
async def test_half_of_the_text_comes_before_a_fault_midway(fault: Fault, begins: bool) -> None:
    text = text_of("rehearsal", "en")
    seen: list[AnswerEvent] = []

    async def ask() -> None:
        async with aclosing(demo().answer(request(f"fault: {fault}"))) as events:
            async for event in events:
                seen.append(event)  # noqa: PERF401 (what came before the error counts)

    with pytest.raises(AnswerError):
        await ask()
    assert said(seen) == (text[: len(text) // 2] if begins else "")


@pytest.mark.parametrize("question", ["fault: busy", "故障：繁忙", "Fault:BUSY.", "  故障: 繁忙。", "错误：繁忙"])
async def test_busy_refuses_twice_and_then_answers_again_and_again(question: str) -> None:
    one = demo()
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(Refused) as caught:
                await answer_to(question, one)
            assert (caught.value.key, caught.value.retryable, caught.value.status) == ("error-busy", True, 429)
        assert isinstance((await answer_to(question, one))[-1], Finished)


async def test_slow_answers_after_a_while() -> None:
    assert said(await answer_to("fault: slow")) == text_of("rehearsal", "en")


async def test_malformed_loses_one_piece_and_goes_on() -> None:
    events = await answer_to("故障：损坏")
    text, whole = said(events), text_of("rehearsal", "zh")
    assert 0 < len(whole) - len(text) < len(whole) / 5
    assert whole.startswith(text[:10])
    assert whole.endswith(text[-10:])
    assert isinstance(events[-1], Finished)


async def test_empty_ends_without_a_word() -> None:
    assert await answer_to("fault: empty") == [Finished("stop", "demo-1")]


async def test_only_thinking_ends_at_the_limit_without_an_answer() -> None:
    events = await answer_to("fault: only thinking")
    assert said(events, Thinking) == text_of("plain.thoughts", "en")
    assert not said(events)
    assert events[-1] == Finished("length", "demo-1")


async def test_endless_goes_on_until_it_is_stopped() -> None:
    length = 0
    async with aclosing(demo().answer(request("fault: endless"))) as events:
        async for event in events:
            assert isinstance(event, Text)
            length += len(event.text)
            if length > 20 * len(text_of("rehearsal", "en")):
                break


@pytest.mark.parametrize("size", [0.1, 1, 4, 33.3, math.inf])
@pytest.mark.parametrize("text", ["", "a", "你好，世界 hello  world\n\n- x\n" * 50, "🙂" * 500])
def test_pieces_are_the_text_again(text: str, size: float) -> None:
    pieces = list(pieces_of(text, size))
    assert "".join(pieces) == text
    assert all(pieces)
    assert all(len(piece) >= min(size, LONGEST_PIECE) for piece in pieces[:-1])


def test_a_script_without_a_topic_is_the_guide() -> None:
    assert script_of("xyz").text == text_of("guide", "en")


@pytest.mark.parametrize(
    ("question", "begun"), [("Hello", text_of("guide", "en")[:40]), ("fault: endless", "It goes on, and do")]
)
async def test_an_answer_that_goes_on_is_not_glued_to_another_beginning(question: str, begun: str) -> None:
    asked = AnswerRequest("", (Turn("user", question),), begun=begun)
    async with aclosing(demo().answer(asked)) as events:
        text = begun + said([event async for event in events])
    whole = text_of("guide", "en") if question == "Hello" else f"{begun}\n\n{text_of('rehearsal', 'en')}"
    assert text == whole
