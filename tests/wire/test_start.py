"""The program as a person starts it: options, faults in one sentence, and its end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from scripted import Scripted, assisted

from browser.asked import long_answer
from browser.by_http import asked
from browser.nicewen_process import running_nicewen
from dashscope_simulator.process import RunningSimulator
from nicewen.services import assistant
from nicewen.services.options import COMMANDS
from ports import free_port

COMMAND = (sys.executable, "-m", "nicewen.main")
TRACEBACK = "Traceback"


def environment(home: Path, **values: str) -> dict[str, str]:
    """Return an environment without settings, whose home and cache are empty."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **values}


def run(home: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=home,
        env=environment(home, **values),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@dataclass
class Started:
    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)

    def get(self, path: str) -> str:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return str(response.read().decode())

    def read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)


@contextmanager
def started(home: Path, **values: str) -> Iterator[Started]:
    """Start the program and wait until it serves."""
    port = free_port()
    with subprocess.Popen(
        [*COMMAND, "--no-browser", "--port", str(port)],
        cwd=home,
        env=environment(home, **values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        one = Started(process, port)
        reader = threading.Thread(target=one.read, daemon=True)
        reader.start()
        try:
            wait_for_port(port, process)
            yield one
        finally:
            process.kill()
            reader.join(timeout=5)


def wait_for_port(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)  # nothing tells a parent that a server has begun to listen
        else:
            return
    raise AssertionError("Nicewen did not start")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"NICEWEN_PORT": "abc"}, ["NICEWEN_PORT", "abc", "NICEWEN_PORT=8080"]),
        ({"NICEWEN_PROVIDER": "gpt"}, ["NICEWEN_PROVIDER", "gpt", "NICEWEN_PROVIDER=auto"]),
        ({"NICEWEN_PROVIDER": "dashscope"}, ["DASHSCOPE_API_KEY=sk-"]),
        ({"NICEWEN_PROVIDER": "openai_compatible"}, ["OPENAI_BASE_URL=http://"]),
        ({"NICEWEN_PROVIDER": "local"}, ["nicewen fetch-model"]),
        ({"NICEWEN_PROVIDER": "local", "NICEWEN_LOCAL_MODEL": "/no/such.gguf"}, ["/no/such.gguf"]),
        ({"NICEWEN_LOCAL_MODEL": "/no/such.gguf"}, ["/no/such.gguf"]),
        ({"DASHSCOPE_API_KEY": "sk canary"}, ["DASHSCOPE_API_KEY"]),
        ({"NICEWEN_HOST": "0.0.0.0"}, ["0.0.0.0", "NICEWEN_AUTH=none"]),
        ({"NICEWEN_HOST": "192.0.2.1", "NICEWEN_AUTH": "none"}, ["192.0.2.1"]),
        ({"NICEWEN_AUTH": "proxy", "NICEWEN_TRUSTED_PROXIES": "*"}, ["NICEWEN_TRUSTED_PROXIES=127.0.0.1"]),
        ({"NICEWEN_AUTH": "oidc"}, ["NICEWEN_OIDC_ISSUER", "NICEWEN_OIDC_CLIENT_ID"]),
        ({"NICEWEN_PORT": "abc", "NICEWEN_LANGUAGE": "zh"}, ["NICEWEN_PORT", "abc"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_fault_stops_the_start_with_one_sentence(tmp_path: Path, values: dict[str, str], words: list[str]) -> None:
    ended = run(tmp_path, "--no-browser", **values)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert TRACEBACK not in ended.stderr
    assert "canary" not in ended.stderr
    for word in words:
        assert word in ended.stderr


def test_a_port_in_use_is_said_with_a_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(tmp_path, "--no-browser", "--port", str(port))
    assert ended.returncode == 2
    assert f"Port {port} on 127.0.0.1 is already in use" in ended.stderr
    assert "nicewen --port " in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_version_and_the_help_are_said(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout.startswith("nicewen 0.")
    said = run(tmp_path, "--help").stdout
    for option in ("--host", "--port", "--no-browser", "--version", "fetch-model"):
        assert option in said
    for command in COMMANDS:
        assert f"  nicewen {command} " in said or command == "run", f"no example of {command}"


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    ended = run(tmp_path, "--port", "99999")
    assert ended.returncode == 2
    assert "'99999' is not a whole number from 1 to 65535" in ended.stderr


def test_without_key_and_weights_the_demo_answers_and_says_how_to_get_a_model(tmp_path: Path) -> None:
    with started(tmp_path) as one:
        page = one.get("/")
    assert "The demo answers from prepared texts" in page
    assert any("nicewen fetch-model" in line for line in one.lines)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "answers with demo on http://127.0.0.1:{port}\n"),
        (
            {"NICEWEN_HOST": "0.0.0.0", "NICEWEN_AUTH": "none"},
            "on http://localhost:{port} and, for other machines, on every address of this one (0.0.0.0)\n",
        ),
    ],
    ids=["here", "everywhere"],
)
def test_the_address_that_is_said_is_one_to_open(tmp_path: Path, values: dict[str, str], said: str) -> None:
    with started(tmp_path, NICEWEN_PROVIDER="demo", **values) as one:
        one.get("/")
    assert said.format(port=one.port) in "".join(one.lines)


