"""A canary key is searched in all that leaves the process, in use and in each fault: pages, frames, logs, files."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from browser.asked import asking
from browser.chat_page import ask, last_answer, messages, path_of
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen, running_nicewen
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import PROFILES
from nicewen.services.redaction import MASK
from nicewen.services.store.migrating import copy_of
from store.canary import FIRST_REVISION, copied_into_first, places_of, rows_in

CANARY = "sk-canary-5f0e7c1d9b3a"
FAULTS = sorted(name for name, profile in PROFILES.items() if profile.expected.ending != "finished")
ENDED = re.compile("done|stopped|failed|interrupted")


@dataclass
class Heard:
    """Every response body and websocket frame of a page, and the key where it was in one."""

    found: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    frames: int = 0

    def load(self, page: Page) -> None:
        """Load the page anew, and search what each address answers that it asked for."""
        page.on("response", self.note_response)
        page.reload()
        page.wait_for_load_state("networkidle")
        for address in self.addresses | {page.url}:
            response = page.request.get(address)
            self.search(address, f"{response.headers} {response.body().decode('utf-8', 'replace')}")

    def note_response(self, response: Response) -> None:
        """Note an address that the page asked for."""
        if "/socket.io/" not in response.url:
            self.addresses.add(response.url)

    def note_websocket(self, opened: WebSocket) -> None:
        """Search every frame of a websocket."""
        opened.on("framereceived", self._note_frame)
        opened.on("framesent", self._note_frame)

    def _note_frame(self, payload: str | bytes) -> None:
        self.frames += 1
        self.search("websocket", payload if isinstance(payload, str) else payload.decode("utf-8", "replace"))

    def search(self, place: str, text: str) -> None:
        """Note where the key stands in a text."""
        if CANARY in text:
            self.found.append(f"{place}: {text[:300]}")


@pytest.fixture(scope="module")
def loud(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A Nicewen with the canary as its key, that logs all it can and gives up soon."""
    settings = {
        "DASHSCOPE_API_KEY": CANARY,
        "NICEWEN_LOG_LEVEL": "debug",
        "NICEWEN_FIRST_DATA_TIMEOUT": "0.8",
        "NICEWEN_STALL_TIMEOUT": "0.8",
    }
    with running_nicewen(simulator.base_url, module="browser.instrumented", **settings) as running:
        yield running


def test_a_key_is_nowhere_to_be_found_in_use_and_in_every_fault(
    open_page: OpenPage, loud: RunningNicewen, simulator: RunningSimulator
) -> None:
    heard = Heard()
    page = open_page(url=loud.url)
    page.on("websocket", heard.note_websocket)
    heard.load(page)
    for name in ["default", "echoes-key-in-text", *FAULTS]:
        asked = asking(name)
        ask(page, asked)
        expect(messages(page, "user").last).to_contain_text(asked.text)
        expect(last_answer(page)).to_have_attribute("data-state", ENDED, timeout=30_000)
        if name.startswith("echoes-key"):
            expect(last_answer(page)).to_contain_text(MASK)
    heard.load(page)
    expect(last_answer(page)).to_have_attribute("data-state", ENDED)
    heard.search("page", page.content())
    sent = [request for request in simulator.requests() if CANARY in str(request["headers"])]
    assert len(sent) > len(FAULTS), "the key did reach the service, so it was there to be found"
    assert len(heard.addresses) > 10
    assert heard.frames > len(FAULTS)
    assert heard.found == []
    assert "DEBUG" in loud.log
    assert CANARY not in loud.log
    for path in ("/export.zip", *(f"{path_of(page)}/export.{kind}" for kind in ("md", "json", "html"))):
        heard.search(path, unpacked(loud.get(path)))
    assert heard.found == []
    check_files(loud)
    check_database(loud, simulator)


def check_files(nicewen: RunningNicewen) -> None:
    """Find the key in no file of a Nicewen, the database's own and its journal among them."""
    files = [file for file in nicewen.log_file.parent.rglob("*") if file.is_file()]
    assert {file.name for file in files} > {"nicewen.db", "nicewen.db-wal"}
    assert [str(file) for file in files if CANARY.encode() in file.read_bytes()] == []


def check_database(nicewen: RunningNicewen, simulator: RunningSimulator) -> None:
    """Find the key in no row, and in no file that is kept before a database of an older version is migrated."""
    (database,) = nicewen.log_file.parent.rglob("nicewen.db")
    assert rows_in(database)["messages"] > 2 * len(FAULTS)
    assert places_of(CANARY, database) == []
    assert places_of(MASK, database), "the key was to be found, had it not been masked"
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old.db"
        copied_into_first(database, old)
        with running_nicewen(simulator.base_url, NICEWEN_DATABASE_URL=f"sqlite:///{old}"):
            copy = copy_of(old, FIRST_REVISION)
            assert MASK.encode() in copy.read_bytes()
            assert [file.name for file in Path(folder).iterdir() if CANARY.encode() in file.read_bytes()] == []
            assert places_of(CANARY, old) == []


def unpacked(content: bytes) -> str:
    """Return a file's text, or that of all files in a zip."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as archive:
        return "".join(f"{name} {archive.read(name).decode()}" for name in archive.namelist())
