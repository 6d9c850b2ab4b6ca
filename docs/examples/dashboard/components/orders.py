"""The page of orders: a table, and beside it help about the rows that are selected."""

from fastapi.responses import RedirectResponse
from nicegui import ui

from components.frame import frame, person
from nicewen.components import chat_panel
from nicewen.services import Assistant
from services.orders import ORDERS


def orders_page(assistant: Assistant) -> None:
    """Make the page known."""

    @ui.page("/")
    def page() -> RedirectResponse | None:
        if not person():
            return RedirectResponse("/login")
        frame("Orders")
        with ui.splitter(value=60).classes("w-full").style("height: calc(100vh - 64px)") as splitter:
            with splitter.before:
                grid = ui.aggrid(
                    {
                        "columnDefs": [{"field": name} for name in ORDERS[0]],
                        "rowData": ORDERS,
                        "rowSelection": {"mode": "multiRow"},
                    }
                ).classes("h-full")
            with splitter.after:
                chat_panel(
                    assistant,
                    conversation="orders-help",
                    context=grid.get_selected_rows,
                    starters=["Why is this order late?", "Write to the customer of this order."],
                    user=person,
                )
        return None
