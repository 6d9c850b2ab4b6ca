"""A small dashboard with Nicewen's panel in it: log in, look at orders and sales, ask about them.

`python docs/examples/dashboard/main.py` starts it on http://127.0.0.1:8080. It has packages `components` and `services`
of its own, as many dashboards do; Nicewen's are `nicewen.components` and `nicewen.services`.
"""

import argparse

from nicegui import app, ui

from components.login import login_page
from components.orders import orders_page
from components.sales import sales_page
from nicewen.components.origin import OwnOrigin
from nicewen.services import Assistant, Settings


def main() -> None:
    """Serve the dashboard."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    assistant = Assistant(Settings())  # one for the whole process
    app.on_startup(assistant.open)
    app.on_shutdown(assistant.close)
    app.add_middleware(OwnOrigin)  # pages of other sites can neither ask nor send anything
    login_page()
    orders_page(assistant)
    sales_page(assistant)
    ui.run(
        host="127.0.0.1",
        port=options.port,
        title="Orders",
        show=not options.no_browser,
        reload=False,
        reconnect_timeout=60,  # with the default of 3 s pages load again after every short cut of the line
        storage_secret="change me: it signs the cookies that say who is logged in",  # noqa: S106  # an example's
    )


main()
