"""Files at addresses of their own, asked of the running program without a browser."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import ProxyHandler, build_opener

import pytest

from browser.nicewen_process import RunningNicewen, running_nicewen
from exchange.rows import transcript
from nicewen.components.downloads import file_headers
from nicewen.main import main
from nicewen.services.exchange.format import json_of

ONE = transcript("一", "two")


@pytest.fixture
def filled(own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningNicewen]:
    """Run a Nicewen that has one conversation."""
    path = tmp_path / "one.json"
    path.write_bytes(json_of(ONE))
    monkeypatch.chdir(tmp_path)
    main(["import", str(path)])
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo", NICEWEN_DATABASE_URL=own_database) as running:
        yield running


def fetched(nicewen: RunningNicewen, path: str) -> tuple[bytes, Mapping[str, str]]:
    with build_opener(ProxyHandler({})).open(nicewen.url + path, timeout=10) as response:
        return response.read(), dict(response.headers)


def test_a_conversation_and_all_of_them_can_be_fetched(filled: RunningNicewen) -> None:
    here = f"/c/{ONE.conversation.id}/export"
    content, headers = fetched(filled, f"{here}.json")
    assert content == json_of(ONE)
    assert headers["content-type"] == "application/json"
    content, headers = fetched(filled, f"{here}.md")
    assert content.decode().startswith("# 杭州：tea & “lake”\n")
    content, headers = fetched(filled, f"{here}.html")
    assert name_in(headers["content-disposition"]) == "杭州：tea & “lake”.html"
    content, headers = fetched(filled, "/export.zip")
    assert zipfile.ZipFile(io.BytesIO(content)).read(f"conversations/{ONE.conversation.id}.json") == json_of(ONE)
    for path in ("/c/nothing/export.md", f"{here}.exe", f"/events/{ONE.messages[1].id}.jsonl"):
        with pytest.raises(HTTPError, match="404"):
            fetched(filled, path)
    assert "Traceback" not in filled.log


@pytest.mark.parametrize("name", ["a.md", '湖 & "tea".html', "a;b=c.md", "🍵.zip", "a%20b.md"])
def test_any_name_arrives_whole(name: str) -> None:
    assert name_in(file_headers(name)["Content-Disposition"]) == name


def name_in(disposition: str) -> str | None:
    """Return the file name that a program reads from the header (RFC 8187)."""
    encoded = disposition.partition("filename*=UTF-8''")[2]
    return unquote(encoded, errors="strict") if encoded.isascii() else None
