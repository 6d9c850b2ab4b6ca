"""One quiet line: which model answers, and how to get Qwen where there is no key."""

from nicegui import ui

from nicewen.services import Assistant
from nicewen.services.language import Words

KEY_PAGE = "https://bailian.console.aliyun.com/?tab=model#/api-key"


def model_line(assistant: Assistant, words: Words) -> None:
    """Show the model's name and, without a key, where one goes and where it comes from."""
    name = assistant.provider.name
    with ui.element("div").classes("nicewen-model-line"):
        sentence = words(f"answers-{name.replace('_', '-')}", model=assistant.model or "none")
        ui.label(f"{sentence} ").props("data-testid=model")
        if name in {"local", "demo"}:
            ui.label(f"{words('set-a-key')} ")
            with ui.element("a").props(f'href="{KEY_PAGE}" target=_blank rel="noopener noreferrer"'):
                ui.label(words("get-a-key"))
