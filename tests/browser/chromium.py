"""Finding a Chromium, or getting one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SHELL = "chromium-headless-shell"
"""Chromium without a window around its pages: each page of a whole one costs a second of processor time more."""

NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAIN_HOST = "nicewen.test"
"""This machine, under a name that a browser does not trust: a page by plain HTTP, as in many a company's network."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
)
DOWNLOAD_SECONDS = 300
PACKAGE_SECONDS = 900
ADVICE = (
    "The browser tests need Chromium: install it (Debian: apt-get install chromium-headless-shell fonts-noto-cjk; "
    "macOS: brew install --cask chromium; anywhere: python -m playwright install chromium), or name one in CHROME."
)


def chromium_path(playwrights_own: Path) -> Path:
    """Return a Chromium: $CHROME, the system's, Playwright's, else one that is fetched now.

    Raises:
        RuntimeError: There is none and none can be had; the sentence says what to install.
    """
    if named := os.environ.get("CHROME"):
        if found := shutil.which(named):
            return Path(found)
        raise RuntimeError(f"CHROME names {named}, but there is no such program.")
    return installed(playwrights_own) or downloaded(playwrights_own) or packaged(playwrights_own) or missing()


def installed(playwrights_own: Path) -> Path | None:
    candidates: Iterator[str | None] = (shutil.which(name) for name in (*NAMES, *MAC, str(playwrights_own)))
    return next((Path(found) for found in candidates if found), None)


def downloaded(playwrights_own: Path) -> Path | None:
    """Return Playwright's own after fetching it; where there is no such download, that is normal."""
    print("No Chromium here; trying: python -m playwright install chromium")
    run([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
    return playwrights_own if playwrights_own.exists() else None


def packaged(playwrights_own: Path) -> Path | None:
    """Return the distribution's after installing it, where this user may."""
    prefix = administrator()
    if prefix is None or not shutil.which("apt-get"):
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run([*prefix, "apt-get", "update"], PACKAGE_SECONDS, quiet)
    for package in (SHELL, "chromium"):  # Ubuntu has no package of the first
        print(f"No Chromium here; installing the distribution's: apt-get install {package} fonts-noto-cjk")
        if run([*prefix, "apt-get", "install", "-y", package, "fonts-noto-cjk"], PACKAGE_SECONDS, quiet):
            break
    return installed(playwrights_own)


def missing() -> Path:
    raise RuntimeError(ADVICE)


def administrator() -> Sequence[str] | None:
    """What to put before a command that installs, or None where this user may not."""
    if os.geteuid() == 0:
        return ()
    may = shutil.which("sudo") and run(["sudo", "-n", "true"], 10)
    return ("sudo", "-n") if may else None


def run(command: Sequence[str], seconds: float, more: Mapping[str, str] | None = None) -> bool:
    """Whether the command succeeded in time."""
    try:
        return (
            subprocess.run(
                command,
                timeout=seconds,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **(more or {})},
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
