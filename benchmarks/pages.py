"""What an idle page costs the server in memory: `python -m benchmarks.pages [--pages …]` prints a table.

Real pages in a real Chromium, each with a conversation of its own out of the store.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # their browser and processes are used

from playwright.sync_api import Browser, sync_playwright

from benchmarks.earlier import earlier_turns
from benchmarks.pages_server import PATH
from benchmarks.serving import PYTHONPATH
from benchmarks.tables import markdown_table
from browser.chromium import FLAGS, chromium_path
from browser.nicewen_process import running_nicewen
from nicewen.services.conversation import NOBODY
from nicewen.services.store import ConversationRow, MessageRow, Store, Transcript, new_id

PAGES = 20
"""Pages that are measured; a quarter as many are open before."""

TURNS, ROWS = 20, 50
"""What a page shows at first of a long conversation, and of a long list."""

SETTLE_SECONDS = 4.0
"""After that a page has been asked what it shows."""

ALL_IS_HEARD = "window.ackedMessageId >= window.nextMessageId"
"""Nothing is on its way any more: the server keeps each message until the page has said that it has it."""

BUDGET = {"page": 250_000, "turn": 15_000, "row": 5_000}
"""Bytes that each may cost."""

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Case:
    """So many turns of a conversation on each page, and so many rows of the list."""

    turns: int
    rows: int


EMPTY, LISTED, READ = Case(0, 0), Case(0, ROWS), Case(TURNS, ROWS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure an empty page, one with a list, and one with a conversation too."""
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description="What idle pages cost in memory.")
    parser.add_argument("--pages", type=int, default=PAGES)
    count = parser.parse_args(arguments).pages
    with sync_playwright() as playwright:
        program = chromium_path(Path(playwright.chromium.executable_path))
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        costs = {}
        for kind, path in {"allocated": f"{PATH}?trace=1", "resident": PATH}.items():
            costs[kind] = _costs({case: _bytes_of_page(browser, case, count, path) for case in (EMPTY, LISTED, READ)})
        browser.close()
    sys.stdout.write(_table(costs))


def _costs(pages: Mapping[Case, float]) -> dict[str, float]:
    """Return what each thing costs, from pages that differ in it alone."""
    return {
        "page": pages[EMPTY],
        "turn": (pages[READ] - pages[LISTED]) / TURNS,
        "row": (pages[LISTED] - pages[EMPTY]) / ROWS,
    }


def _bytes_of_page(browser: Browser, case: Case, count: int, memory: str) -> float:
    """Return by how many bytes a server grows with each page."""
    before = max(3, count // 4)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        url = f"sqlite:///{folder}/nicewen.db"
        with ThreadPoolExecutor(1) as thread:  # Playwright's event loop runs in this one
            paths = thread.submit(lambda: asyncio.run(_filled(url, case, before + count))).result()
        running = stack.enter_context(
            running_nicewen(
                NOWHERE,
                module="benchmarks.pages_server",
                PYTHONPATH=PYTHONPATH,
                NICEWEN_DATABASE_URL=url,
            )
        )
        context = stack.enter_context(browser.new_context(locale="en-US"))
        sizes = []
        for some in (paths[:before], paths[before:]):
            for path in some:
                page = context.new_page()
                page.goto(running.url + path)
                page.wait_for_function("window.socket?.connected")
            page.wait_for_timeout(SETTLE_SECONDS * 1000)
            for page in context.pages:
                page.wait_for_function(ALL_IS_HEARD)
            shown = page.locator("[data-testid=message][data-role=assistant]").count()
            if shown != case.turns:
                raise LookupError(f"{shown} turns are shown, not {case.turns}")
            sizes.append(_number_at(running.url + memory))
        sys.stderr.write(f"{case}: {memory} {[round(size / 1000) for size in sizes]} kB\n")
        return (sizes[1] - sizes[0]) / count


def _number_at(url: str) -> int:
    with build_opener(ProxyHandler({})).open(url, timeout=120) as response:
        return int(response.read())


async def _filled(url: str, case: Case, pages: int) -> list[str]:
    """Fill a database; return the addresses of so many pages."""
    count = max(case.rows, pages if case.turns else 0)
    transcripts = [_transcript(case.turns or 1) for _ in range(count)]
    store = Store(url)
    await store.open()
    await store.save_transcripts(await store.user(NOBODY), transcripts, lambda one, _: one)
    await store.close()
    return [f"/c/{one.conversation.id}" for one in transcripts[:pages]] if case.turns else ["/"] * pages


def _transcript(turns: int) -> Transcript:
    """Return a conversation with these turns."""
    conversation_id, messages, at = new_id(), list[MessageRow](), 1_700_000_000.0
    for text in (text for turn in earlier_turns(turns) for text in turn):
        is_question = len(messages) % 2 == 0
        parent = messages[-1].id if messages else None
        one = MessageRow(new_id(), conversation_id, parent, text=text, created_at=at, ended_at=at)
        messages.append(replace(one, role="user", client_id=new_id()) if is_question else one)
        at += 1.0
    row = ConversationRow(conversation_id, messages[0].text, at, at, leaf_id=messages[-1].id)
    return Transcript(row, tuple(messages))


def _table(costs: Mapping[str, Mapping[str, float]]) -> str:
    head = ["one more", *(f"{kind} kB" for kind in costs), "budget kB", ""]
    rows = []
    for name, budget in BUDGET.items():
        found = [one[name] for one in costs.values()]
        cells = [f"{size / 1000:.1f}" for size in (*found, budget)]
        rows.append([name, *cells, "met" if max(found) < budget else "missed"])
    return markdown_table(head, rows)


if __name__ == "__main__":
    main()
