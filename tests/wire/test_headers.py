"""What a browser is told to forbid: the headers of every kind of answer, on the wire."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

import pytest

from browser.nicewen_process import RunningNicewen, running_nicewen
from nicewen.components.headers import ALWAYS, NOTHING

PAGES = ["/", "/c/nothing", "/temporary", "/temporary/nothing", "/transfer", "/no/such/page"]
OTHERS = [
    "/healthz",
    "/healthz/pieces",
    "/readyz",
    "/metrics",
    "/favicon.ico",
    "/c/nothing/export.md",
    "/c/nothing/export.html",
    "/events/nothing.jsonl",
    "/_nicegui_ws/socket.io/?EIO=4&transport=polling",
]
EXPECTED = (
    "default-src 'none'; script-src 'self' 'nonce-*' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)


@pytest.fixture(scope="module")
def nicewen() -> Iterator[RunningNicewen]:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def got(nicewen: RunningNicewen, path: str, **headers: str) -> tuple[HTTPMessage, str]:
    with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        return reply.headers, reply.read().decode(errors="replace")


def policy_of(headers: HTTPMessage) -> str:
    """Return the only policy that was sent."""
    (policy,) = headers.get_all("Content-Security-Policy", [])
    return str(policy)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_run_only_its_own_scripts_and_ask_only_its_own_host(nicewen: RunningNicewen, path: str) -> None:
    headers, page = got(nicewen, path)
    policy = policy_of(headers)
    assert re.sub("nonce-[^']{22,}", "nonce-*", policy) == EXPECTED
    nonces = re.findall(r"<script(?: nonce=\"([^\"]*)\")?", page)
    assert len(nonces) > 3
    assert {f"'nonce-{nonce}'" for nonce in nonces} == set(re.findall("'nonce-[^']*'", policy))


def test_no_two_pages_have_the_same_nonce(nicewen: RunningNicewen) -> None:
    assert len({policy_of(got(nicewen, "/")[0]) for _ in range(3)}) == 3


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_no_page_may_do_nothing(nicewen: RunningNicewen, path: str) -> None:
    assert policy_of(got(nicewen, path)[0]) == NOTHING


def test_the_pages_own_scripts_and_a_refusal_may_do_nothing_as_documents(nicewen: RunningNicewen) -> None:
    _, page = got(nicewen, "/")
    for script in re.findall(r'src="(/_nicegui/[^"]+)"', page):
        assert policy_of(got(nicewen, script)[0]) == NOTHING
    headers, said = got(nicewen, "/", Origin="https://evil.example")
    assert said.startswith("This request came from")
    assert policy_of(headers) == NOTHING


def test_a_file_may_look_as_it_does_and_nothing_else(nicewen: RunningNicewen) -> None:
    headers, _ = got(nicewen, "/export.zip")
    assert policy_of(headers) == f"{NOTHING}; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("path", [*PAGES, *OTHERS, "/export.zip"])
def test_every_answer_has_the_companions_once(nicewen: RunningNicewen, path: str) -> None:
    headers, _ = got(nicewen, path)
    assert {name: headers.get_all(name) for name in ALWAYS} == {name: [value] for name, value in ALWAYS.items()}


def test_behind_tls_a_page_shares_no_window_with_another_sites(nicewen: RunningNicewen) -> None:
    headers, _ = got(nicewen, "/", **{"X-Forwarded-Proto": "https"})
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cross-Origin-Opener-Policy" not in got(nicewen, "/")[0]


def test_the_log_in_may_look_as_it_does_and_send_its_form() -> None:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo", NICEWEN_AUTH="password") as running:
        headers, page = got(running, "/login", Accept="text/html")
        assert "<form" in page
        assert policy_of(headers) == (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'self'"
        )
        assert policy_of(got(running, "/c/nothing/export.md")[0]) == NOTHING


def test_who_may_frame_the_page_and_where_images_come_from_are_settings() -> None:
    wishes = {"NICEWEN_FRAME_ANCESTORS": "https://a.example https://b.example", "NICEWEN_IMAGE_SOURCES": "'self'"}
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo", **wishes) as running:
        policy = policy_of(got(running, "/")[0])
        assert policy_of(got(running, "/healthz")[0]) == NOTHING
    assert policy.endswith("; frame-ancestors https://a.example https://b.example")
    assert "img-src 'self' data: 'self';" in policy


def test_a_hosts_pages_keep_their_own_policy() -> None:
    with running_nicewen("http://127.0.0.1:1", module="browser.hosting", NICEWEN_PROVIDER="demo") as host:
        headers, page = got(host, "/in/card")
    assert "nicewen-panel" in page
    assert "nonce" not in page
    assert not {name for name in headers if name.lower() in {"content-security-policy", *(n.lower() for n in ALWAYS)}}
