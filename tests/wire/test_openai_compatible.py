"""OpenAI's chat completions through real sockets: the simulator's compatible mode, and a server of this file's own."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import KEY
from dashscope_simulator.unreachable import refused_url
from nicewen.services.errors import AnswerError, CutShort, Refused, TimedOut, Unreachable
from nicewen.services.events import AnswerEvent, Finished, Text, Thinking, Usage
from nicewen.services.providers.openai_compatible import OpenAICompatible
from nicewen.services.providers.provider import AnswerRequest, Turn, ignore
from nicewen.services.providers.wire import Timeouts

SHORT = Timeouts(connect=5, first_data=0.3, stall=0.3)
QUESTION = (Turn("user", "你好"),)
TEXT = 'data: {"choices":[{"delta":{"content":"好"},"index":0,"finish_reason":null}]}\n\n'
END = 'data: {"choices":[{"delta":{},"index":0,"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


@dataclass
class Service:
    """A server that answers with `pieces`; `None` among them is silence until the client goes away."""

    pieces: tuple[str | None, ...] = (TEXT, END)
    models: object = field(default_factory=lambda: {"data": [{"id": "first"}, {"id": "second"}]})
    url: str = ""
    asked_for_models: int = 0
    answered_models: list[str] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def list_models(self, request: web.Request) -> web.Response:
        self.asked_for_models += 1
        return web.json_response(self.models)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.answered_models.append((await request.json())["model"])
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        try:
            for piece in self.pieces:
                if piece is None:
                    await asyncio.Event().wait()
                else:
                    await response.write(piece.encode())
        finally:
            self.left.set()
        return response


Serve = Callable[[Service], Awaitable[Service]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    runners: list[web.AppRunner] = []

    async def start(service: Service) -> Service:
        app = web.Application()
        app.add_routes([web.get("/v1/models", service.list_models), web.post("/v1/chat/completions", service.complete)])
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return service

    yield start
    for runner in runners:
        await runner.cleanup()


@asynccontextmanager
async def provider(
    url: str, key: str = KEY, model: str = "m", timeouts: Timeouts = SHORT
) -> AsyncIterator[OpenAICompatible]:
    one = OpenAICompatible(url, key, default_model=model, timeouts=timeouts)
    try:
        yield one
    finally:
        await one.close()


async def answer_of(
    one: OpenAICompatible, model: str = "", received: Callable[[str], None] = ignore
) -> list[AnswerEvent]:
    async with aclosing(one.answer(AnswerRequest(model, QUESTION, received=received))) as events:
        return [event async for event in events]


def text_of(events: list[AnswerEvent], kind: type[Text] | type[Thinking] = Text) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


async def test_dashscopes_compatible_mode_answers(simulator: RunningSimulator) -> None:
    async with provider(simulator.compatible_url, timeouts=Timeouts()) as one:
        events = await answer_of(one, "qwen-plus")
    assert text_of(events) == "你说：你好"
    assert isinstance(events[-2], Usage)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "stop"


async def test_each_chunk_is_handed_over_as_it_came(simulator: RunningSimulator) -> None:
    received: list[str] = []
    async with provider(simulator.compatible_url, timeouts=Timeouts()) as one:
        events = await answer_of(one, "qwen-plus", received.append)
    assert received[-1] == "[DONE]"
    chunks = [json.loads(chunk)["choices"] for chunk in received[:-1]]
    assert "".join(choice["delta"].get("content") or "" for choices in chunks for choice in choices) == text_of(events)
    async with provider(simulator.compatible_url, timeouts=Timeouts()) as one:
        with pytest.raises(Refused):
            await answer_of(one, "qwen-plus@html-504", received.append)
    assert received[-1].startswith("<html"), "the body of a refusal too"


async def test_a_limit_of_tokens_is_sent(simulator: RunningSimulator) -> None:
    request = AnswerRequest("qwen-plus", QUESTION, token_limit=1)
    async with provider(simulator.compatible_url, timeouts=Timeouts()) as one, aclosing(one.answer(request)) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, Finished)
    assert last.reason == "length"


REFUSED = {
    "wrong-key": ("error-wrong-key", "invalid_api_key"),
    "throttled": ("error-busy", "limit_requests"),
    "model-not-found": ("error-model-unavailable", "model_not_found"),
    "openai-error-in-stream": ("error-blocked", "data_inspection_failed"),
    "openai-error-404-in-stream": ("error-model-unavailable", "model_not_found"),
    "error-event-429": ("error-busy", "Throttling.RateQuota"),
    "html-504": ("error-server", ""),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_dashscopes_compatible_mode_refuses(simulator: RunningSimulator, name: str) -> None:
    async with provider(simulator.compatible_url, timeouts=Timeouts()) as one:
        with pytest.raises(AnswerError) as caught:
            await answer_of(one, f"qwen-plus@{name}")
    assert (caught.value.key, caught.value.code) == REFUSED[name]


async def test_a_wrong_key_is_refused_with_the_services_own_words(simulator: RunningSimulator) -> None:
    async with provider(simulator.compatible_url, key="sk-wrong") as one:
        with pytest.raises(AnswerError) as caught:
            await answer_of(one, "qwen-plus")
    assert (caught.value.key, caught.value.status, caught.value.retryable) == ("error-wrong-key", 401, False)
    assert caught.value.said
    assert "sk-wrong" not in f"{caught.value} {caught.value.said}"


async def test_the_services_first_model_answers_where_none_is_named(serve: Serve) -> None:
    service = await serve(Service())
    async with provider(service.url, model="") as one:
        assert service.asked_for_models == 0
        assert text_of(await answer_of(one)) == "好"
        assert one.default_model == "first"
        await answer_of(one)
        await answer_of(one, "second")
    assert (service.asked_for_models, service.answered_models) == (1, ["first", "first", "second"])


@pytest.mark.parametrize("models", [{"data": []}, {"data": [{}]}, {"object": "list"}, [], "nonsense"])
async def test_a_service_without_models_says_so(serve: Serve, models: object) -> None:
    service = await serve(Service(models=models))
    async with provider(service.url, model="") as one:
        with pytest.raises(AnswerError) as caught:
            await answer_of(one)
    assert (caught.value.key, caught.value.retryable) == ("error-no-model", False)


async def test_a_wrong_key_is_named_before_the_models_are_known(simulator: RunningSimulator) -> None:
    async with provider(simulator.compatible_url, key="sk-wrong", model="") as one:
        with pytest.raises(AnswerError) as caught:
            await answer_of(one)
    assert caught.value.key == "error-wrong-key"


@pytest.mark.parametrize("model", ["", "m"])
async def test_a_service_that_is_not_there_is_unreachable(model: str) -> None:
    with refused_url() as url:
        async with provider(url, model=model) as one:
            with pytest.raises(Unreachable) as caught:
                await answer_of(one)
    assert (caught.value.key, caught.value.retryable) == ("error-unreachable", True)


async def test_a_proxy_in_the_environment_does_not_see_this_machines_own_services(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await serve(Service())
    with refused_url() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        async with provider(service.url) as one:
            assert text_of(await answer_of(one)) == "好"


@pytest.mark.parametrize(
    ("pieces", "key"), [((None,), "error-first-data-timeout"), ((TEXT, None), "error-stall-timeout")]
)
async def test_silence_is_a_time_out(serve: Serve, pieces: tuple[str | None, ...], key: str) -> None:
    service = await serve(Service(pieces))
    async with provider(service.url) as one:
        with pytest.raises(TimedOut) as caught:
            await answer_of(one)
        await asyncio.wait_for(service.left.wait(), 2)
    assert caught.value.key == key


async def test_an_end_that_nobody_announced_is_cut_short(serve: Serve) -> None:
    service = await serve(Service((TEXT,)))
    async with provider(service.url) as one:
        with pytest.raises(CutShort):
            await answer_of(one)


async def test_closing_the_answer_closes_the_connection(serve: Serve) -> None:
    service = await serve(Service((TEXT, None)))
    async with provider(service.url, timeouts=Timeouts()) as one:
        async with aclosing(one.answer(AnswerRequest("m", QUESTION))) as events:
            assert await anext(events) == Text("好")
            assert not service.left.is_set()
        await asyncio.wait_for(service.left.wait(), 1)


async def test_a_service_that_stays_open_after_the_end_does_not_hold_the_answer_up(serve: Serve) -> None:
    service = await serve(Service((TEXT, END, None)))
    async with provider(service.url, timeouts=Timeouts()) as one:
        begin = time.monotonic()
        events = await answer_of(one)
    assert events[-1] == Finished("stop")
    assert time.monotonic() - begin < 3
