"""The page to log in."""

from nicegui import app, ui

from services.orders import may_enter


def login_page() -> None:
    """Make the page known."""

    @ui.page("/login")
    def page() -> None:
        def enter() -> None:
            if may_enter(name.value, password.value):
                app.storage.user["name"] = name.value
                ui.navigate.to("/")
            else:
                ui.notify("No such name and password.", color="negative")

        with ui.card().classes("absolute-center"):
            ui.label("ada with tea, or eve with milk")
            name = ui.input("Name").props("data-testid=name")
            password = ui.input("Password", password=True).props("data-testid=password").on("keydown.enter", enter)
            ui.button("Log in", on_click=enter).props("data-testid=log-in")
