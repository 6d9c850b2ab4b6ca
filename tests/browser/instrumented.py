"""Nicewen with two instruments for tests: how much is queued for each page, and short waits before a retry.

`python -m browser.instrumented --no-browser --port 8080`: pages, components and services are the real ones.
"""

import argparse

from nicegui import Client, app

from nicewen.main import serve
from nicewen.services import Settings
from nicewen.services.language import words_of
from nicewen.services.running_answer import Patience

IMPATIENT = Patience(first_wait=0.05, jitter=0)


def main() -> None:
    """Serve like `nicewen.main`; `/_outbox` tells what waits to be sent to each page without a socket."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    app.get("/_outbox")(queued)
    serve(Settings(port=parser.parse_args().port), words_of("en"), show=False, patience=IMPATIENT)


def queued() -> dict[str, int]:
    """Return how many messages and updates wait for each page that has no socket, by the page's id."""
    return {
        client.id: len(client.outbox.messages) + len(client.outbox.updates)
        for client in Client.instances.values()
        if not client.has_socket_connection
    }


if __name__ in {"__main__", "__mp_main__"}:
    main()
