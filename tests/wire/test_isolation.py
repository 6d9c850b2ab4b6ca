"""Each person sees their own alone: every address and every event is tried with another's ids, on a real server.

The lists of both come from the program; whatever is added to it without a trial here fails a test.
"""

import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from socketio.exceptions import ConnectionError as RefusedError

from browser.asked import asking
from browser.engine import ENGINE, HANDSHAKE
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.people import add_people, logged_in
from browser.program_page import Page
from dashscope_simulator.process import RunningSimulator
from ports import free_port

WORD = "canary"
SECRET = f"{WORD} 杭州"
QUESTION = "f00d" * 8


@dataclass(frozen=True)
class Ids:
    """What another person's things are called."""

    conversation: str
    question: str
    answer: str
    temporary: str
    archive: str
    client: str
    upload: str
    connection: str


@pytest.fixture(scope="module")
def nicewen(simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNicewen]:
    url = f"sqlite:///{tmp_path_factory.mktemp('isolation')}/nicewen.db"
    add_people(url, "ada", "eve")
    with running_nicewen(simulator.base_url, NICEWEN_AUTH="password", NICEWEN_DATABASE_URL=url) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def ada(nicewen: RunningNicewen) -> httpx.Client:
    return logged_in(nicewen, "ada")


@pytest.fixture(scope="module")
def eve(nicewen: RunningNicewen) -> httpx.Client:
    return logged_in(nicewen, "eve")


@pytest.fixture(scope="module")
def pages(nicewen: RunningNicewen, ada: httpx.Client) -> Iterator[list[Page]]:
    """Ada's pages, each with its socket."""
    opened = [Page(nicewen, ada, path) for path in ("/", "/temporary", "/transfer")]
    for page in opened:
        page.connect()
    yield opened
    for page in opened:
        page.close()


@pytest.fixture(scope="module")
def ids(ada: httpx.Client, pages: list[Page]) -> Ids:
    """Have Ada ask, in a conversation that is kept and one that is not, and export all she has."""
    chat, temporary, transfer = pages
    kept = asked(chat, QUESTION)
    passing = asked(temporary, "f00e" * 8)
    buttons = ((name, one) for name, one in transfer.elements.items() if "export-all" in str(one.get("props")))
    export, button = next(buttons)
    transfer.send(export, *(event["listener_id"] for event in button["events"]))
    link = transfer.wait_for(lambda page: next((d[0]["src"] for e, d in page.heard if e == "download"), ""))
    upload = next(str(one["props"]["url"]) for one in transfer.elements.values() if "upload/" in str(one.get("props")))
    messages = json.loads(ada.get(f"/c/{kept}/export.json").text)["conversation"]["messages"]
    by_role = {one["role"]: one["id"] for one in messages}
    return Ids(
        conversation=kept,
        question=by_role["user"],
        answer=by_role["assistant"],
        temporary=passing,
        archive=link.rpartition("/")[2].removesuffix(".zip"),
        client=transfer.id,
        upload=upload,
        connection=str(chat.socket.eio.sid),
    )


def asked(page: Page, question_id: str, words: str = SECRET) -> str:
    """Ask something, wait for the answer's end, and return the conversation's id."""
    page.send(*page.listener(" ask"), {"id": question_id, "text": asking(words=words, length=20).text})
    path = page.wait_for(lambda one: next(iter(re.findall(r"/(?:c|temporary)/([0-9a-f]{32})", str(one.heard))), ""))
    page.wait_for(lambda one: "'done'" in str(one.heard) or '"done"' in str(one.heard))
    return str(path)