def test_settings_that_do_nothing_or_do_not_exist_are_said(tmp_path: Path) -> None:
    with started(tmp_path, NICEWEN_MODLE="x", NICEWEN_REDIS_URL="redis://127.0.0.1/0") as one:
        one.get("/")
    said = "".join(one.lines)
    assert "did you mean NICEWEN_MODEL?" in said
    assert "NICEWEN_REDIS_URL is set, but this version does not use it." in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_and_its_answers_within_two_seconds(
    tmp_path: Path, simulator: RunningSimulator, number: signal.Signals
) -> None:
    model = f"qwen-plus@long,rate=20,length=2000,tag={number.name}"
    script = tmp_path / "asks.py"
    script.write_text(ASKS, "utf-8")
    values = {
        "DASHSCOPE_API_KEY": "sk-1",
        "DASHSCOPE_HTTP_BASE_URL": simulator.base_url,
        "NICEWEN_MODEL": model,
        "NICEWEN_PORT": str(free_port()),
    }
    with subprocess.Popen(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment(tmp_path, **values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        simulator.wait_until(lambda requests: any(r["model"] == model and r["first_byte"] for r in requests), 20)
        began = time.monotonic()
        process.send_signal(number)
        said, _ = process.communicate(timeout=10)
    took = time.monotonic() - began
    assert took < 2, f"{took:.2f} s"
    assert TRACEBACK not in said
    assert json.loads(said.splitlines()[-1]) == ["interrupted"]
    simulator.wait_until(lambda requests: any(r["model"] == model and r["outcome"] == "cancelled" for r in requests))


def test_a_second_signal_ends_a_program_that_lets_its_answers_finish(simulator: RunningSimulator) -> None:
    patient = {"NICEWEN_DRAIN_SECONDS": "60", "NICEWEN_LOG_LEVEL": "info"}
    with running_nicewen(simulator.base_url, module="browser.by_http", **patient) as running:
        asked(running.url, long_answer(rate=20, seconds=60).text, wait=False)
        running.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while "1 running answers may finish" not in running.log and time.monotonic() < deadline:
            time.sleep(0.02)  # what a process writes is seen only by looking
        assert running.process.poll() is None
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(5) == 0


ASKS = """
import json
from nicewen import main
from nicewen.services import Assistant

asked = []
open_assistant, close_assistant = Assistant.open, Assistant.close

async def open_and_ask(self):
    await open_assistant(self)
    asked.append(self.ask("hello").conversation)

async def close_and_tell(self):
    await close_assistant(self)
    print(json.dumps([conversation.exchanges[0].answer.state for conversation in asked]), flush=True)

Assistant.open, Assistant.close = open_and_ask, close_and_tell
main.main(["--no-browser"])
"""


LOOKS = """
import importlib.util, sys
from nicewen import lean_imports, main

def look(settings, *, show):
    from fastapi.openapi.models import Info, OpenAPI
    from pydantic import BaseModel
    print(sorted(set(lean_imports.UNUSED) & set(sys.modules)), BaseModel.model_config)
    described = OpenAPI(openapi="3", info=Info(title="a", version="1"))
    print(importlib.util.find_spec("pydantic.v1").name, described.info.title)

main._run = look
main.main(["--no-browser"])
"""


def test_what_a_start_leaves_out_is_there_for_those_who_ask_for_it(tmp_path: Path) -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOKS],
        cwd=tmp_path,
        env=environment(tmp_path, NICEWEN_PROVIDER="demo", NICEWEN_PORT=str(free_port())),
        capture_output=True,
        text=True,
        check=True,
    )
    assert looked.stdout.splitlines()[-2:] == ["[] {}", "pydantic.v1 a"]


async def test_lexers_are_loaded_after_the_start_and_delay_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = threading.Event()
    monkeypatch.setattr(assistant, "load_lexers", loaded.set)
    async with assisted(Scripted()):
        assert not loaded.is_set()
    assert not loaded.is_set()
    monkeypatch.setattr(assistant, "LEXERS_AFTER", 0)
    async with assisted(Scripted()):
        assert await asyncio.to_thread(loaded.wait, 5)


def test_a_misspelt_door_lets_nobody_in(tmp_path: Path) -> None:
    refused = run(tmp_path, NICEWEN_PROVIDER="demo", NICEWEN_AUHT="password")
    assert refused.returncode == 2
    assert refused.stderr.startswith("NICEWEN_AUHT is set, but there is no such setting; did you mean NICEWEN_AUTH?")


def test_every_line_of_a_json_log_is_json(tmp_path: Path) -> None:
    settings = {"NICEWEN_PROVIDER": "demo", "NICEWEN_LOG_FORMAT": "json", "NICEWEN_LOG_LEVEL": "info"}
    with running_nicewen("http://127.0.0.1:1", **settings) as running:
        page = build_opener(ProxyHandler({})).open(running.url, timeout=10)
        assert page.status == 200
        with suppress(HTTPError):  # python-engineio's own complaint
            build_opener(ProxyHandler({})).open(f"{running.url}/_nicegui_ws/socket.io/?EIO=4&transport=websocket")
        lines = [json.loads(line) for line in running.log.splitlines()]
    assert any(line["logger"] == "engineio.server" for line in lines)
    assert not any(line["logger"] == "uvicorn.access" or "color_message" in line for line in lines)
