"""The doctor: what it says of a service, a database and a proxy, when they are well and when they are not."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from browser.doctoring import page_report, report, signs
from browser.nginx import running_nginx
from browser.nicewen_process import RunningNicewen, running_nicewen
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.unreachable import refused_url
from nicewen.main import main
from nicewen.services.doctor import examined_page
from nicewen.services.language import LANGUAGES, Language

KEY = SecretStr("sk-doctor-0123456789")
WRONG_KEY = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    b'{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"r-1"}'
)
NAMES = ["key", "region", "model", "network", "database", "log-in"]


def dashscope(url: str, model: str = "qwen-plus") -> dict[str, Any]:
    return {"provider": "dashscope", "dashscope_api_key": KEY, "dashscope_http_base_url": url, "model": model}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_is_well(simulator: RunningSimulator, own_database: str, language: Language) -> None:
    said, is_well = await report(language, **dashscope(simulator.base_url))
    assert is_well
    assert signs(said) == "✓✓✓✓✓✓"
    assert own_database.removeprefix("sqlite:///") in said[4]


async def test_the_checks_stand_in_their_order(simulator: RunningSimulator) -> None:
    said, _ = await report(**dashscope(simulator.base_url))
    assert [line.split(":")[0][2:] for line in said] == NAMES


@pytest.mark.parametrize(
    ("profile", "expected", "mend"),
    [
        ("wrong-key", "✗––✓✓✓", "Put a valid one into .env"),
        ("arrearage", "✗––✓✓✓", "Settle it in the service's console"),
        ("model-not-found", "✓✓✗✓✓✓", "Choose another in NICEWEN_MODEL"),
        ("throttled", "✓✓✗✓✓✓", "Try again in a moment"),
    ],
)
async def test_what_the_service_refuses_is_told_with_its_mend(
    simulator: RunningSimulator, profile: str, expected: str, mend: str
) -> None:
    said, is_well = await report(**dashscope(simulator.base_url, f"qwen-plus@{profile}"))
    assert not is_well
    assert signs(said) == expected
    assert mend in "".join(said).replace("’", "'")


async def test_a_key_of_another_region_is_told_with_its_address(simulator: RunningSimulator) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WRONG_KEY)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        here = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1"
        said, _ = await report(regions=(here, simulator.base_url), **dashscope(here))
        assert signs(said) == "✓✗–✓✓✓"
        assert f"DASHSCOPE_HTTP_BASE_URL={simulator.base_url}" in said[1]
        said, _ = await report(regions=(simulator.base_url,), **dashscope(here))
        assert signs(said) == "✗––✓✓✓", "a company's own address has no other regions"


async def test_a_service_that_cannot_be_reached_is_the_networks_fault() -> None:
    with refused_url() as refused:
        said, _ = await report(**dashscope(refused))
    assert signs(said) == "–––✗✓✓"
    assert "127.0.0.1 cannot be reached" in said[3]


async def test_without_a_key_nothing_is_asked() -> None:
    said, _ = await report(provider="dashscope")
    assert signs(said) == "✗–––✓✓"
    assert "DASHSCOPE_API_KEY=sk-" in said[0]


async def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    said, is_well = await report(provider="demo", database_url=SecretStr(f"sqlite:///{tmp_path}"))
    assert not is_well
    assert signs(said) == "––––✗✓"


def test_the_command_ends_with_a_status_for_scripts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NICEWEN_PROVIDER", "demo")
    main(["doctor"])
    assert len(capsys.readouterr().out.splitlines()) == len(NAMES)
    with refused_url() as refused, pytest.raises(SystemExit, match="1"):
        main(["doctor", "--url", refused])
    assert "Nothing answers at 127.0.0.1" in capsys.readouterr().out


def test_a_misspelt_setting_is_told_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NICEWEN_PROVIDER", "demo")
    monkeypatch.setenv("NICEWEN_AUHT", "password")
    with pytest.raises(SystemExit, match="1"):
        main(["doctor"])
    assert "✗ settings: NICEWEN_AUHT is set" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc/", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "ftp://a/"])
def test_what_is_no_address_is_one_sentence(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--url", url])
    assert f"{url!r} is no address" in capsys.readouterr().err


# Behind a proxy


@pytest.fixture(scope="module")
def nicewen() -> Iterator[RunningNicewen]:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as running:
        yield running


@pytest.mark.parametrize("place", ["at_root", "at_path"])
def test_the_given_configuration_is_well(nicewen: RunningNicewen, tmp_path: Path, place: str) -> None:
    said, is_well = page_report(tmp_path, nicewen.url, {}, place)
    assert is_well, said
    assert signs(said) == "✓✓✓✓✓✓✓✓✓"
    assert "asks nobody who they are" in said[3]


@pytest.mark.parametrize(
    ("changes", "expected", "line"),
    [
        ({"proxy_set_header Upgrade           $http_upgrade;": ""}, "✓✓✓✓✓✗✓✓✓", "header Upgrade $http_upgrade;"),
        ({"proxy_set_header X-Forwarded-Prefix /tyqw;": ""}, "✓✗✓✓✓✓✓✓✓", "proxy_set_header X-Forwarded-Prefix /tyqw;"),
        ({"proxy_pass http://nicewen/;": "proxy_pass http://nicewen;"}, "✗", "proxy_pass http://nicewen/;"),
        ({"proxy_set_header Host              $http_host;": ""}, "✓✓✓✓✓✓✗✓✓", "proxy_set_header Host $http_host;"),
        (
            {"proxy_set_header X-Forwarded-Proto $scheme;": ""},
            "✓✓✗✓✓✓✓✓✓",
            "proxy_set_header X-Forwarded-Proto $scheme;",
        ),
        ({"proxy_buffering off;": ""}, "✓✓✓✓✓✓✓✗✓", "proxy_buffering off;"),
        ({"location = /tyqw/metrics { return 404; }": ""}, "✓✓✓✓✓✓✓✓✗", "location = /tyqw/metrics { return 404; }"),
        ({"location /tyqw/ {": "location /chat/ {"}, "✗", "location /tyqw/"),
    ],
    ids=["upgrade", "prefix", "slash", "host", "scheme", "buffering", "metrics", "location"],
)
def test_a_wrong_line_is_named(
    nicewen: RunningNicewen, tmp_path: Path, changes: Mapping[str, str], expected: str, line: str
) -> None:
    said, is_well = page_report(tmp_path, nicewen.url, changes)
    assert not is_well
    assert signs(said) == expected, said
    assert line in "".join(one for one in said if one.startswith("✗"))


@pytest.mark.parametrize("line", ["hash $nicewen_route consistent;", "add_header Set-Cookie $nicewen_new_route;", ""])
def test_a_browser_that_is_sent_to_one_process_and_then_another_is_told(
    nicewen: RunningNicewen, tmp_path: Path, line: str
) -> None:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as second:
        said, is_well = page_report(tmp_path, nicewen.url, {line: ""} if line else {}, second=second.url)
    assert is_well == (not line), said
    assert signs(said) == ("✓✓✓✓✗✓✓✓✓" if line else "✓✓✓✓✓✓✓✓✓")
    assert line in said[4]


def test_a_proxy_may_name_the_host_in_a_header_of_its_own(nicewen: RunningNicewen, tmp_path: Path) -> None:
    changes = {"proxy_set_header Host              $http_host;": "proxy_set_header X-Forwarded-Host $http_host;"}
    assert page_report(tmp_path, nicewen.url, changes)[1]


def test_a_path_that_is_told_twice_is_named(tmp_path: Path) -> None:
    settings = {"NICEWEN_PROVIDER": "demo", "NICEWEN_ROOT_PATH": "/tyqw"}
    with running_nicewen("http://127.0.0.1:1", **settings) as running:
        said, _ = page_report(tmp_path, running.url, {})
    assert "Remove NICEWEN_ROOT_PATH=/tyqw" in said[1]


def test_a_proxy_that_does_not_reach_nicewen_is_told(tmp_path: Path, nicewen: RunningNicewen) -> None:
    with refused_url() as refused:
        changes = {"proxy_pass http://nicewen/;": f"proxy_pass {refused}/;"}
        said, _ = page_report(tmp_path, nicewen.url, changes)
    assert signs(said) == "✗"
    assert "inside upstream nicewen" in said[0]


def test_a_port_without_tls_is_told(nicewen: RunningNicewen) -> None:
    said: list[str] = []
    assert not asyncio.run(examined_page(nicewen.url.replace("http:", "https:") + "/", said.append, "en"))
    assert "speaks http, not https" in said[0]


def test_a_port_with_tls_that_is_asked_without_is_told(tmp_path: Path, nicewen: RunningNicewen) -> None:
    said: list[str] = []
    with running_nginx(tmp_path, nicewen.url) as nginx:
        assert not asyncio.run(examined_page(nginx.at_path.replace("https:", "http:") + "/", said.append, "en"))
    assert f"Use {nginx.at_path}/" in said[0]


def test_a_certificate_of_nobody_known_is_told(tmp_path: Path, nicewen: RunningNicewen) -> None:
    said: list[str] = []
    with running_nginx(tmp_path, nicewen.url) as nginx:
        assert not asyncio.run(examined_page(nginx.at_root, said.append, "en"))
    assert "ssl_certificate" in said[0]
