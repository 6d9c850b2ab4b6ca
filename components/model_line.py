"""One quiet line: which model answers, and how to get Qwen where there is no key."""

from nicegui import ui

from nicewen.services import Assistant
from nicewen.services.language import Words

OWN_WORDS = frozenset({"dashscope", "openai_compatible", "local", "demo"})
"""Providers of which there is more to say than the model's name."""

KEY_PAGE = "https://bailian.console.aliyun.com/?tab=model#/api-key"


class ModelLine(ui.element, component="model_line.js"):
    """The model's name and, for who only lacks a key, where one goes and where it comes from."""

    def __init__(self, assistant: Assistant, words: Words, *, gives_advice: bool) -> None:
        super().__init__()
        name = assistant.provider.name
        kind = name if name in OWN_WORDS else "openai_compatible"
        self._props["text"] = words(f"answers-{kind.replace('_', '-')}", model=assistant.model or "none")
        is_own = assistant.settings.provider == "auto" and assistant.settings.auth in {None, "none"}
        if gives_advice and is_own and name in {"local", "demo"}:
            self._props["advice"] = words("set-a-key"), words("get-a-key"), KEY_PAGE

    def _displayed_contents(self, *, only_visible: bool) -> list[str]:  # noqa: ARG002  # NiceGUI's word for it
        """Let tests of a page find the words, as they find those of NiceGUI's own elements."""
        return [self._props["text"], *self._props.get("advice", ())]
