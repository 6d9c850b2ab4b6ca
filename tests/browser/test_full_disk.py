"""On a disk that is really full an answer goes on in the page, and is kept once there is room."""

import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.asked import letters_of, long_answer
from browser.chat_page import (
    SECONDS,
    ask,
    expect_growth,
    expect_letters,
    expect_whole,
    messages,
    path_of,
    shown_letters,
)
from browser.full_disk import FOLDER, INSIDE, FullDisk, refusal
from browser.nicewen_process import RunningNicewen, running_nicewen
from dashscope_simulator.process import RunningSimulator

FULL = re.compile("not saved: The disk is full")
TROUBLE_SECONDS = 10 * SECONDS


@pytest.fixture
def cramped(simulator: RunningSimulator, tmp_path: Path) -> Iterator[RunningNicewen]:
    """A Nicewen whose database is alone on a small file system."""
    if why := refusal(tmp_path):
        pytest.skip(f"the test on a real full disk is left out: this machine refuses a small one ({why})")
    database = f"sqlite:///{FOLDER}/nicewen.db"
    with running_nicewen(simulator.base_url, inside=INSIDE, NICEWEN_DATABASE_URL=database) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.mark.soak
def test_an_answer_goes_on_while_the_disk_is_full_and_is_kept_once_there_is_room(
    chromium: Browser, cramped: RunningNicewen, simulator: RunningSimulator
) -> None:
    asked, second = long_answer(rate=40, seconds=15), long_answer(rate=60, seconds=3)
    disk = FullDisk(cramped.process.pid, cramped.log_file.parent)
    with chromium.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(cramped.url)
        line = page.get_by_test_id("not-saved")
        ask(page, asked)
        expect_letters(page, 60)
        expect(line).to_be_empty()
        disk.fill()
        expect(line).to_have_text(FULL, timeout=TROUBLE_SECONDS)
        saved = text_on(disk)
        expect_growth(page, 100)
        assert text_on(disk) == saved, "nothing more could be saved, so it was really full"
        shown = shown_letters(page)
        disk.make_room()
        expect(line).to_be_empty(timeout=TROUBLE_SECONDS)
        (kept,) = answers_of(cramped, path_of(page))
        assert letters_of(kept["text"]).startswith(shown)
        assert (kept["state"], asked.answer.startswith(kept["text"])) == ("interrupted", True)
        expect_whole(page, asked)
        disk.fill()
        ask(page, second)
        expect(line).to_have_text(FULL, timeout=TROUBLE_SECONDS)
        expect_whole(page, second)
        disk.make_room()
        expect(line).to_be_empty(timeout=TROUBLE_SECONDS)
        check_kept(cramped, disk, path_of(page), asked.answer, second.answer)
        page.reload()
        expect(messages(page, "assistant")).to_have_count(2)
        expect_whole(page, second)
    for each in (asked, second):
        assert [request["outcome"] for request in simulator.requests(each.model)] == ["complete"]


def check_kept(nicewen: RunningNicewen, disk: FullDisk, path: str, *answers: str) -> None:
    """Hold the database to what was answered, as Nicewen reads it and as any program does."""
    kept = answers_of(nicewen, path)
    assert [(one["text"], one["state"]) for one in kept] == [(answer, "done") for answer in answers]
    with database_on(disk) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM message_parts").fetchall() == [(0,)]


def answers_of(nicewen: RunningNicewen, path: str) -> list[dict[str, str]]:
    """Return the answers as the store holds them just now; a running one counts as interrupted."""
    exported = json.loads(nicewen.get(f"{path}/export.json"))["conversation"]["messages"]
    return [one for one in exported if one["role"] == "assistant"]


def text_on(disk: FullDisk) -> str:
    """Return what the database holds of a running answer."""
    with database_on(disk) as connection:
        rows = connection.execute("SELECT text FROM message_parts WHERE kind = 'text' ORDER BY seq").fetchall()
    return "".join(text for (text,) in rows)


@contextmanager
def database_on(disk: FullDisk) -> Iterator[sqlite3.Connection]:
    """Yield a copy of the database, made while nothing is saved: SQLite does not find the way to the file itself."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("nicewen.db", "nicewen.db-wal"):
            shutil.copyfile(disk.path / name, Path(folder) / name)
        with closing(sqlite3.connect(Path(folder) / "nicewen.db")) as connection:
            yield connection
