"""Log-in by an OpenID provider: a real one as a process of its own, and one that cheats in each way it can."""

import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn

from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.odd_provider import FAULTS, OddProvider
from browser.openid import SECRET, running_provider, settings, wait_until_listening
from browser.people import COOKIE, UNKEPT, visiting
from nicewen.services import Settings
from nicewen.services.errors import LoginError, StartError
from nicewen.services.oidc import OpenIdProvider
from ports import free_port


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with running_provider() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def nicewen(provider: str) -> Iterator[RunningNicewen]:
    with running_nicewen(
        "http://127.0.0.1:1",
        NICEWEN_PROVIDER="demo",
        NICEWEN_LOG_LEVEL="debug",
        **settings(provider),
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log
        assert SECRET not in running.log


def at_provider(url: str, **form: str) -> str:
    """Choose a person there, as a browser does; return where it sends one on to."""
    with httpx.Client(trust_env=False, limits=UNKEPT) as browser:
        assert browser.get(url).status_code == 200
        return browser.post(url, data=form).headers["location"]


def logged_in(nicewen: RunningNicewen, sub: str, to: str = "/") -> httpx.Client:
    person = visiting(nicewen.url)
    sent = person.get("/login", params={"to": to})
    back = person.get(at_provider(sent.headers["location"], sub=sub))
    assert (back.status_code, back.headers["location"]) == (303, to)
    return person


def test_one_is_sent_to_the_provider_and_comes_back_logged_in(nicewen: RunningNicewen, provider: str) -> None:
    person = visiting(nicewen.url)
    to_login = person.get("/transfer")
    assert to_login.headers["location"] == "/login?to=%2Ftransfer"
    sent = person.get(to_login.headers["location"])
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert sent.headers["location"].startswith(f"{provider}/oauth2/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["scope"] == ["openid profile email"]
    assert asked["redirect_uri"] == [f"{nicewen.url}/login/callback"]
    back = person.get(at_provider(sent.headers["location"], sub="u-1"))
    assert (back.status_code, back.headers["location"]) == (303, "/transfer")
    assert "Ada Lovelace" in person.get("/transfer").text
    assert SECRET not in "".join(str(reply.headers) + reply.text for reply in (sent, back))


def test_two_people_are_two_and_logging_out_is_everywhere(nicewen: RunningNicewen) -> None:
    ada, again, eve = logged_in(nicewen, "u-1"), logged_in(nicewen, "u-1"), logged_in(nicewen, "u-2")
    reply = ada.post("/logout")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login?out=1")
    assert [person.get("/session").status_code for person in (ada, again, eve)] == [303, 303, 204]
    assert again.get("/transfer").headers["location"] == "/login?out=1&to=%2Ftransfer", "not on to the provider"
    page = ada.get("/login?out=1")
    assert page.status_code == 200
    assert 'href="/login"' in page.text


def test_who_is_refused_there_does_not_come_in(nicewen: RunningNicewen) -> None:
    person = visiting(nicewen.url)
    back = person.get(at_provider(person.get("/login").headers["location"], action="deny"))
    assert (back.status_code, COOKIE in person.cookies) == (401, False)
    assert person.get("/transfer").status_code == 303


def test_what_another_browser_began_is_not_finished_here(nicewen: RunningNicewen) -> None:
    eve, ada = visiting(nicewen.url), visiting(nicewen.url)
    callback = at_provider(eve.get("/login").headers["location"], sub="u-2")
    assert ada.get(callback).status_code == 401
    ada.get("/login")
    assert ada.get(callback).status_code == 401
    assert COOKIE not in ada.cookies
    assert eve.get(callback).status_code == 303
    assert eve.get(callback).status_code == 401, "a code works once"


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=%3Cscript%3E&state="])
def test_a_callback_that_nobody_asked_for_is_refused(nicewen: RunningNicewen, query: str) -> None:
    reply = visiting(nicewen.url).get(f"/login/callback{query}")
    assert reply.status_code == 401
    assert "<script" not in reply.text


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    """Run a provider that does what its path says; return its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(OddProvider(f"http://127.0.0.1:{port}"), port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until_listening(port)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


async def come_back(odd: str, fault: str, **changes: str) -> tuple[str, str]:
    """Log in by a provider that does this; return the name and what the person is called."""
    issuer = f"{odd}/{fault}"
    values = {"oidc_issuer": issuer, "oidc_client_id": "nicewen", "oidc_client_secret": SECRET, **changes}
    one = OpenIdProvider(Settings(_env_file=None, **values))
    url, kept = await one.begin("http://chat.example/login/callback")
    async with httpx.AsyncClient(trust_env=False, limits=UNKEPT) as browser:
        back = (await browser.get(url)).headers["location"]
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    identity = await one.finish(kept, said)
    return identity.name, identity.shown


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_provider_that_cheats_lets_nobody_in(odd: str, fault: str) -> None:
    with pytest.raises(LoginError) as refused:
        await come_back(odd, fault)
    assert SECRET not in f"{refused.value} {refused.value.values}"


async def test_an_honest_one_says_who_it_is(odd: str) -> None:
    assert await come_back(odd, "honest") == ("u-1", "Ada")
    assert await come_back(odd, "honest", oidc_claim="preferred_username") == ("ada", "Ada")
    assert await come_back(odd, "honest", oidc_claim="email") == ("ada@team.example", "Ada")
    assert await come_back(odd, "honest", oidc_claim="staff_number") == ("4711", "Ada"), "told by the userinfo alone"


@pytest.mark.parametrize(
    ("fault", "claim", "key"),
    [
        ("unverified", "email", "login-oidc-email"),
        ("honest", "no_such_claim", "login-oidc-no-name"),
        ("local", "preferred_username", "login-oidc-no-name"),
        ("other-userinfo", "staff_number", "login-oidc-no-name"),
    ],
)
async def test_a_claim_that_proves_nothing_is_no_name(odd: str, fault: str, claim: str, key: str) -> None:
    with pytest.raises(LoginError) as refused:
        await come_back(odd, fault, oidc_claim=claim)
    assert refused.value.key == key


async def test_a_provider_that_is_away_is_said(odd: str) -> None:
    one = OpenIdProvider(Settings(_env_file=None, oidc_issuer="http://127.0.0.1:1", oidc_client_id="nicewen"))
    with pytest.raises(LoginError) as refused:
        await one.begin("http://chat.example/login/callback")
    assert refused.value.key == "login-oidc-unreachable"


@pytest.mark.parametrize("missing", ["oidc_issuer", "oidc_client_id"])
def test_settings_that_name_no_provider_stop_the_start(missing: str) -> None:
    values = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "nicewen"}
    del values[missing]
    with pytest.raises(StartError, match="NICEWEN_OIDC_ISSUER"):
        OpenIdProvider(Settings(_env_file=None, **values))
