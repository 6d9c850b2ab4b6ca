"""The simulator's HTTP server: paths, counting and recording around the profiles."""

import json
import uuid
from asyncio import Transport
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from weakref import WeakKeyDictionary

from aiohttp import web

from dashscope_simulator.checks import refusal
from dashscope_simulator.compatible import compatible_reply, models, openai_error
from dashscope_simulator.frames import JSON, error, json_text, raw, whole
from dashscope_simulator.play import play
from dashscope_simulator.profile import Reply
from dashscope_simulator.profiles import PROFILES, reply_to
from dashscope_simulator.question import Options, Path, Question, model_meant
from dashscope_simulator.records import Record

NATIVE: Mapping[str, Path] = {
    "/api/v1/services/aigc/text-generation/generation": "text",
    "/api/v1/services/aigc/multimodal-generation/generation": "multimodal",
}
PREFIXES = ("", "/tyqw")
LARGEST = 256 * 1024**2  # bytes of a request


class Simulator:
    """Answers questions and remembers them. Attempts are counted per exact model string."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.attempts: Counter[str] = Counter()
        self.turns: WeakKeyDictionary[Transport, list[int]] = WeakKeyDictionary()  # [connection, turn]
        self.connections = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST)
        for prefix in PREFIXES:
            for path in NATIVE:
                app.router.add_post(prefix + path, self.native)
            app.router.add_post(f"{prefix}/compatible-mode/v1/chat/completions", self.compatible)
            app.router.add_get(f"{prefix}/compatible-mode/v1/models", self.models)
        app.router.add_get("/_requests", self.list_records)
        app.router.add_delete("/_requests", self.clear_records)
        return app

    async def native(self, request: web.Request) -> web.StreamResponse:
        record, turn = await self.recorded(request)
        path = next(value for suffix, value in NATIVE.items() if request.path.endswith(suffix))
        streaming = request.headers.get("X-DashScope-SSE", "").lower() == "enable"
        question = self.question(record, turn, path, streaming)
        return await play(native_reply(question), options_or_default(question), request, record)

    async def compatible(self, request: web.Request) -> web.StreamResponse:
        record, turn = await self.recorded(request)
        asked = mapping(record.body)
        question = self.question(record, turn, "compatible", asked.get("stream") is True)
        refused = refusal(question) if known(question) else unknown_profile(question)
        usage_wanted = mapping(asked.get("stream_options")).get("include_usage") is True
        if refused:
            reply = openai_error(refused, question)
        else:
            reply = compatible_reply(question, reply_to(question), usage_wanted)
        return await play(reply, options_or_default(question), request, record)

    async def models(self, request: web.Request) -> web.StreamResponse:
        record, turn = await self.recorded(request)
        question = replace(self.question(record, turn, "compatible", streaming=False), model="qwen-plus")
        refused = refusal(replace(question, messages=Question().messages))
        listed = raw(200, json_text(models()).encode(), JSON, question)
        return await play(openai_error(refused, question) if refused else listed, Options(), request, record)

    async def list_records(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(record) for record in self.records])

    async def clear_records(self, request: web.Request) -> web.Response:
        """Forgets the requests and the attempts; connections keep their numbers."""
        self.records.clear()
        self.attempts.clear()
        return web.Response(status=204)

    async def recorded(self, request: web.Request) -> tuple[Record, int]:
        """The new record of this request, and which request on its connection it is."""
        connection, turn = self.place(request)
        body = parsed(await request.read())
        model = mapping(body).get("model")
        record = Record(
            id=str(uuid.uuid4()),
            method=request.method,
            path=request.path,
            headers=dict(request.headers),
            body=body,
            model=model if isinstance(model, str) else None,
            connection=connection,
        )
        self.records.append(record)
        return record, turn

    def place(self, request: web.Request) -> tuple[int, int]:
        transport = request.transport
        if not isinstance(transport, Transport):
            raise web.HTTPBadRequest
        if transport not in self.turns:
            self.connections += 1
            self.turns[transport] = [self.connections, 0]
        self.turns[transport][1] += 1
        connection, turn = self.turns[transport]
        return connection, turn

    def question(self, record: Record, turn: int, path: Path, streaming: bool) -> Question:
        body = mapping(record.body)
        inside = body if path == "compatible" else mapping(body.get("input"))
        messages = inside.get("messages")
        asked = Question(
            model=record.model or "",
            messages=messages if isinstance(messages, list) else (),
            parameters=body if path == "compatible" else mapping(body.get("parameters")),
            path=path,
            streaming=streaming,
            key=key_of(record.headers),
            request_id=record.id,
            turn=turn,
        )
        model = model_meant(asked.model, asked.text)
        record.model = model or None
        self.attempts[model] += 1
        return replace(asked, model=model, attempt=self.attempts[model])


def native_reply(question: Question) -> Reply:
    if not known(question):
        return unknown_profile(question)
    return refusal(question) or reply_to(question)


def known(question: Question) -> bool:
    try:
        return question.options.profile in PROFILES
    except ValueError:
        return False


def options_or_default(question: Question) -> Options:
    return question.options if known(question) else Options()


def unknown_profile(question: Question) -> Reply:
    return whole(400, error("Simulator.UnknownProfile", f"No such profile or option: {question.model}"), question)


def key_of(headers: Mapping[str, str]) -> str | None:
    """The key in the Authorization header, None without one."""
    value = next((value for name, value in headers.items() if name.lower() == "authorization"), None)
    return value.removeprefix("Bearer ").strip() if value is not None else None


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def parsed(body: bytes) -> object:
    """The body as JSON, or as text when it is none."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")
