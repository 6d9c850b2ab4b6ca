"""The doctor, on who may come in: by the settings, and from before a page's door."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from browser.doctoring import page_report, report, signs
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.people import add_people


async def doctor_of_people(**settings: Any) -> str:
    """Return the line about who may come in."""
    said, _ = await report(provider="demo", **settings)
    return said[-1]


async def test_who_may_come_in_is_told(own_database: str, tmp_path: Path) -> None:
    there = {"auth": "password", "database_url": SecretStr(own_database)}
    assert (await doctor_of_people(**there)).startswith("✗ log-in: Nobody has an account")
    add_people(own_database, "ada")
    assert await doctor_of_people(**there) == "✓ log-in: Accounts: 1."
    gone = {"auth": "password", "database_url": SecretStr(f"sqlite:///{tmp_path}")}
    assert (await doctor_of_people(**gone)).startswith("– log-in: ")
    proxy = "✓ log-in: The proxy at 127.0.0.1 says who somebody is, in X-Forwarded-User."
    assert await doctor_of_people(auth="proxy") == proxy
    assert (await doctor_of_people(auth="proxy", trusted_proxies="*")).startswith("✗ log-in: NICEWEN_AUTH is proxy")
    assert (await doctor_of_people(host="0.0.0.0")).startswith("✗ log-in: 0.0.0.0 lets other machines in")
    assert (await doctor_of_people(host="0.0.0.0", auth="none")).startswith("✓ log-in: None: everyone")
    assert (await doctor_of_people(auth="oidc")).startswith("✗ log-in: NICEWEN_AUTH is oidc")
    away = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "nicewen"}
    assert (await doctor_of_people(auth="oidc", **away)).startswith("✗ log-in: The provider cannot be reached")


@pytest.fixture(scope="module")
def guarded() -> Iterator[RunningNicewen]:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo", NICEWEN_AUTH="password") as running:
        yield running


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "✓✓✓✓✓✓✓✓✓"),
        ({"proxy_set_header Upgrade           $http_upgrade;": ""}, "✓✓✓✓✓✗✓✓✓"),
        ({"proxy_set_header X-Forwarded-Prefix /tyqw;": ""}, "✓✗✓✓✓✓✓✓✓"),
        ({"proxy_set_header X-Forwarded-Proto $scheme;": ""}, "✓✓✗✓✓✓✓✓✓"),
        ({"proxy_set_header Host              $http_host;": ""}, "✓✓✓✓✓✓✗✓✓"),
        ({"proxy_pass http://nicewen/;": "proxy_pass http://nicewen;"}, "✗"),
    ],
    ids=["well", "upgrade", "prefix", "scheme", "host", "slash"],
)
def test_a_page_with_a_log_in_is_examined_from_before_its_door(
    guarded: RunningNicewen, tmp_path: Path, changes: Mapping[str, str], expected: str
) -> None:
    said, is_well = page_report(tmp_path, guarded.url, changes)
    assert signs(said) == expected, said
    assert is_well == (not changes)


def test_a_proxy_that_leaves_its_path_there_is_told_to_people_too(guarded: RunningNicewen) -> None:
    reader = {"Accept": "text/html", "X-Forwarded-Prefix": "/tyqw"}
    for path in ("/tyqw/", "/tyqw/login?to=%2Ftyqw%2F"):
        lost = httpx.get(guarded.url + path, headers=reader)
        assert lost.status_code == 404
        assert "location /tyqw/" in lost.text
    assert httpx.get(f"{guarded.url}/c/1", headers=reader).headers["location"].startswith("/tyqw/login?to=")


@pytest.mark.parametrize(
    ("trusted", "sent", "mend"),
    [
        ("127.0.0.1", "X-Forwarded-User ada;", ""),
        ("127.0.0.1", "X-Other ada;", "proxy_set_header X-Forwarded-User"),
        ("192.0.2.1", "X-Forwarded-User ada;", "NICEWEN_TRUSTED_PROXIES"),
    ],
)
def test_a_proxy_that_names_nobody_or_is_not_believed_is_told(
    tmp_path: Path, trusted: str, sent: str, mend: str
) -> None:
    settings = {"NICEWEN_PROVIDER": "demo", "NICEWEN_AUTH": "proxy", "NICEWEN_TRUSTED_PROXIES": trusted}
    changes = {"proxy_buffering off;": f"proxy_buffering off; proxy_set_header {sent}"}
    with running_nicewen("http://127.0.0.1:1", **settings) as running:
        said, is_well = page_report(tmp_path, running.url, changes)
    assert is_well == (not mend), said
    assert mend in said[3]
