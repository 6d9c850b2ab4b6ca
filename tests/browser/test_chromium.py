"""Which browser the tests use."""

import sys
from pathlib import Path

import pytest

from browser.chromium import chromium_path

NOWHERE = Path("/nowhere/chrome")


def test_the_browser_named_in_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROME", sys.executable)
    assert chromium_path(NOWHERE) == Path(sys.executable)


def test_a_wrong_name_in_the_environment_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROME", str(NOWHERE))
    with pytest.raises(RuntimeError, match=r"^CHROME names /nowhere/chrome, but there is no such program\.$"):
        chromium_path(NOWHERE)


def test_playwrights_own_is_taken_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    own = tmp_path / "own"
    own.write_bytes(b"")
    own.chmod(0o755)
    monkeypatch.setattr("browser.chromium.MAC", ())
    assert chromium_path(own) == own
