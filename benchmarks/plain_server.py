"""The chat of NiceGUI's own example with `ui.markdown`, set to the text so far at every token.

`python -m benchmarks.plain_server --no-browser --port 8080`; `/c/turns-200` begins with 200 earlier turns.
A page that waits for its busy server is kept for a minute, as Nicewen's; with NiceGUI's 3 s it would load itself anew.
"""

import argparse
import json
import os
from collections.abc import AsyncIterator, Sequence

from httpx import AsyncClient
from httpx_sse import aconnect_sse
from nicegui import ui

from benchmarks.earlier import earlier_turns, turns_in
from benchmarks.instruments import install
from benchmarks.upstream import PATH

Messages = Sequence[dict[str, str]]


def page(client: AsyncClient, turns: int = 0) -> None:
    """Build the page, as NiceGUI's example chat_with_ai does."""
    history: list[dict[str, str]] = []

    async def send() -> None:
        question = text.value
        text.value = ""
        history.append({"role": "user", "content": question})
        with messages:
            ui.chat_message(text=question, name="You", sent=True)
            with ui.chat_message(name="Bot", sent=False):
                answer = ui.markdown("")
            spinner = ui.spinner(type="dots")
        response = ""
        async for token in tokens(client, history):
            response += token
            answer.set_content(response)
            ui.run_javascript("window.scrollTo(0, document.body.scrollHeight)")
        messages.remove(spinner)
        history.append({"role": "assistant", "content": response})

    ui.query(".q-page").classes("flex")
    ui.query(".nicegui-content").classes("w-full")
    messages = ui.column().classes("w-full max-w-2xl mx-auto flex-grow items-stretch")
    with messages:
        for question, said in earlier_turns(turns):
            history.extend(({"role": "user", "content": question}, {"role": "assistant", "content": said}))
            ui.chat_message(text=question, name="You", sent=True)
            with ui.chat_message(name="Bot", sent=False):
                ui.markdown(said)
    with ui.footer().classes("bg-white"), ui.column().classes("w-full max-w-3xl mx-auto my-6"):
        text = ui.input(placeholder="message").props("rounded outlined input-class=mx-3 data-testid=question")
        text.classes("w-full self-center").on("keydown.enter", send)


async def tokens(client: AsyncClient, history: Messages) -> AsyncIterator[str]:
    """Yield the pieces of an answer."""
    body = {
        "model": "qwen-plus",
        "input": {"messages": history},
        "parameters": {"result_format": "message", "incremental_output": True},
    }
    url = os.environ["DASHSCOPE_HTTP_BASE_URL"].removesuffix("/api/v1") + PATH
    headers = {"X-DashScope-SSE": "enable"}
    async with aconnect_sse(client, "POST", url, json=body, headers=headers) as source:
        async for event in source.aiter_sse():
            yield json.loads(event.data)["output"]["choices"][0]["message"]["content"]


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    install()
    client = AsyncClient(timeout=None, trust_env=False)  # noqa: S113  # the upstream is ours
    ui.page("/")(lambda: page(client))
    ui.page("/c/{conversation_id}")(lambda conversation_id: page(client, turns_in(conversation_id) or 0))
    ui.run(
        port=parser.parse_args().port, host="127.0.0.1", show=False, reload=False, title="chat", reconnect_timeout=60
    )


if __name__ in {"__main__", "__mp_main__"}:
    main()
