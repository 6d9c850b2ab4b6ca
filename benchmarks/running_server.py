"""The real Nicewen; `POST /_ask` asks without a page, `/_written` tells what is written, `/_memory` what is held.

`python -m benchmarks.running_server --no-browser --port 8080`
"""

import argparse
from typing import Any
from unittest.mock import patch

import fastapi
from nicegui import app

from benchmarks.pages_server import PATH, held
from nicewen.main import serve
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.language import words_of


class Counting(Assistant):
    """The real one, which can be asked over HTTP and knows what it was asked so."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._begun: list[Conversation] = []
        app.post("/_ask")(self.begin)
        app.get("/_written")(self.written)

    async def begin(self, request: fastapi.Request) -> None:
        """Ask what the body says."""
        self._begun.append(self.ask((await request.body()).decode()).conversation)

    async def written(self) -> list[int]:
        """Return the characters so far of each answer that is being written."""
        answers = [conversation.exchanges[0].answer for conversation in self._begun if conversation.exchanges]
        return [len(answer.text) for answer in answers if answer.state == "writing"]


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    app.get(PATH)(held)
    with patch("nicewen.main.Assistant", Counting):
        serve(Settings(port=parser.parse_args().port), words_of("en"), show=False)


if __name__ in {"__main__", "__mp_main__"}:
    main()
