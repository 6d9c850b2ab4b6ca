"""Logging in with a password, and out, asked of a real server."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from browser.engine import ENGINE, HANDSHAKE
from browser.nicewen_process import RunningNicewen, clean_environment, running_nicewen
from browser.people import COOKIE, PASSWORD, add_people, log_in, logged_in, visiting
from browser.program_page import Page


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('people')}/nicewen.db"


@pytest.fixture(scope="module")
def nicewen(database_url: str) -> Iterator[RunningNicewen]:
    add_people(database_url, "ada", "eve")
    with running_nicewen(
        "http://127.0.0.1:1",
        NICEWEN_PROVIDER="demo",
        NICEWEN_AUTH="password",
        NICEWEN_DATABASE_URL=database_url,
        NICEWEN_LOG_LEVEL="debug",
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log
        assert PASSWORD not in running.log
        assert "$argon2" not in running.log
        assert f"{COOKIE}=•••" in running.log
        assert not re.search(rf"{COOKIE}=W", running.log)


def command(database_url: str, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `nicewen user …` while the server runs."""
    return subprocess.run(
        [sys.executable, "-m", "nicewen.main", "user", *words],
        input=typed,
        env={**clean_environment(Path("/nonexistent")), "NICEWEN_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def page_of(nicewen: RunningNicewen, person: httpx.Client) -> Page:
    """Open a page with its socket."""
    page = Page(nicewen, person, "/")
    page.connect()
    return page


def expect_sent_away(page: Page) -> None:
    page.wait_for(lambda one: not one.socket.connected and "/login?out=1" in str(one.heard))


def test_one_logs_in_and_comes_to_the_page_that_was_wanted(nicewen: RunningNicewen) -> None:
    person = visiting(nicewen.url)
    sent = person.get("/c/abc?m=1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?to=%2Fc%2Fabc%3Fm%3D1")
    page = person.get(sent.headers["location"])
    assert page.status_code == 200
    assert 'value="/c/abc?m=1"' in page.text
    done = log_in(person, "ada", to="/c/abc?m=1")
    assert (done.status_code, done.headers["location"]) == (303, "/c/abc?m=1")
    assert person.get("/").status_code == 200
    assert person.get("/session").status_code == 204
    assert person.get("/login", params={"to": "/transfer"}).headers["location"] == "/transfer"


def test_neither_words_nor_status_tell_whether_a_name_exists(nicewen: RunningNicewen) -> None:
    said = []
    for name in ("ada", "no such person", "", "a" * 5_000, "\udcff".encode("utf-8", "replace").decode()):
        reply = log_in(visiting(nicewen.url), name, "wrong password")
        said.append((reply.status_code, "Name or password is wrong." in reply.text, COOKIE in reply.cookies))
    assert set(said) == {(401, True, False)}


@pytest.mark.parametrize("body", [b"", b"name=ada", b"password=x", b"x" * 50_000, b"\xff\xfe=%ff&name=ada", b"a&" * 99])
def test_a_form_that_is_none_lets_nobody_in(nicewen: RunningNicewen, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = visiting(nicewen.url).post("/login", content=body, headers=headers)
    assert (reply.status_code, COOKIE in reply.cookies) == (401, False)


def test_what_was_typed_comes_back_as_text(nicewen: RunningNicewen) -> None:
    page = log_in(visiting(nicewen.url), '"><script>alert(1)</script>', "wrong", to='/"><script>').text
    assert "<script" not in page


def test_one_is_led_nowhere_else(nicewen: RunningNicewen) -> None:
    for to in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        assert log_in(visiting(nicewen.url), "ada", to=to).headers["location"] == "/"


def test_another_sites_page_can_log_nobody_in_or_out(nicewen: RunningNicewen) -> None:
    person = logged_in(nicewen, "ada")
    foreign = {"Origin": "https://evil.example"}
    assert person.post("/logout", headers=foreign).status_code == 403
    assert person.get("/session").status_code == 204
    form = {"name": "ada", "password": PASSWORD}
    assert visiting(nicewen.url).post("/login", data=form, headers=foreign).status_code == 403
    assert person.get("/logout").status_code == 405


def test_the_cookie_is_for_this_server_alone(nicewen: RunningNicewen) -> None:
    plain = log_in(visiting(nicewen.url), "ada").headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=604800"} <= set(plain.split("; "))
    assert "Secure" not in plain
    behind = visiting(nicewen.url)
    by_tls = nicewen.url.replace("http", "https")
    behind.headers.update({"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/tyqw", "Origin": by_tls})
    reply = log_in(behind, "ada", to="/c/1")
    assert {"Secure", "Path=/tyqw"} <= set(reply.headers["set-cookie"].split("; "))
    assert reply.headers["location"] == "/tyqw/c/1"


@pytest.mark.parametrize("cookie", ["", "x", "WyJhZGEiLDEsImFkYSJd.awrQPw.vXP-ETsus8xIf7EPbqrBturFw1KG3mVGcc9FTiNSvyY"])
def test_without_a_session_only_the_log_in_opens(nicewen: RunningNicewen, cookie: str) -> None:
    person = visiting(nicewen.url)
    person.headers["Cookie"] = f"{COOKIE}={cookie}"
    for path in ("/", "/transfer", "/temporary", "/no/such/page", "/export.zip", "/c/1/export.md"):
        assert person.get(path).status_code == 303, path
        assert person.get(path, headers={"Accept": "*/*"}).status_code == 401, path
    for path in (f"{ENGINE}polling", "/session", "/_nicegui/client/none/upload/1"):
        assert person.post(path).status_code == 401, path
    assert person.get(f"{ENGINE}websocket", headers=HANDSHAKE).status_code == 403
    assert person.get("/healthz").status_code == 200


def test_logging_out_ends_every_session_and_every_open_page(nicewen: RunningNicewen) -> None:
    here, there, other = logged_in(nicewen, "ada"), logged_in(nicewen, "ada"), logged_in(nicewen, "eve")
    sockets = [page_of(nicewen, person) for person in (here, there)]
    untouched = page_of(nicewen, other)
    try:
        reply = here.post("/logout")
        assert (reply.status_code, reply.headers["location"]) == (303, "/login")
        assert [person.get("/session").status_code for person in (here, there, other)] == [303, 303, 204]
        for socket in sockets:
            expect_sent_away(socket)
        assert untouched.socket.connected
        assert "/login" not in str(untouched.heard)
    finally:
        for socket in (*sockets, untouched):
            socket.close()


@pytest.mark.parametrize("words", [("password", "zoe"), ("remove", "zoe")], ids=" ".join)
def test_a_command_ends_sessions_of_a_running_server(
    nicewen: RunningNicewen, database_url: str, words: tuple[str, str]
) -> None:
    add_people(database_url, "zoe")
    person = logged_in(nicewen, "zoe")
    socket = page_of(nicewen, person)
    try:
        done = command(database_url, *words, typed="another password\n")
        assert done.returncode == 0, done.stderr
        expect_sent_away(socket)
        assert person.get("/session").status_code == 303
        assert log_in(visiting(nicewen.url), "zoe").status_code == 401
        expected = 303 if words[0] == "password" else 401
        assert log_in(visiting(nicewen.url), "zoe", "another password").status_code == expected
    finally:
        socket.close()


def test_accounts_are_made_listed_and_refused_in_a_sentence(database_url: str, nicewen: RunningNicewen) -> None:
    added = command(database_url, "add", "艾达", typed="a long password\n").stdout
    assert added == f"艾达 can log in now (accounts in {database_url.removeprefix('sqlite:///')}).\n"
    assert log_in(visiting(nicewen.url), "艾达", "a long password").status_code == 303
    assert "艾达: 0 conversations" in command(database_url, "list").stdout
    for words, typed, sentence in (
        (("add", "艾达"), "a long password\n", "has an account already"),
        (("add", "bob"), "short\n", "must have 10 to 1000 characters"),
        (("add", "local"), "a long password\n", "cannot be a name"),
        (("password", "bob"), "a long password\n", "has no account"),
        (("remove", "bob"), "", "has no account"),
        (("add",), "", "for example: nicewen user add ada"),
    ):
        done = command(database_url, *words, typed=typed)
        assert done.returncode == 2
        assert sentence in done.stderr, done.stderr
        assert "Traceback" not in done.stderr


def test_after_ten_wrong_tries_nobody_may_try_that_name_for_a_while(nicewen: RunningNicewen) -> None:
    for name in ("guessed", "never there"):
        replies = [log_in(visiting(nicewen.url), name, "wrong password") for _ in range(11)]
        assert [reply.status_code for reply in replies] == [401] * 10 + [429]
        assert 0 < int(replies[-1].headers["retry-after"]) <= 600
        assert "Too many tries. Try again in" in replies[-1].text


def test_no_password_is_one_sentence_and_changes_nothing(database_url: str, nicewen: RunningNicewen) -> None:
    refused = command(database_url, "add", "kim")
    assert (refused.returncode, refused.stderr) == (2, "No password was given; nothing was changed.\n")
    assert "kim" not in command(database_url, "list").stdout


def test_ctrl_c_where_a_password_is_asked_for_ends_it_at_once(database_url: str, nicewen: RunningNicewen) -> None:
    keyboard, terminal = os.openpty()
    environment = {**clean_environment(Path("/nonexistent")), "NICEWEN_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "nicewen.main", "user", "add", "kim"]
    with subprocess.Popen(
        command, stdin=terminal, stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as asking:
        assert asking.stderr
        assert asking.stderr.read(len("Password")) == b"Password"
        asking.send_signal(signal.SIGINT)
        try:
            assert asking.wait(10) == 130
        finally:
            asking.kill()
        assert b"Traceback" not in asking.stderr.read()
    os.close(keyboard)
    os.close(terminal)