def belongings(person: httpx.Client) -> dict[str, bytes]:
    """Return all that a person has, as it is exported."""
    with zipfile.ZipFile(io.BytesIO(person.get("/export.zip").content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


TRIALS: Mapping[str, tuple[str, int, int]] = {
    # each route, as the program tells it: an address with another's ids, the status it has for them and for its owner
    "GET /": ("/", 200, 200),
    "GET /c/{conversation_id}": ("/c/{conversation}?m={answer}", 404, 200),
    "GET /c/{conversation_id}/export.html": ("/c/{conversation}/export.html", 404, 200),
    "GET /c/{conversation_id}/export.json": ("/c/{conversation}/export.json", 404, 200),
    "GET /c/{conversation_id}/export.md": ("/c/{conversation}/export.md", 404, 200),
    "GET /events/{message_id}.jsonl": ("/events/{answer}.jsonl", 404, 200),
    "GET /export.zip": ("/export.zip", 200, 200),
    "GET /export/{name}.zip": ("/export/{archive}.zip", 404, 200),
    "GET /temporary": ("/temporary", 200, 200),
    "GET /temporary/{conversation_id}": ("/temporary/{temporary}", 404, 200),
    "GET /transfer": ("/transfer", 200, 200),
    "GET /session": ("/session", 204, 204),
    "GET /login": ("/login?to=/c/{conversation}", 303, 303),
    "POST /login": ("/login", 401, 401),
    "* /_nicegui_ws": (f"{ENGINE}polling&sid={{connection}}", 404, 400),  # its owner's is a websocket by now
    "POST (a page's upload)": ("{upload}", 404, 200),
    # code and pictures, the same for everybody
    "* /_nicegui/VERSION/static": ("/_nicegui/VERSION/static/{client}", 404, 404),
    "GET /_nicegui/VERSION/components/{key:path}": ("/_nicegui/VERSION/components/{client}", 404, 404),
    "GET /_nicegui/VERSION/dynamic_resources/{name}": ("/_nicegui/VERSION/dynamic_resources/{client}", 404, 404),
    "GET /_nicegui/VERSION/esm/{key}/{path:path}": ("/_nicegui/VERSION/esm/{client}/x", 404, 404),
    "GET /_nicegui/VERSION/libraries/{key:path}": ("/_nicegui/VERSION/libraries/{client}", 404, 404),
    "GET /_nicegui/VERSION/resources/{key}/{path:path}": ("/_nicegui/VERSION/resources/{client}/x", 404, 404),
}
FILES = {"file": ("x.json", b"{}")}
OPEN = {"GET /healthz", "GET /healthz/pieces", "GET /readyz", "GET /metrics"}
ENDS_SESSIONS = {"POST /logout"}  # see test_password_door


def test_every_address_has_its_trial() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "browser.routes"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "NICEWEN_DATABASE_URL": os.environ["NICEWEN_DATABASE_URL"],
            "NICEWEN_PROVIDER": "demo",
            "NICEWEN_AUTH": "password",
            "NICEWEN_PORT": str(free_port()),
        },
        cwd=Path(os.environ["NICEWEN_DATABASE_URL"].removeprefix("sqlite:///")).parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("ROUTES ")]
    known = {*TRIALS, *OPEN, *ENDS_SESSIONS} - {"POST (a page's upload)"}
    assert set(json.loads(line.removeprefix("ROUTES "))) == known


@pytest.mark.parametrize("route", TRIALS)
def test_an_address_with_anothers_ids_is_not_there(
    nicewen: RunningNicewen, ada: httpx.Client, eve: httpx.Client, ids: Ids, route: str
) -> None:
    written, status, _ = TRIALS[route]
    version = re.findall(r"/_nicegui/(\d[\d.]*)/", eve.get("/").text)[0]
    address = written.format_map(vars(ids)).replace("VERSION", version)
    method = "POST" if route.startswith("POST") else "GET"
    before = belongings(ada)
    reply = eve.request(method, address, files=FILES if "upload" in route else None)
    assert reply.status_code == status
    assert WORD.encode() not in reply.content
    if reply.headers.get("content-type") == "application/zip":
        assert zipfile.ZipFile(io.BytesIO(reply.content)).namelist() == []
    assert belongings(ada) == before


@pytest.mark.parametrize("route", [one for one, (_, theirs, own) in TRIALS.items() if theirs != own])
def test_the_owner_finds_what_others_do_not(ada: httpx.Client, ids: Ids, route: str) -> None:
    """Or the trials above would try something that is nowhere."""
    written, _, status = TRIALS[route]
    method = "POST" if route.startswith("POST") else "GET"
    files = FILES if "upload" in route else None
    assert ada.request(method, written.format_map(vars(ids)), files=files).status_code == status


def test_nobody_takes_over_anothers_connection(nicewen: RunningNicewen, eve: httpx.Client, ids: Ids) -> None:
    for query in (f"sid={ids.connection}", f"sid={ids.connection}&sid=x", f"sid=x&sid={ids.connection}"):
        assert eve.get(f"{ENGINE}polling&{query}").status_code == 404
        assert eve.post(f"{ENGINE}polling&{query}", content="1").status_code == 404
        assert eve.get(f"{ENGINE}websocket&{query}", headers=HANDSHAKE).status_code == 403


