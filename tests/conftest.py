"""What every test can ask for."""

from pathlib import Path

import pytest

from dashscope_simulator.fixtures import simulator
from nicewen.services.settings import variables

__all__ = ["own_database", "simulator"]


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give each test a database of its own and no other setting from outside; return its address."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path / 'nicewen.db'}"
    monkeypatch.setenv("NICEWEN_DATABASE_URL", url)
    return url
