"""DashScope through real sockets: paths, retries, time-outs, Stop, pooled connections."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dashscope_simulator.process import Requests, RunningSimulator
from dashscope_simulator.profiles import KEY, PROFILES, Question
from dashscope_simulator.unreachable import refused_url, unanswered_url
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Answer, Conversation, Retry
from nicewen.services.providers.wire import DEAD_WITHIN
from nicewen.services.redaction import MASK
from nicewen.services.running_answer import Patience
from nicewen.services.store import RawEvent

FAST = Patience(first_wait=0.01, longest_wait=30, jitter=0)


@asynccontextmanager
async def assistant(
    base_url: str, model: str = "qwen-plus", patience: Patience = FAST, **values: object
) -> AsyncIterator[Assistant]:
    settings = Settings(
        _env_file=None,
        provider="dashscope",
        dashscope_api_key=values.pop("key", KEY),
        dashscope_http_base_url=base_url,
        model=model,
        **values,
    )
    one = Assistant(settings, patience=patience)
    await one.open()
    try:
        yield one
    finally:
        await one.close()


async def until(conversation: Conversation, holds: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await conversation.pulse.after(conversation.pulse.count)


async def answered(one: Assistant, question: str = "你好", conversation: Conversation | None = None) -> Answer:
    conversation = one.ask(question, conversation=conversation).conversation
    await until(conversation, lambda: not conversation.waiting and conversation.running is None)
    return conversation.exchanges[-1].answer


async def test_each_event_is_kept_as_it_came_and_the_key_in_none(simulator: RunningSimulator) -> None:
    async with assistant(simulator.base_url) as one:
        answer = await answered(one)
        events = [json.loads(event.event) for event in await raw_events_of(one, answer)]
    texts = [event["output"]["choices"][0]["message"]["content"] for event in events]
    assert ("".join(texts), len(texts) > 2) == (answer.text, True)
    for name in ("echoes-key-in-text", "echoes-key-in-error"):
        async with assistant(simulator.base_url, f"qwen-plus@{name}") as one:
            kept = "".join(event.event for event in await raw_events_of(one, await answered(one)))
        assert MASK in kept
        assert KEY not in kept


async def raw_events_of(one: Assistant, answer: Answer) -> list[RawEvent]:
    await one._keeper.caught_up()
    return await one._keeper.store.raw_events(await one._keeper.user_id("local"), answer.id)


ONCE = sorted(name for name, profile in PROFILES.items() if profile.expected.attempts == 2 and name != "url-error")


@pytest.mark.parametrize("name", ONCE)
async def test_what_may_succeed_later_is_asked_again_until_it_does(simulator: RunningSimulator, name: str) -> None:
    model = f"qwen-plus@{name}"
    waits: list[float] = []

    async def at_once(seconds: float) -> None:
        waits.append(seconds)

    async with assistant(simulator.base_url, model, Patience(jitter=0, sleep=at_once)) as one:
        answer = await answered(one)
    assert (answer.state, answer.text) == ("done", PROFILES[name].expected.text)
    assert len(simulator.requests(model)) == 2
    assert 0 < sum(waits) <= 2.0, "a service's Retry-After, else one second, is waited for"


NOT_REPEATED = sorted(
    name
    for name, profile in PROFILES.items()
    if profile.expected.ending == "error" and not profile.expected.retryable and name != "url-error-always"
)


@pytest.mark.parametrize("name", NOT_REPEATED)
async def test_what_cannot_succeed_later_is_asked_once(simulator: RunningSimulator, name: str) -> None:
    model = f"qwen-plus@{name},tag=once"
    async with assistant(simulator.base_url, model) as one:
        answer = await answered(one)
    expected = PROFILES[name].expected
    assert (answer.state, answer.text) == ("failed", expected.text)
    assert answer.error is not None
    assert answer.error.code == expected.error
    assert len(simulator.requests(model)) == 1


async def test_a_service_that_stays_busy_is_asked_four_times_with_growing_waits(simulator: RunningSimulator) -> None:
    model = "qwen-plus@throttled,tag=patience"
    seen: list[Retry] = []
    waits: list[float] = []

    async def noting(seconds: float) -> None:
        waits.append(seconds)
        if conversation.running and conversation.running.retry:
            seen.append(conversation.running.retry)

    async with assistant(simulator.base_url, model, Patience(jitter=0, sleep=noting)) as one:
        conversation = one.ask("你好").conversation
        await until(conversation, lambda: conversation.running is None)
    answer = conversation.exchanges[0].answer
    assert len(simulator.requests(model)) == 4
    assert (answer.state, answer.retry) == ("failed", None)
    assert answer.error is not None
    assert answer.error.key == "error-busy"
    assert sum(waits) == 1 + 3 + 9
    assert [retry.seconds for retry in seen] == [1, 3, 2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]


async def test_a_wait_the_service_asks_for_is_kept_and_shown(simulator: RunningSimulator) -> None:
    seen: list[int] = []

    async def noting(seconds: float) -> None:
        if conversation.running and conversation.running.retry:
            seen.append(conversation.running.retry.seconds)

    async with assistant(simulator.base_url, "qwen-plus@retry-after-2-once,tag=shown", Patience(sleep=noting)) as one:
        conversation = one.ask("你好").conversation
        await until(conversation, lambda: conversation.running is None)
    assert seen == [2, 1]


async def test_the_request_is_as_the_service_documents_it(simulator: RunningSimulator) -> None:
    model = "qwen-plus@default,tag=request"
    async with assistant(simulator.base_url, model, dashscope_workspace_id="llm-1", system_prompt="Be brief.") as one:
        conversation = one.ask("第一问").conversation
        await until(conversation, lambda: conversation.running is None)
        await answered(one, "第二问", conversation)
    first, second = simulator.requests(model)
    headers = {name.lower(): value for name, value in dict(first["headers"]).items()}
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["x-dashscope-sse"] == "enable"
    assert headers["x-dashscope-workspace"] == "llm-1"
    assert first["body"]["parameters"] == {
        "result_format": "message",
        "incremental_output": True,
        "enable_thinking": False,
    }
    assert first["body"]["input"]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "第一问"},
    ]
    assert [message["role"] for message in second["body"]["input"]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert second["connection"] == first["connection"], "the connection goes back to the pool"


async def test_a_model_on_the_other_path_is_found_once_and_remembered(simulator: RunningSimulator) -> None:
    model = "qwen-plus@url-error,tag=path"
    async with assistant(simulator.base_url, model) as one:
        assert (await answered(one)).state == "done"
        assert (await answered(one)).state == "done"
    paths = [request["path"].rsplit("/", 2)[-2] for request in simulator.requests(model)]
    assert paths == ["text-generation", "multimodal-generation", "multimodal-generation"]
    contents = [request["body"]["input"]["messages"][-1]["content"] for request in simulator.requests(model)]
    assert contents == ["你好", [{"text": "你好"}], [{"text": "你好"}]]


async def test_a_model_on_neither_path_is_tried_on_each_once(simulator: RunningSimulator) -> None:
    model = "qwen-plus@url-error-always,tag=neither"
    async with assistant(simulator.base_url, model) as one:
        answer = await answered(one)
    assert answer.state == "failed"
    assert len(simulator.requests(model)) == 2


async def test_an_existing_proxys_path_serves_as_base_url(simulator: RunningSimulator) -> None:
    async with assistant(f"{simulator.url}/tyqw/api/v1", "qwen-plus@default,tag=tyqw") as one:
        assert (await answered(one)).state == "done"


async def test_a_connection_dropped_between_turns_is_replaced_unseen(simulator: RunningSimulator) -> None:
    model = "qwen-plus@drops-idle-connection,tag=pool"
    async with assistant(simulator.base_url, model, Patience(retries=0)) as one:
        assert (await answered(one)).state == "done"
        assert (await answered(one)).state == "done"


async def test_a_service_that_hangs_up_late_on_a_used_connection_is_not_asked_again() -> None:
    bodies: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b"":
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            bodies.append(await reader.readexactly(length))
            if len(bodies) > 1:
                await asyncio.sleep(DEAD_WITHIN + 0.2)  # as long as a service may work before it fails
                break
            frame = PROFILES["last-frame-has-text"].reply(Question()).body()
            heading = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n"
            writer.write(heading % len(frame) + frame)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, assistant(f"http://127.0.0.1:{port}/api/v1") as one:
        assert (await answered(one)).state == "done"
        second = await answered(one)
    assert second.error is not None
    assert second.error.key == "error-cut-short"
    assert len(bodies) == 2


@pytest.mark.parametrize(
    ("name", "state", "key"),
    [
        ("no-headers", "failed", "error-first-data-timeout"),
        ("headers-no-data", "failed", "error-first-data-timeout"),
        ("comments-only", "failed", "error-first-data-timeout"),
        ("stall-midway", "interrupted", "error-stall-timeout"),
        ("comments-only-midway", "interrupted", "error-stall-timeout"),
        ("cut-midway", "interrupted", "error-cut-short"),
        ("closed-midway", "interrupted", "error-cut-short"),
        ("clean-eof-midway", "interrupted", "error-cut-short"),
        ("clean-eof-empty", "failed", "error-cut-short"),
        ("closed-before-headers", "failed", "error-cut-short"),
    ],
)
async def test_silence_and_cuts_end_an_answer_and_keep_its_text(
    simulator: RunningSimulator, name: str, state: str, key: str
) -> None:
    model = f"qwen-plus@{name},tag=silence"
    async with assistant(simulator.base_url, model, first_data_timeout=0.5, stall_timeout=0.5) as one:
        answer = await answered(one)
    assert answer.error is not None
    assert (answer.state, answer.error.key) == (state, key)
    assert answer.text == PROFILES[name].expected.text
    assert len(simulator.requests(model)) == 1


async def test_a_slow_first_byte_within_the_limit_is_waited_for(simulator: RunningSimulator) -> None:
    async with assistant(simulator.base_url, "qwen-plus@slow-first-byte,tag=slow") as one:
        assert (await answered(one)).state == "done"


async def test_a_service_that_refuses_connections_is_named() -> None:
    with refused_url() as url:
        async with assistant(url) as one:
            answer = await answered(one)
    assert answer.error is not None
    assert (answer.state, answer.error.key) == ("failed", "error-unreachable")
    assert "127.0.0.1" in str(answer.error)


async def test_a_service_whose_name_is_unknown_is_named() -> None:
    async with assistant("http://no-such-host.invalid/api/v1") as one:
        answer = await answered(one)
    assert answer.error is not None
    assert (answer.state, answer.error.key) == ("failed", "error-unreachable")
    assert "no-such-host.invalid" in str(answer.error)


async def test_a_certificate_that_cannot_be_trusted_is_named_and_not_tried_again(simulator: RunningSimulator) -> None:
    async with assistant(simulator.base_url.replace("http://", "https://")) as one:
        answer = await answered(one)
    assert answer.error is not None
    assert (answer.error.key, answer.error.retryable) == ("error-tls", False)


async def test_a_connection_that_does_not_come_about_is_given_up_in_time() -> None:
    with unanswered_url() as url:
        async with assistant(url, patience=Patience(retries=0), connect_timeout=0.3) as one:
            began = time.monotonic()
            answer = await answered(one)
    assert answer.error is not None
    assert answer.error.key == "error-connect-timeout"
    assert time.monotonic() - began < 3


async def test_stop_hangs_up_within_a_second_and_keeps_the_text(simulator: RunningSimulator) -> None:
    model = "qwen-plus@long,rate=50,tag=stop"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("你好").conversation
        answer = conversation.exchanges[0].answer
        await until(conversation, lambda: len(answer.text) > 20)
        one.stop(conversation)
        stopped_at = time.time()
        await until(conversation, lambda: conversation.running is None)
        request = await ended(simulator, model)
        assert request["outcome"] == "cancelled"
        assert request["ended"] - stopped_at < 1
        assert (answer.state, answer.error) == ("stopped", None)
        assert PROFILES["long"].expected.text.startswith(answer.text[:20])
        one.stop(one.ask("再问", conversation=conversation).conversation)
        await until(conversation, lambda: conversation.running is None)
    assert conversation.exchanges[1].answer.state == "stopped"


async def test_stop_while_nothing_has_come_yet_hangs_up_too(simulator: RunningSimulator) -> None:
    model = "qwen-plus@no-headers,tag=stop"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("你好").conversation
        await asyncio.to_thread(simulator.wait_until, lambda requests: any(r["model"] == model for r in requests))
        one.stop(conversation)
        request = await ended(simulator, model)
    assert request["outcome"] == "cancelled"
    assert conversation.exchanges[0].answer.state == "stopped"


async def test_closing_interrupts_running_answers_and_hangs_up(simulator: RunningSimulator) -> None:
    model = "qwen-plus@long,rate=50,tag=close"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("你好").conversation
        await until(conversation, lambda: len(conversation.exchanges[0].answer.text) > 5)
        one.ask("排队的问题", conversation=conversation)
    assert conversation.exchanges[0].answer.state == "interrupted"
    assert len(conversation.exchanges) == 1, "a question that waits does not begin while the program ends"
    assert (await ended(simulator, model))["outcome"] == "cancelled"


async def test_two_conversations_at_once_do_not_mix(simulator: RunningSimulator) -> None:
    async with assistant(simulator.base_url, "qwen-plus@default,rate=200,tag=two") as one:
        first, second = one.ask("苹果").conversation, one.ask("香蕉").conversation
        await until(first, lambda: first.running is None)
        await until(second, lambda: second.running is None)
    assert "苹果" in first.exchanges[0].answer.text
    assert "香蕉" not in first.exchanges[0].answer.text
    assert "香蕉" in second.exchanges[0].answer.text


async def test_a_question_sent_twice_is_asked_once(simulator: RunningSimulator) -> None:
    model = "qwen-plus@default,tag=twice"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("你好", question_id="browser-1").conversation
        assert one.ask("你好", conversation=conversation, question_id="browser-1").conversation is conversation
        assert one.ask("你好", question_id="browser-1").conversation is conversation
        await until(conversation, lambda: conversation.running is None)
        assert one.ask("你好", question_id="browser-1").conversation is conversation
    assert len(conversation.exchanges) == 1
    assert len(simulator.requests(model)) == 1


async def test_a_question_sent_meanwhile_waits_its_turn_and_can_be_withdrawn(simulator: RunningSimulator) -> None:
    model = "qwen-plus@long,rate=100,length=30,tag=queue"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("一").conversation
        one.ask("二", conversation=conversation, question_id="second")
        one.ask("三", conversation=conversation, question_id="third")
        assert [exchange.question for exchange in conversation.waiting] == ["二", "三"]
        assert one.withdraw(conversation, "second") == "二"
        assert one.withdraw(conversation, "second") == ""
        await until(conversation, lambda: not conversation.waiting and conversation.running is None)
    assert [exchange.question for exchange in conversation.exchanges] == ["一", "三"]
    first, second = simulator.requests(model)
    assert first["ended"] <= second["received"]


async def test_a_blocked_exchange_is_not_sent_again(simulator: RunningSimulator) -> None:
    model = "qwen-plus@blocked-midway,tag=poison"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("不当的问题").conversation
        await until(conversation, lambda: conversation.running is None)
        await answered(one, "另一个问题", conversation)
    second = simulator.requests(model)[1]["body"]["input"]["messages"]
    assert [message["content"] for message in second if message["role"] != "system"] == ["另一个问题"]


async def test_asking_again_keeps_the_earlier_answer_beside_the_new_one(simulator: RunningSimulator) -> None:
    model = "qwen-plus@arrearage,tag=again"
    async with assistant(simulator.base_url, model) as one:
        conversation = one.ask("你好").conversation
        await until(conversation, lambda: conversation.running is None)
        first = conversation.last_answer_id
        one.ask_again(conversation, first)
        one.ask_again(conversation, first)
        await until(conversation, lambda: conversation.running is None)
    assert [answer.state for answer in conversation.exchanges[0].answers] == ["failed", "failed"]
    assert len(simulator.requests(model)) == 2


@pytest.mark.parametrize(
    ("name", "key"), [("empty-answer", "error-empty"), ("thinking-only-length", "error-only-thinking")]
)
async def test_an_answer_without_text_says_so(simulator: RunningSimulator, name: str, key: str) -> None:
    async with assistant(simulator.base_url, f"qwen-plus@{name},tag=empty") as one:
        answer = await answered(one)
    assert answer.error is not None
    assert (answer.state, answer.error.key) == ("failed", key)


@pytest.mark.parametrize("name", ["echoes-key-in-error", "echoes-key-in-text"])
async def test_a_key_the_service_echoes_is_masked(simulator: RunningSimulator, name: str) -> None:
    canary = "sk-canary-0123456789"
    async with assistant(simulator.base_url, f"qwen-plus@{name},tag=canary", key=canary) as one:
        answer = await answered(one)
    shown = f"{answer.text} {answer.error} {answer.error and answer.error.said} {answer.document.html}"
    assert canary not in shown
    assert MASK in shown


async def ended(simulator: RunningSimulator, model: str) -> Mapping[str, Any]:
    """Return the record of the only request of this model, once it has ended."""

    def has_ended(requests: Requests) -> bool:
        return any(request["model"] == model and request["ended"] for request in requests)

    recorded = await asyncio.to_thread(simulator.wait_until, has_ended)
    return next(request for request in recorded if request["model"] == model)
