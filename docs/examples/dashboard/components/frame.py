"""What stands around every page."""

from nicegui import app, ui


def person() -> str:
    """Return who is logged in, or ""."""
    return str(app.storage.user.get("name", ""))


def frame(title: str) -> None:
    """Put the header above a page."""
    ui.colors(primary="#0a7d4f")
    ui.query(".nicegui-content").classes("p-0")
    with ui.header().classes("items-center"):
        ui.label(title).classes("text-h6")
        ui.link("Orders", "/").classes("text-white")
        ui.link("Sales", "/sales").classes("text-white")
        ui.space()
        ui.label(person())
        ui.button("Log out", on_click=log_out).props("flat color=white data-testid=log-out")


def log_out() -> None:
    """Forget who it was."""
    app.storage.user.clear()
    ui.navigate.to("/login")
