"""When and with what a run was made; nothing that tells whose machine it was."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

PACKAGES = ("nicewen", "nicegui", "comrak-ext", "nh3", "math-core", "Pygments", "markdown2", "uvicorn", "playwright")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Date, versions, cores."""

    date: str
    versions: dict[str, str]
    cores: int

    @property
    def sentence(self) -> str:
        """All of it as one sentence."""
        named = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return f"Measured on {self.date} on {self.cores} cores, which the browser shares with the servers: {named}."


def surroundings(chromium: str) -> Surroundings:
    """Return those of this process, with the browser's version."""
    versions = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Surroundings(date, {**versions, "Chromium": chromium}, os.cpu_count() or 1)
