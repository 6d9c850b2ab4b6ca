"""The local model: a real child process with real weights."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from nicewen.services.errors import LocalModelFailed
from nicewen.services.events import AnswerEvent, Finished, Text, Usage
from nicewen.services.providers.local import SAMPLING, Local, local_is_installed, model_name
from nicewen.services.providers.local_process import LocalProcess, start_process
from nicewen.services.providers.openai_compatible import OpenAICompatible
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.weights import fetch_weights

LONG_QUESTION = "Write a very long story about a cat."


@pytest.fixture(scope="session")
def weights() -> Path:
    return fetch_weights(print)


@pytest.fixture
async def local(weights: Path) -> AsyncIterator[Local]:
    one = Local(weights)
    yield one
    await one.close()


@asynccontextmanager
async def process(weights: Path) -> AsyncIterator[LocalProcess]:
    child = await start_process(weights, "model", seconds=60)
    try:
        yield child
    finally:
        await child.close()


def request(question: str = "What is the capital of France?") -> AnswerRequest:
    return AnswerRequest("", (Turn("user", question),), "You are a helpful assistant.")


async def answer_of(one: Local, question: str = "What is the capital of France?") -> list[AnswerEvent]:
    async with aclosing(one.answer(request(question))) as events:
        return [event async for event in events]


def text_of(events: list[AnswerEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def models() -> dict[int, int]:
    """Return the process id of each local model that runs on this machine, and its parent's."""
    columns = ["pid=", "ppid=", "stat=", "args="]
    listed = subprocess.run(["ps", "-A", "-ww", "-o", ",".join(columns)], capture_output=True, text=True, check=True)
    rows = (line.split(maxsplit=3) for line in listed.stdout.splitlines())
    return {int(row[0]): int(row[1]) for row in rows if row[2][0] != "Z" and "local_server.py" in row[3:][-1]}


def own_models() -> set[int]:
    return {pid for pid, parent in models().items() if parent == os.getpid()}


def facts_open_to_others(pid: int) -> str:
    """Return a process's arguments and environment, as other programs of this user can read them."""
    proc = Path(f"/proc/{pid}")
    if proc.exists():
        return (proc / "environ").read_text() + (proc / "cmdline").read_text()
    return subprocess.run(["ps", "eww", "-p", str(pid)], capture_output=True, text=True, check=True).stdout


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 (another process, which sets no event here)
            await asyncio.sleep(0.01)


async def test_a_real_answer_is_streamed(local: Local) -> None:
    assert local.pid == 0, "the model starts with the first question"
    events = await answer_of(local)
    assert "Paris" in text_of(events) or "France" in text_of(events)
    assert len([event for event in events if isinstance(event, Text)]) > 3
    assert isinstance(events[-2], Usage)
    assert events[-2].output_tokens > 3
    assert isinstance(events[-1], Finished)


async def test_two_first_questions_start_one_model(local: Local) -> None:
    answers = await asyncio.gather(answer_of(local, "Hi"), answer_of(local, "What is the capital of France?"))
    assert all(text_of(events) for events in answers)
    assert own_models() == {local.pid}


async def test_a_question_stopped_during_the_start_leaves_the_others_alone(local: Local) -> None:
    stopped = asyncio.create_task(answer_of(local))
    other = asyncio.create_task(answer_of(local, "Hi"))
    await until(own_models)
    stopped.cancel()
    assert text_of(await other)
    assert stopped.cancelled()
    assert own_models() == {local.pid}


async def test_an_answer_ends_even_where_the_model_would_babble_for_ever(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = SAMPLING["max_tokens"] // 8
    monkeypatch.setattr(sys.modules[Local.__module__], "SAMPLING", {**SAMPLING, "max_tokens": few})
    events = await answer_of(local, LONG_QUESTION)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "length"
    assert isinstance(events[-2], Usage)
    assert events[-2].output_tokens == few


async def test_a_crash_in_the_middle_is_said_and_the_next_question_is_answered(local: Local) -> None:
    seen: list[AnswerEvent] = []

    async def ask() -> None:
        async with aclosing(local.answer(request(LONG_QUESTION))) as events:
            async for event in events:
                if not seen:
                    os.kill(local.pid, signal.SIGKILL)
                seen.append(event)

    with pytest.raises(LocalModelFailed) as caught:
        await ask()
    assert caught.value.key == "error-local-died"
    assert caught.value.ends_early
    assert text_of(seen)
    assert local.pid == 0
    assert text_of(await answer_of(local))


async def test_a_model_that_ended_between_two_questions_starts_again(local: Local) -> None:
    await answer_of(local, "Hi")
    first = local.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: local.pid == 0)
    assert text_of(await answer_of(local))
    assert local.pid not in {0, first}


