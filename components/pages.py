"""The pages: `/` for a new conversation, `/c/{id}` for one that is there, and one for every address that is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial

from fastapi import Request, Response
from fastapi.exception_handlers import http_exception_handler
from nicegui import Client, app, ui
from starlette.exceptions import HTTPException

from nicewen.components.chat import Chat
from nicewen.components.downloads import register_downloads
from nicewen.components.look import ACCENT, add_look, add_paper
from nicewen.components.reader import DARK, Reader, language_switch, reader_of, theme_switch
from nicewen.components.transfer import Transfer
from nicewen.services import Assistant
from nicewen.services.conversation import Conversation
from nicewen.services.errors import StoreError
from nicewen.services.keeping import title_of
from nicewen.services.language import Words

RECONNECT_SECONDS = 60.0
"""How long a page without a connection is kept; with less, NiceGUI reloads pages of a busy server by mistake."""

VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"

new_page = partial(ui.page, title="Nicewen", viewport=VIEWPORT, reconnect_timeout=RECONNECT_SECONDS)


def register_pages(assistant: Assistant) -> None:
    """Make the pages, and the files that can be fetched, known to NiceGUI."""
    register_downloads(assistant)

    @new_page("/")
    def new_conversation(request: Request) -> None:
        with _page(reader_of(request, assistant.settings.language)) as words:
            _chat(assistant, words, None)

    @new_page("/c/{conversation_id}")
    async def one_conversation(request: Request, conversation_id: str) -> None:
        with _page(reader_of(request, assistant.settings.language)) as words:
            try:
                conversation = await assistant.conversation(conversation_id)
            except StoreError as error:
                ui.context.client.status_code = 503
                _nothing_here(words, "not-readable", hint=error.sentence(words.language))
                return
            if conversation is None:
                ui.context.client.status_code = 404
                _nothing_here(words, "not-here")
            else:
                _chat(assistant, words, conversation)

    @new_page("/transfer")
    def in_and_out(request: Request) -> None:
        with _page(reader_of(request, assistant.settings.language)) as words:
            _transfer(assistant, words)

    @app.exception_handler(404)
    async def unknown_address(request: Request, error: HTTPException) -> Response:
        if request.scope.get("endpoint"):  # of a file or of a host's own route, which answers for itself
            return await http_exception_handler(request, error)
        with (
            Client(new_page(""), request=request) as client,
            _page(reader_of(request, assistant.settings.language)) as words,
        ):
            _nothing_here(words, "no-page")
        return client.build_response(request, 404)


def _chat(assistant: Assistant, words: Words, conversation: Conversation | None) -> None:
    Chat(assistant, words, conversation, on_show=partial(_name_page, ui.context.client))


def _transfer(assistant: Assistant, words: Words) -> None:
    ui.page_title(f"{words('transfer-title')} · Nicewen")
    with ui.element("div").classes("nicewen-transfer-page"):
        with ui.element("h2"):
            ui.label(words("transfer-title"))
        ui.label(words("transfer-hint")).classes("nicewen-hint")
        Transfer(assistant, words)


@contextmanager
def _page(reader: Reader) -> Iterator[Words]:
    """Build the frame of a page in the reader's language and theme; what follows stands in its main part."""
    words, client = reader.words, ui.context.client
    client.page = copy(client.page)  # the one behind it belongs to all readers
    client.page.dark, client.page.language = DARK[reader.theme], words.tag  # type: ignore[assignment]  # one of its tags
    add_look()
    add_paper(reader.theme)
    ui.colors(primary=ACCENT)
    with ui.element("div").classes("nicewen nicewen-page"):
        _header(reader)
        with ui.element("div").classes("nicewen-main"):
            yield words


def _header(reader: Reader) -> None:
    words = reader.words
    with ui.element("header").classes("nicewen-header"):
        with ui.element("h1").classes("nicewen-brand"):
            ui.label("Nicewen")
        theme_switch(reader)
        if reader.chooses_language:
            language_switch(words)
        with ui.link(target="/").classes("nicewen-button").props("data-testid=new-conversation"):
            ui.label(words("new-conversation"))
        with ui.element("div").props("role=status"):
            ui.label(words("offline")).classes("nicewen-offline")


def _nothing_here(words: Words, what: str, hint: str = "") -> None:
    with ui.element("div").classes("nicewen-empty"):
        with ui.element("h2").classes("nicewen-greeting"):
            ui.label(words(f"{what}-title"))
        ui.label(hint or words(f"{what}-hint")).classes("nicewen-hint")
        with ui.link(target="/").classes("nicewen-button"):
            ui.label(words("new-conversation"))


def _name_page(client: Client, conversation: Conversation) -> None:
    """Name the browser's tab after the first question; a dot stands before it while an answer is being written."""
    if not conversation.exchanges:
        return
    title = f"{'● ' if conversation.running else ''}{title_of(conversation.exchanges[0].question)} · Nicewen"
    if title != client.title:
        with client:
            ui.page_title(title)
