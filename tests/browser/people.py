"""People with accounts, and their ways into a running Nicewen without a browser."""

import asyncio
import re
import ssl
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx

from browser.nicewen_process import RunningNicewen
from nicewen.services.accounts import hash_of
from nicewen.services.store import people_at

PASSWORD = "correct horse battery"
COOKIE = "nicewen-session"
UNKEPT = httpx.Limits(max_keepalive_connections=0)  # nothing is left open at a test's end
_CLIENT = re.compile(r"client_id\W+([0-9a-f-]{36})")


def add_people(database_url: str, *names: str, password: str = PASSWORD) -> None:
    """Give these people accounts with this password."""

    async def add() -> None:
        async with people_at(database_url) as people:
            for name in names:
                await people.set_password_hash(name, hash_of(password))

    with ThreadPoolExecutor(1) as thread:  # while Playwright runs, its event loop is this thread's
        thread.submit(asyncio.run, add()).result()


def visiting(url: str, verify: ssl.SSLContext | bool = True) -> httpx.Client:
    """Return somebody who asks as a browser does, and has not logged in."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    headers = {"Accept": "text/html", "Origin": origin, "Accept-Language": "en"}
    return httpx.Client(base_url=url, headers=headers, timeout=20, trust_env=False, verify=verify, limits=UNKEPT)


def log_in(person: httpx.Client, name: str, password: str = PASSWORD, to: str = "/") -> httpx.Response:
    return person.post("/login", data={"name": name, "password": password, "to": to})


def logged_in(nicewen: RunningNicewen, name: str) -> httpx.Client:
    """Return somebody who has logged in."""
    person = visiting(nicewen.url)
    assert log_in(person, name).status_code == 303
    return person


def client_id_in(page: str) -> str:
    """Return by which id NiceGUI knows a page."""
    found = _CLIENT.search(page)
    assert found, "no page of NiceGUI's"
    return found[1]
