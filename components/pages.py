"""The pages: `/` for a new conversation, `/c/{id}` for one that is there."""

from fastapi import Request
from nicegui import ui

from nicewen.components.chat import Chat
from nicewen.components.look import ACCENT, add_look
from nicewen.services import Assistant
from nicewen.services.language import Words, preferred_language, words_of

RECONNECT_SECONDS = 60.0
"""How long a page without a connection is kept; with less, NiceGUI reloads pages of a busy server by mistake."""


def register_pages(assistant: Assistant) -> None:
    """Make the pages known to NiceGUI."""

    @ui.page("/", title="Nicewen", reconnect_timeout=RECONNECT_SECONDS)
    def new_conversation(request: Request) -> None:
        _page(assistant, _words(assistant, request), None)

    @ui.page("/c/{conversation_id}", title="Nicewen", reconnect_timeout=RECONNECT_SECONDS)
    def one_conversation(request: Request, conversation_id: str) -> None:
        _page(assistant, _words(assistant, request), conversation_id)


def _words(assistant: Assistant, request: Request) -> Words:
    wanted = assistant.settings.language
    return words_of(preferred_language(request.headers.get("accept-language", "")) if wanted == "auto" else wanted)


def _page(assistant: Assistant, words: Words, conversation_id: str | None) -> None:
    add_look()
    ui.colors(primary=ACCENT)
    ui.query("html").props(f"lang={words.tag}")
    conversation = assistant.conversation(conversation_id) if conversation_id else None
    with ui.element("div").classes("nicewen nicewen-page").props(f"lang={words.tag}"):
        _header(words)
        with ui.element("main").classes("nicewen-main"):
            if conversation_id and conversation is None:
                _not_here(words)
            else:
                Chat(assistant, words, conversation)


def _header(words: Words) -> None:
    with ui.element("header").classes("nicewen-header"):
        ui.label("Nicewen").classes("nicewen-brand")
        link = ui.link(target="/").classes("nicewen-button").props("data-testid=new-conversation")
        with link:
            ui.label(words("new-conversation"))


def _not_here(words: Words) -> None:
    ui.context.client.status_code = 404
    with ui.element("div").classes("nicewen-empty"):
        ui.label(words("not-here-title")).classes("nicewen-greeting")
        ui.label(words("not-here-hint")).classes("nicewen-hint")
        with ui.link(target="/").classes("nicewen-button"):
            ui.label(words("new-conversation"))
