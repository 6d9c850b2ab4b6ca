"""Who comes in where a proxy says who somebody is: asked of a real server as that proxy, and as anybody else."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from browser.engine import ENGINE, HANDSHAKE
from browser.nicewen_process import RunningNicewen, running_nicewen
from nicewen.components.proxy_door import name_in
from nicewen.services.accounts import is_name

HEADER = "X-Auth-Name"
PAGES = ("/", "/temporary", "/transfer", "/c/1", "/temporary/1", "/export.zip", "/events/1.jsonl", "/no/such/page")
OTHER_LOOPBACK = "127.0.0.2"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def nicewen() -> Iterator[RunningNicewen]:
    with running_nicewen(
        "http://127.0.0.1:1", NICEWEN_PROVIDER="demo", NICEWEN_AUTH="proxy", NICEWEN_AUTH_HEADER=HEADER
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def asked(
    nicewen: RunningNicewen, path: str, *headers: tuple[str, str], method: str = "GET", source: str = "127.0.0.1"
) -> tuple[int, str]:
    """Return status and body; `source` is the address from which the request comes."""
    address = urlsplit(nicewen.url)
    with closing(HTTPConnection(address.netloc, timeout=10, source_address=(source, 0))) as connection:
        connection.putrequest(method, path)
        for name, value in headers:
            connection.putheader(name, value.encode("utf-8"))
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, "" if reply.status == 101 else reply.read().decode()


@pytest.mark.parametrize("path", PAGES)
def test_without_the_header_nobody_comes_in(nicewen: RunningNicewen, path: str) -> None:
    status, said = asked(nicewen, path)
    assert status == 401
    assert f"The proxy at 127.0.0.1 sent no {HEADER}" in said


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_socket_wants_the_name_too(nicewen: RunningNicewen, transport: str) -> None:
    more = tuple(HANDSHAKE.items()) if transport == "websocket" else ()
    assert asked(nicewen, ENGINE + transport, *more)[0] == (403 if more else 401)
    assert asked(nicewen, ENGINE + transport, *more, (HEADER, "ada"))[0] == (101 if more else 200)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_no_method_leads_past_the_door(nicewen: RunningNicewen, method: str) -> None:
    for path in ("/", "/_nicegui/client/none/upload/1", f"{ENGINE}polling", "//healthz", "/healthz/../c/1", "/HEALTHZ"):
        assert asked(nicewen, path, method=method)[0] == 401, path


def test_the_header_is_believed_from_the_proxy_alone(nicewen: RunningNicewen) -> None:
    assert asked(nicewen, "/", (HEADER, "ada"))[0] == 200
    status, said = asked(nicewen, "/", (HEADER, "ada"), source=OTHER_LOOPBACK)
    assert status == 403
    assert f"This request came from {OTHER_LOOPBACK}, which is not in NICEWEN_TRUSTED_PROXIES" in said
    forwarded = ("X-Forwarded-For", "127.0.0.1")
    assert asked(nicewen, "/", (HEADER, "ada"), forwarded, source=OTHER_LOOPBACK)[0] == 403


def test_a_proxy_that_passes_on_a_browsers_own_header_is_found_out(nicewen: RunningNicewen) -> None:
    assert asked(nicewen, "/", (HEADER, "ada"), (HEADER, "eve"))[0] == 403
    assert asked(nicewen, "/", (HEADER, "ada"), (HEADER, "ada"))[0] == 200


@pytest.mark.parametrize("name", ["local", "a\tb", "x" * 201])
def test_a_name_that_cannot_be_used_is_refused(nicewen: RunningNicewen, name: str) -> None:
    assert asked(nicewen, "/", (HEADER, name))[0] == 403


def test_machines_may_ask_whether_it_is_well(nicewen: RunningNicewen) -> None:
    assert [asked(nicewen, path)[0] for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
    assert asked(nicewen, "/healthz", source=OTHER_LOOPBACK)[0] == 200


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "您还不能进入"), ("en", "You are not let in yet")])
def test_a_person_reads_why_in_their_language(nicewen: RunningNicewen, language: str, title: str) -> None:
    status, said = asked(nicewen, "/", *HTML.items(), ("Accept-Language", language))
    assert status == 401
    assert f"<h1>{title}</h1>" in said
    assert HEADER in said
    assert "<script" not in said


def test_a_prefix_that_is_no_path_does_not_reach_the_page(nicewen: RunningNicewen) -> None:
    assert 'data-path="/tyqw"' in asked(nicewen, "/", *HTML.items(), ("X-Forwarded-Prefix", "/tyqw/"))[1]
    for prefix in ('/"><script>', "//evil.example", "https://evil.example", "/a b"):
        assert 'data-path=""' in asked(nicewen, "/", *HTML.items(), ("X-Forwarded-Prefix", prefix))[1]


def test_names_are_read_as_people_write_them() -> None:
    assert name_in("艾达".encode().decode("latin-1")) == "艾达"
    assert name_in("Jos\xe9") == "José"
    assert name_in("e\u0301".encode().decode("latin-1")) == "é"
    assert is_name("艾达 Lovelace")
    assert not is_name("")
