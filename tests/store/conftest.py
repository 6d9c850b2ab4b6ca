"""Each test that asks for `url` or `store` runs on both databases."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nicewen.services.store import Store
from store.asked import opened
from store.postgres_server import PostgresServer, programs

LEFT_OUT = "all tests on PostgreSQL are left out: this machine has no server (apt install postgresql)"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a server for the whole run."""
    yield from _server()


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """Start a server for one test, which may stop it."""
    yield from _server()


def _server() -> Iterator[PostgresServer]:
    folder = programs()
    if folder is None:
        pytest.skip(LEFT_OUT)
    server = PostgresServer(folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a new database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'nicewen.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Open a store on a new database."""
    async with opened(url) as one:
        yield one
