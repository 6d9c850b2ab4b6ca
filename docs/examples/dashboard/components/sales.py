"""The page of sales: a chart that explains itself, and a panel in a drawer."""

from fastapi.responses import RedirectResponse
from nicegui import ui

from components.frame import frame, person
from nicewen.components import chat_panel, stream_into
from nicewen.services import Assistant
from services.orders import SALES


def sales_page(assistant: Assistant) -> None:
    """Make the page known."""

    @ui.page("/sales")
    def page() -> RedirectResponse | None:
        if not person():
            return RedirectResponse("/login")
        frame("Sales")

        def explain() -> None:
            question = "Explain these sales in two sentences."
            stream_into(explanation, assistant.ask(question, context=SALES, user=person()))

        with ui.column().classes("p-4 w-full"):
            ui.echart(
                {
                    "xAxis": {"type": "category", "data": list(SALES)},
                    "yAxis": {"type": "value"},
                    "series": [{"type": "bar", "data": list(SALES.values())}],
                }
            )
            ui.button("AI help", on_click=explain).props("data-testid=explain")
            explanation = ui.element("div").classes("w-full")
        with ui.right_drawer(value=True).props("width=340"):
            panel = chat_panel(assistant, conversation="sales-help", context=SALES, user=person)
            ui.button("What was best?", on_click=lambda: panel.ask("Which month was best, and by how much?"))
        return None