async def test_a_file_that_is_no_model_is_said_and_the_reason_logged(
    tmp_path: Path, weights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "nicewen")
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF but not really")
    local = Local(path)
    with pytest.raises(LocalModelFailed) as caught:
        await answer_of(local)
    assert caught.value.key == "error-local-start"
    assert "failed to load model" in caplog.text
    assert not own_models()
    path.unlink()
    path.symlink_to(weights)
    assert text_of(await answer_of(local))
    await local.close()


async def test_missing_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(LocalModelFailed) as caught:
        await answer_of(Local(tmp_path / "nothing.gguf"))
    assert caught.value.key == "error-local-no-weights"


async def test_a_missing_package_is_said(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_is_installed()
    monkeypatch.setattr(sys, "path", [])
    assert not local_is_installed()
    with pytest.raises(LocalModelFailed) as caught:
        await answer_of(Local(weights))
    assert caught.value.key == "error-local-not-installed"


async def test_close_ends_the_model_within_a_second(local: Local) -> None:
    await answer_of(local, "Hi")
    pid = local.pid
    assert pid in models()
    await asyncio.wait_for(local.close(), 1)
    assert pid not in models()
    await local.close()


PARENT = """
import asyncio, subprocess, sys
from pathlib import Path
from nicewen.services.providers.local import Local
from nicewen.services.providers.provider import AnswerRequest, Turn

async def main():
    local = Local(Path(sys.argv[1]))
    async for _ in local.answer(AnswerRequest("", (Turn("user", "Hi"),))):
        pass
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])  # a sibling that goes on living
    print(local.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_model_ends_with_its_parent_even_after_kill_9(weights: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(weights), stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    try:
        child = int(await parent.stdout.readline())
        assert models()[child] == parent.pid
        parent.kill()
        await until(lambda: child not in models(), 2)
    finally:
        os.killpg(parent.pid, signal.SIGKILL)  # the sibling
        await parent.communicate()


async def test_ctrl_c_at_the_terminal_does_not_end_the_model(local: Local) -> None:
    await answer_of(local, "Hi")
    pid = local.pid
    os.kill(pid, signal.SIGINT)
    assert text_of(await answer_of(local))
    assert local.pid == pid


async def test_the_model_knows_no_keys(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DASHSCOPE_API_KEY", "OPENAI_API_KEY", "NICEWEN_DATABASE_URL", "SOME_TOKEN"):
        monkeypatch.setenv(name, "sk-canary")
    async with process(weights) as child:
        told = facts_open_to_others(child.pid)
        assert "sk-canary" not in told
        assert "NICEWEN_" not in told
        assert "DASHSCOPE_" not in told
        assert child.key not in told
        assert str(weights) not in told


async def test_others_on_this_machine_cannot_use_the_model(weights: Path) -> None:
    async with process(weights) as child, httpx.AsyncClient(base_url=child.address, trust_env=False) as client:
        question = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
        for headers, status in ({}, 401), ({"Authorization": "Bearer wrong"}, 401), (bearer(child), 200):
            for path in ("/v1/chat/completions", "/completion", "/tokenize"):
                if status == 401 or path.startswith("/v1"):
                    answer = await client.post(path, headers=headers, json=question, timeout=30)
                    assert (path, answer.status_code) == (path, status)
        foreign = await client.get("/v1/models", headers={**bearer(child), "Origin": "http://evil.example"})
        assert not foreign.headers.get("access-control-allow-origin")


def bearer(child: LocalProcess) -> dict[str, str]:
    return {"Authorization": f"Bearer {child.key}"}


async def test_stopping_an_answer_frees_its_slot(weights: Path) -> None:
    async with process(weights) as child, httpx.AsyncClient(base_url=child.address, headers=bearer(child)) as client:

        async def busy() -> int:
            slots = (await client.get("/slots")).json()
            return len([slot for slot in slots if slot["is_processing"]])

        talk = OpenAICompatible(
            f"{child.address}/v1", child.key, default_model="model", extra_body={"ignore_eos": True}
        )
        async with aclosing(talk.answer(request(LONG_QUESTION))) as events:
            assert isinstance(await anext(events), Text)
            assert await busy() == 1
        async with asyncio.timeout(2):
            while await busy():
                pass
        await talk.close()


async def test_questions_do_not_appear_in_the_log(local: Local, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await answer_of(local, "What does xylographic mean?")
    await local.close()
    assert "xylographic" not in caplog.text


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"),
        ("qwen2.5-0.5b-instruct-q4_k_m.gguf", "qwen2.5-0.5b-instruct"),
        ("Qwen3-0.6B-UD-IQ2_XXS.gguf", "Qwen3-0.6B"),
        ("model-f16.gguf", "model"),
        ("qwen.gguf", "qwen"),
    ],
)
def test_a_model_is_named_after_its_file_without_the_quantisation(file: str, name: str) -> None:
    assert model_name(Path(file)) == name
