"""The only wiring: settings → assistant → pages → the server. `python main.py` and the console script `nicewen`.

NiceGUI and the pages are imported where they are served; the other commands do without them, and so does a start that
is refused. A start does without what only other commands need.
"""

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nicewen.lean_imports import lean_imports

with lean_imports():
    from nicewen.services import Assistant, Settings
    from nicewen.services.draining import Draining
    from nicewen.services.errors import NicewenError, StartError
    from nicewen.services.keeper import tried_database
    from nicewen.services.language import Words, words_of
    from nicewen.services.listening import check_port, is_everywhere, page_url
    from nicewen.services.logs import set_up_logging
    from nicewen.services.options import options_of
    from nicewen.services.providers.choice import local_command
    from nicewen.services.running_answer import Patience
    from nicewen.services.settings import LATER, can_show_browser, misspelt_variables

PATIENCE_SECONDS = 20.0
"""NiceGUI asks each page for a sign of life every 0.8 of it and waits 0.4 of it for one. With its own 3 s, pages of a
busy machine lose their sockets often; a line that dies while an answer is written is noticed by the page itself."""

COLLECT_AFTER = (5_000, 10, 10)
"""Objects, and collections of each younger generation, before the next collection; Python's own are 700, 10 and 10."""

STOP_SECONDS = 1
"""How long open connections may delay the end of the program."""

DOOR = "NICEWEN_AUTH"
"""Begins the names of what decides who comes in; one of them misspelt could let everybody in."""

log = logging.getLogger("nicewen.start")


def main(arguments: Sequence[str] | None = None) -> None:
    """Start Nicewen, or do what another command says; a fault is one sentence and exit status 2."""
    options = options_of(arguments)
    words = words_of("en")
    try:
        settings = _settings(options)
        words = words_of(settings.console_language)
        if options.command == "run":
            serve(settings, words, show=not options.no_browser and can_show_browser())
        else:
            from nicewen.services.commands import do_command

            if status := do_command(options, settings, _say, words.language):
                sys.exit(status)
    except NicewenError as error:
        sys.stderr.write(error.sentence(words.language) + "\n")
        sys.exit(2)
    except KeyboardInterrupt:  # the server has ended by itself; Python would show where it stood
        sys.exit(130)


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    return Settings(**given)


def _spare_the_collector() -> None:
    """Keep what was imported out of later collections, and collect less often.

    Each collection holds every page up: with Python's own thresholds some 0.1 s for what was imported, and 30 ms now
    and then while a million characters grow (8 ms with these).
    """
    gc.freeze()  # without a collection before: it would take 0.2 s of the start, and nothing is garbage yet
    gc.set_threshold(*COLLECT_AFTER)


def _talk_briefly() -> None:
    """Have pages talk over our websocket, in the place of the protocol that NiceGUI names to uvicorn."""
    from uvicorn.config import WS_PROTOCOLS

    WS_PROTOCOLS["wsproto"] = "nicewen.components.brief_websocket:BriefWebSocket"


def serve(settings: Settings, words: Words, *, show: bool, patience: Patience | None = None) -> None:
    """Wire everything and serve until a signal comes.

    Raises:
        StartError: The settings cannot be used, or the port or the database cannot.
    """
    set_up_logging(settings)
    for name, nearest in misspelt_variables().items():  # first: it may be why the start is refused
        if nearest.startswith(DOOR):
            raise StartError("start-misspelt-auth", variable=name, nearest=nearest)
        _tell(settings, words("start-misspelt", variable=name, nearest=nearest or "none"))
    _check_door(settings)
    check_port(settings.host, settings.port)
    assistant = Assistant(settings, patience=patience)
    with lean_imports(), _models_built_when_used():
        place = asyncio.run(tried_database(settings))
        from nicegui import app

        from nicewen.components import register_pages

        register_pages(assistant)
    check_port(settings.host, settings.port)  # again: another program may have taken it meanwhile
    for line in _start_lines(assistant, words, place):
        _tell(settings, line)
    _add_middleware(assistant)
    _talk_briefly()
    app.on_startup(assistant.open)
    draining = Draining(assistant, end=app.shutdown)
    app.on_startup(draining.listen)
    app.on_shutdown(draining.stop)
    app.on_shutdown(assistant.close)
    app.on_startup(_spare_the_collector)
    _run(settings, show=show)


@contextmanager
def _models_built_when_used() -> Iterator[None]:
    """Have pydantic wait: FastAPI's models for OpenAPI, which nobody asks for here, take a twentieth of a start."""
    from pydantic import BaseModel, ConfigDict

    config, BaseModel.model_config = BaseModel.model_config, ConfigDict(defer_build=True)
    try:
        yield
    finally:
        BaseModel.model_config = config


def _run(settings: Settings, *, show: bool) -> None:
    from nicegui import ui

    from nicewen.components.look import FAVICON

    ui.run(
        host=settings.host,
        port=settings.port,
        title="Nicewen",
        favicon=FAVICON,
        dark=None,
        show=show,
        reload=False,
        reconnect_timeout=PATIENCE_SECONDS,
        tailwind=False,
        show_welcome_message=False,
        uvicorn_logging_level=settings.log_level,
        access_log=settings.log_level == "debug",  # a line for each file; a proxy writes its own
        timeout_graceful_shutdown=STOP_SECONDS,
        log_config=None,  # ours masks keys
        root_path=settings.root_path,
        proxy_headers=False,  # BelievedProxies reads them
    )


def _add_middleware(assistant: Assistant) -> None:
    """Put before the pages what every request passes; what is added later comes first."""
    from nicegui import app

    from nicewen.components.doorkeepers import guard
    from nicewen.components.headers import SecurityHeaders
    from nicewen.components.origin import BelievedProxies, OwnOrigin
    from nicewen.components.socket_requests import SocketRequests

    settings = assistant.settings
    app.add_middleware(SocketRequests)
    guard(assistant)
    app.add_middleware(OwnOrigin)
    app.add_middleware(BelievedProxies, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors, image_sources=settings.image_sources)


def _check_door(settings: Settings) -> None:
    if not settings.is_loopback and settings.auth is None:
        raise StartError("start-open-to-all", host=settings.host)
    if settings.auth == "proxy" and not settings.named_proxies:
        raise StartError("start-proxy-is-anyone")


def _start_lines(assistant: Assistant, words: Words, place: str) -> Iterator[str]:
    settings = assistant.settings
    for field, variable in LATER.items():
        if field in settings.model_fields_set:
            yield words("start-not-used-yet", variable=variable)
    if assistant.provider.name == "demo" and settings.provider == "auto":
        yield words("start-demo", command=local_command())
    ready = "start-ready-everywhere" if is_everywhere(settings.host) else "start-ready"
    url = page_url(settings.host, settings.port)
    yield words(ready, model=assistant.model or assistant.provider.name, url=url, host=settings.host)
    yield words("start-kept", place=place)
    yield words("start-stop-hint")


def _tell(settings: Settings, line: str) -> None:
    if settings.log_format == "json":
        log.info(line)
    else:
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ in {"__main__", "__mp_main__"}:
    main()
