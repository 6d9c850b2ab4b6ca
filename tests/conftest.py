"""What every test can ask for."""

from pathlib import Path

import pytest

from dashscope_simulator.fixtures import simulator
from nicewen.services.settings import variables

WAITING = {
    "test_behind_nginx",
    "test_benchmarks",
    "test_draining",
    "test_keeping",
    "test_lost_connection",
    "test_lost_messages",
    "test_random_cuts",
}
__all__ = ["own_database", "pytest_collection_modifyitems", "simulator"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run what uses a browser, one test after the other, and another all else beside it.

    What mostly waits, for lines and processes that are gone, is a group of its own.
    """
    browser = Path(__file__).parent / "browser"
    for item in items:
        group = (
            str(item.path)
            if browser not in item.path.parents
            else "waiting"
            if item.path.stem in WAITING
            else "browser"
        )
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give each test a database of its own and no other setting from outside; return its address."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path / 'nicewen.db'}"
    monkeypatch.setenv("NICEWEN_DATABASE_URL", url)
    return url
