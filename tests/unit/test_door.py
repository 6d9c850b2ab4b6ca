"""Small parts of the door: where one is led back to, how often one may try, how passwords are looked at."""

import time
from contextlib import ExitStack

import pytest
from starlette.requests import HTTPConnection

from nicewen.components.session_door import wanted_path
from nicewen.components.visitor import path_in, prefix_of
from nicewen.services.accounts import _looked_at, hash_of
from nicewen.services.throttle import Throttle


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/c/1?m=2", "/c/1?m=2"),
        ("/", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/\t/evil.example", "/"),
        ("/西湖", "/"),
        ("/" + "a" * 3_000, "/"),
    ],
)
def test_one_is_led_back_to_our_own_pages_alone(text: str, expected: str) -> None:
    assert wanted_path(text) == expected


@pytest.mark.parametrize(
    ("said", "root", "expected"),
    [("/tyqw", "", "/tyqw"), ("/tyqw/", "", "/tyqw"), ("", "/chat", "/chat"), ("//evil", "", ""), ("/a;b", "", "")],
)
def test_a_page_knows_under_which_path_it_is_seen(said: str, root: str, expected: str) -> None:
    headers = [(b"x-forwarded-prefix", said.encode())]
    assert prefix_of(HTTPConnection({"type": "http", "headers": headers, "root_path": root})) == expected


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [("/chat/login", "/chat", "/login"), ("/login", "", "/login"), ("/chatlogin", "/chat", "/chatlogin")],
)
def test_a_path_is_compared_as_the_routes_know_it(path: str, root: str, expected: str) -> None:
    assert path_in({"path": path, "root_path": root}) == expected


def tried(throttle: Throttle, name: str, address: str, *, succeeds: bool = False) -> int:
    """Try once; return how long one was told to wait."""
    with throttle.trying(name, address) as one:
        one.succeeded = succeeds
        return one.seconds


def test_failed_tries_are_counted_by_name() -> None:
    throttle = Throttle(by_name="2 per minute", by_address="100 per minute")
    assert [tried(throttle, "ada", f"192.0.2.{n}") > 0 for n in range(3)] == [False, False, True]
    assert tried(throttle, "eve", "192.0.2.1") == 0
    assert 0 < tried(throttle, "ada", "192.0.2.1") <= 61


def test_the_right_password_makes_up_for_wrong_ones() -> None:
    throttle = Throttle(by_name="2 per minute", by_address="3 per minute")
    for _ in range(9):
        assert tried(throttle, "ada", "", succeeds=True) == 0
    assert tried(throttle, "ada", "") == 0
    assert tried(throttle, "ada", "", succeeds=True) == 0
    assert [tried(throttle, "ada", "") > 0 for _ in range(3)] == [False, False, True]


def test_tries_that_come_at_once_are_no_more_than_those_that_come_one_by_one() -> None:
    throttle = Throttle(by_name="3 per minute", by_address="100 per minute")
    with ExitStack() as stack:
        made = [stack.enter_context(throttle.trying("ada", "")) for _ in range(9)]
        assert [one.seconds > 0 for one in made] == [False] * 3 + [True] * 6
    assert tried(throttle, "ada", "") > 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
    ],
)
def test_tries_are_counted_by_where_they_come_from(first: str, second: str, expected: bool) -> None:
    throttle = Throttle(by_name="100 per minute", by_address="1 per minute")
    assert tried(throttle, "ada", first) == 0
    assert (tried(throttle, "eve", second) > 0) is expected


def test_a_try_that_is_refused_does_not_count() -> None:
    throttle = Throttle(by_name="1 per 1 second", by_address="100 per minute")
    assert tried(throttle, "ada", "") == 0
    deadline = time.monotonic() + 5
    while tried(throttle, "ada", ""):
        assert time.monotonic() < deadline


def test_a_password_fits_or_does_not() -> None:
    kept, nobodys = hash_of("correct horse"), hash_of("nobody's")
    assert kept.startswith("$argon2id$")
    assert _looked_at(kept, nobodys, "correct horse") == (True, "")
    assert _looked_at(kept, nobodys, "wrong") == (False, "")
    assert _looked_at(None, nobodys, "nobody's") == (False, "")
    assert _looked_at("damaged", nobodys, "wrong") == (False, "")
    older = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$EfY0jTQxUJ1rf9VnZgUBpg"
    assert _looked_at(older, nobodys, "wrong") == (False, "")


def test_a_name_that_is_not_there_costs_as_much_as_one_that_is() -> None:
    kept, nobodys = hash_of("correct horse"), hash_of("nobody's")

    def cost(hash_of_name: str | None) -> float:
        began = time.process_time()
        for _ in range(3):
            _looked_at(hash_of_name, nobodys, "wrong")
        return time.process_time() - began

    assert cost(None) > cost(kept) / 2
