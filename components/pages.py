"""The pages: `/` for a new conversation, `/c/{id}` for one that is there, and one for every address that is not.

Temporary conversations have `/temporary` and `/temporary/{id}`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from functools import partial

from fastapi import Request, Response
from fastapi.exception_handlers import http_exception_handler
from nicegui import Client, app, ui
from starlette.exceptions import HTTPException

from nicewen.components.chat import Chat
from nicewen.components.downloads import register_downloads
from nicewen.components.look import ACCENT, add_look, add_paper, share_look
from nicewen.components.page_header import PageHeader
from nicewen.components.place import own_place
from nicewen.components.probes import register_probes
from nicewen.components.reader import DARK, reader_of
from nicewen.components.sidebar import Sidebar
from nicewen.components.transfer import Transfer
from nicewen.components.visitor import account_in, user_of
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
    register_probes(assistant)

    @new_page("/")
    async def new_conversation(request: Request) -> None:
        async with _page(assistant, request) as (words, sidebar):
            _chat(assistant, request, words, sidebar, None)

    @new_page("/c/{conversation_id}")
    async def one_conversation(request: Request, conversation_id: str, m: str = "") -> None:
        async with _page(assistant, request) as (words, sidebar):
            try:
                conversation = await assistant.conversation(conversation_id, user=user_of(request))
            except StoreError as error:
                ui.context.client.status_code = 503
                _nothing_here(words, "not-readable", hint=error.sentence(words.language))
                return
            if conversation is None:
                ui.context.client.status_code = 404
                _nothing_here(words, "not-here")
            else:
                sidebar.show_current(conversation_id)
                _chat(assistant, request, words, sidebar, conversation, at=m)

    @new_page("/temporary")
    async def new_temporary_conversation(request: Request) -> None:
        async with _page(assistant, request, temporary=True) as (words, sidebar):
            _chat(assistant, request, words, sidebar, None, temporary=True)

    @new_page("/temporary/{conversation_id}")
    async def one_temporary_conversation(request: Request, conversation_id: str) -> None:
        async with _page(assistant, request, temporary=True) as (words, sidebar):
            if conversation := assistant.temporary.get(conversation_id, user_of(request)):
                _chat(assistant, request, words, sidebar, conversation, temporary=True)
            else:
                ui.context.client.status_code = 404
                _nothing_here(words, "temporary-over")

    @new_page("/transfer")
    async def in_and_out(request: Request) -> None:
        async with _page(assistant, request) as (words, _):
            _transfer(assistant, words, user_of(request))

    @app.exception_handler(404)
    async def unknown_address(request: Request, error: HTTPException) -> Response:
        if request.scope.get("endpoint"):  # of a file or of a host's own route, which answers for itself
            return await http_exception_handler(request, error)
        with Client(new_page(""), request=request) as client:
            async with _page(assistant, request) as (words, _):
                _nothing_here(words, "no-page")
        return client.build_response(request, 404)


def _chat(
    assistant: Assistant,
    request: Request,
    words: Words,
    sidebar: Sidebar,
    conversation: Conversation | None,
    *,
    at: str = "",
    temporary: bool = False,
) -> None:
    client, place = ui.context.client, own_place(user_of(request))
    if temporary:  # a browser remembers the names of its tabs
        ui.page_title(f"{words('temporary-conversation')} · Nicewen")
        Chat(assistant, words, conversation, temporary=True, place=place, on_show=lambda _: None)
        return

    def on_show(shown: Conversation) -> None:
        sidebar.show_current(shown.id)
        _name_page(client, shown)

    Chat(assistant, words, conversation, at=at, place=place, on_show=on_show)


def _transfer(assistant: Assistant, words: Words, user: str) -> None:
    ui.page_title(f"{words('transfer-title')} · Nicewen")
    with ui.element("div").classes("nicewen-transfer-page"):
        with ui.element("h2"):
            ui.label(words("transfer-title"))
        ui.label(words("transfer-hint")).classes("nicewen-hint")
        Transfer(assistant, words, user)


@asynccontextmanager
async def _page(
    assistant: Assistant, request: Request, *, temporary: bool = False
) -> AsyncIterator[tuple[Words, Sidebar]]:
    """Build the frame of a page in the reader's language and theme; what follows stands in its main part."""
    reader, client = reader_of(request, assistant.settings.language), ui.context.client
    words, user = reader.words, user_of(request)
    listing = await assistant.library.listing(user=user)
    client.page = copy(client.page)  # the one behind it belongs to all readers
    client.page.dark, client.page.language = DARK[reader.theme], words.tag  # type: ignore[assignment]  # one of its tags
    add_look()
    add_paper(reader.theme)
    ui.colors(primary=ACCENT)
    with ui.element("div").classes("nicewen nicewen-page"):
        PageHeader(reader, temporary=temporary)
        with ui.element("div").classes("nicewen-body"):
            sidebar = Sidebar(assistant, words, listing, user=user, folded=reader.folds_list)
            sidebar.show_account(account_in(request.scope))
            with ui.element("div").classes("nicewen-main"):
                yield words, sidebar
    share_look()


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
    name = conversation.title or title_of(conversation.exchanges[0].question)
    title = f"{'● ' if conversation.running else ''}{name} · Nicewen"
    if title != client.title:
        with client:
            ui.page_title(title)
