"""Nicewen with one more address, where a test puts questions without a browser.

`python -m browser.by_http --no-browser --port 8080`: all else is the real one.
"""

import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import fastapi
from nicegui import app

from browser.instrumented import IMPATIENT
from nicewen import main
from nicewen.services import Assistant


class Asked(Assistant):
    """The real one, which `POST /_ask` has answer; with `wait=no` it says only what was begun."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "patience": IMPATIENT})
        app.post("/_ask")(self.answer)

    async def answer(self, request: fastapi.Request, wait: str = "yes") -> dict[str, str]:
        conversation = self.ask((await request.body()).decode()).conversation
        answer = conversation.exchanges[0].answer
        while wait == "yes" and not answer.has_ended:
            await conversation.pulse.after(conversation.pulse.count)
        return {"id": answer.id, "state": answer.state, "conversation": conversation.id}


def asked(url: str, question: str, *, wait: bool = True) -> dict[str, str]:
    """Put a question to such a Nicewen, and return the answer's id and state."""
    request = Request(f"{url}/_ask?wait={'yes' if wait else 'no'}", question.encode(), method="POST")
    with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
        said: dict[str, str] = json.load(response)
    return said


if __name__ in {"__main__", "__mp_main__"}:
    vars(main)["Assistant"] = Asked  # the one place that makes it
    main.main()
