"""The real Nicewen with instruments; `/c/turns-200` is a conversation with 200 earlier turns.

`python -m benchmarks.nicewen_server --no-browser --port 8080`
"""

import argparse
from unittest.mock import patch

from benchmarks.earlier import earlier_turns, turns_in
from benchmarks.instruments import install
from nicewen.main import serve
from nicewen.services import Assistant, Settings
from nicewen.services.alternatives import Alternatives
from nicewen.services.conversation import NOBODY, Answer, Conversation, Exchange
from nicewen.services.language import words_of


class Remembering(Assistant):
    """Knows conversations by how many turns they begin with; each page that asks gets one of its own."""

    async def conversation(self, conversation_id: str, *, user: str = NOBODY) -> Conversation | None:
        """Return the conversation, or one with the turns that the id names."""
        turns = turns_in(conversation_id)
        if turns is None:
            return await super().conversation(conversation_id, user=user)
        conversation = Conversation(user=user)
        for question, text in earlier_turns(turns):
            conversation.add(exchange(question, text), conversation.last)
        return conversation


def exchange(question: str, text: str) -> Exchange:
    """Return a question that was answered."""
    answer = Answer("dashscope", "qwen-plus", state="done", parts=[text])
    while answer.document.is_behind:
        answer.document.refresh()
    return Exchange(question, answer.id, Alternatives([answer]))


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    install()
    with patch("nicewen.main.Assistant", Remembering):
        serve(Settings(port=parser.parse_args().port), words_of("en"), show=False)


if __name__ in {"__main__", "__mp_main__"}:
    main()
