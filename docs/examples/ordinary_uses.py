"""What hosts ordinarily do with Nicewen. This file is checked by mypy strict; docs/embedding.md explains each use."""

from collections.abc import AsyncGenerator

from nicegui import app, ui

from nicewen.components import chat_panel, stream_into
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Answer
from nicewen.services.errors import AnswerError
from nicewen.services.events import AnswerEvent, Finished, Text
from nicewen.services.providers.provider import AnswerRequest


class Rules:
    """A provider of the host's own."""

    name = "rules"
    default_model = "rules"

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Yield the answer in pieces, and say when it is complete."""
        yield Text(f"You asked: {request.turns[-1].text}")
        yield Finished("stop")

    async def close(self) -> None:
        """Hold nothing."""


assistant = Assistant(Settings())
by_rules = Assistant(Settings(provider="demo"), make_provider=lambda _: Rules())


def wiring() -> None:
    """Open the assistant with the server, and close it."""
    app.on_startup(assistant.open)
    app.on_shutdown(assistant.close)


def panels() -> None:
    """Put panels into a page."""
    chat_panel(assistant)
    chat_panel(assistant, conversation="orders-help", starters=["Why is this order late?"], compact=True)
    chat_panel(assistant, user="ada", language="zh", autofocus=True)
    chat_panel(assistant, user=lambda: str(app.storage.user["name"]), context="order 17")


def contexts(grid: ui.aggrid, table: ui.table) -> None:
    """Send along what is shown."""
    chat_panel(assistant, context={"order": 17, "state": "late"})
    chat_panel(assistant, context=[{"order": 17}, {"order": 18}])
    chat_panel(assistant, context=grid.get_selected_rows)
    chat_panel(assistant, context=lambda: table.selected)


def hooks() -> None:
    """Be told of what happens."""

    def on_question(question: str) -> None:
        ui.notify(question)

    async def on_answer(answer: Answer) -> None:
        ui.notify(f"{answer.state}: {answer.usage.output_tokens} tokens")

    def on_error(error: AnswerError) -> None:
        ui.notify(str(error))

    chat_panel(assistant, on_question=on_question, on_answer=on_answer, on_error=on_error)


async def asking() -> str:
    """Ask without a panel, follow the answer, and wait for it."""
    asked = assistant.ask("What is tea?", user="ada")
    label = ui.label()
    async for text in asked:
        label.text += text
    answer = await assistant.ask("And coffee?", conversation=asked.conversation).ended()
    return answer.text if answer.state == "done" else str(answer.error)


def buttons() -> None:
    """Have buttons ask in a panel, and stream into a card."""
    panel = chat_panel(assistant)
    ui.button("Explain this chart", on_click=lambda: panel.ask("Explain this chart"))
    card = ui.card()
    ui.button("AI help", on_click=lambda: stream_into(card, assistant.ask("Explain this chart", context={"Nov": 154})))
