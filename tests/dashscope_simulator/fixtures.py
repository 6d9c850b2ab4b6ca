"""Fixtures for the tests that talk to the simulator; imported by conftest."""

from collections.abc import Iterator

import pytest

from dashscope_simulator.process import RunningSimulator, running_simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[RunningSimulator]:
    """One simulator for the whole session. Tests keep apart by `tag=` in the model's name."""
    with running_simulator() as running:
        yield running