def test_nobody_opens_a_connection_to_anothers_page(nicewen: RunningNicewen, eve: httpx.Client, ids: Ids) -> None:
    refused, page = Page(nicewen, eve, "/"), Page(nicewen, eve, "/")
    with pytest.raises(RefusedError):
        refused.connect(ids.client)
    refused.close()
    page.connect()
    told: list[object] = []
    query = {"client_id": ids.client, "tab_id": "t", "document_id": "x"}
    page.socket.emit("handshake", query, callback=told.append)
    page.wait_for(lambda _: told)
    assert told == [False]
    page.close()


def wishes(ids: Ids) -> Mapping[str, list[Any]]:
    """Return what is sent with each event that a page listens to, with another's ids in every place for one."""
    whats = ("rename", "pin", "unpin", "archive", "unarchive", "delete", "undelete", "seen")
    everything = [ids.conversation, ids.question, ids.answer, ids.temporary, ids.client]
    question = {"id": QUESTION, "text": "mine", "message": ids.question}
    return {
        "act": [{"what": what, "id": one, "title": "mine"} for what in whats for one in everything],
        "look": [{"query": query, "before": None} for query in (WORD, "杭州", ids.conversation)],
        "ask": [question, {**question, "id": ids.question}],
        "edit": [{**question, "message": one} for one in everything],
        "branch": [[one, step] for one in everything for step in (-1, 1)],
        **dict.fromkeys(("again", "continue", "delete", "undo", "source"), everything),
        "resync": [0, -1, *everything],
        "more": [0, 50],
        "choose": [0, 3, *everything],
        "archived": [True, False],
        "sub_pages_open": [f"/c/{ids.conversation}"],
        "sub_pages_navigate": [f"/c/{ids.conversation}"],
        "stop": [None],
        "click": [None],
    }


IDLE = {"rejected", "earlier", "checked"}
"""Events that name nothing: how a page looks, what a browser would not send, how far a reader has scrolled."""


def test_every_event_of_every_page_is_tried_with_anothers_ids(
    nicewen: RunningNicewen, ada: httpx.Client, eve: httpx.Client, ids: Ids
) -> None:
    before = belongings(ada)
    catalogue, seen = wishes(ids), set()
    own = Page(nicewen, eve, "/")
    own.connect()
    paths = ("/", "/temporary", "/transfer", "/no/such/page", f"/c/{asked(own, 'f00f' * 8, 'mine')}")
    own.close()
    for path in paths:
        page = Page(nicewen, eve, path)
        page.connect()
        for element, listener, name in page.listeners():
            event = name.split()[-1].split(".")[0]
            seen.add(event)
            for sent in catalogue.get(event, [None, *catalogue["delete"]]):
                page.send(element, listener, sent)
        time.sleep(1)  # what must not happen has no end to wait for
        assert SECRET not in str(page.heard)
        page.close()
    known = {*catalogue, *IDLE}
    assert seen == known
    assert belongings(ada) == before
    assert ada.get(f"/temporary/{ids.temporary}").status_code == 200


def test_events_for_anothers_page_are_not_heard(
    nicewen: RunningNicewen, ada: httpx.Client, eve: httpx.Client, pages: list[Page], ids: Ids
) -> None:
    """Even where ids that nobody can guess are known: of the page, its elements and its listeners."""
    before, heard = belongings(ada), [len(page.heard) for page in pages]
    intruder = Page(nicewen, eve, "/")
    intruder.connect()
    for page in pages:
        for element, listener, name in page.listeners():
            if not name.endswith(" ask") and "act" not in name and "click" not in name:
                continue
            for what in ("delete", "rename"):
                sent = {"what": what, "id": ids.conversation, "title": "mine", "text": "mine", "query": WORD}
                intruder.send(element, listener, sent, page_id=page.id)
        for event in ("javascript_response", "ack", "log"):
            message = {"client_id": page.id, "request_id": "r", "result": 1, "next_message_id": 10**6}
            intruder.socket.emit(event, {**message, "level": "error", "message": "canary in the log"})
    time.sleep(1)  # what must not happen has no end to wait for
    assert belongings(ada) == before
    assert "mine" not in str([page.heard[count:] for page, count in zip(pages, heard, strict=True)])
    assert "canary in the log" not in nicewen.log
    intruder.close()
