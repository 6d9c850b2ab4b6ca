"""Every way to install and start that the README shows, in a fresh copy of the checkout."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener
from zipfile import ZipFile

import pytest

from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NO_BYTECODE = {"PIP_NO_COMPILE": "1"}  # of modules that nobody imports, a third of an installation's time
OWN_SETTINGS = ("NICEWEN_", "DASHSCOPE_", "OPENAI_", "NICEGUI_", "PYTEST_")
NO_NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"),
    "PIP_INDEX_URL": "http://127.0.0.1:9",
    "PIP_NO_INDEX": "1",
    "PIP_RETRIES": "0",
}
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Checkout:
    """A copy of the files that git knows, with a home of its own; weights are fetched into its cache once."""

    folder: Path
    home: Path

    def environment(self, **values: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
        home = {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache")}
        return {**kept, **home, "PYTHONPATH": "", **NO_BYTECODE, **values}

    def run(self, *command: str, **values: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment(**values), capture_output=True, text=True, check=False
        )

    @contextmanager
    def serving(self, *command: str, **values: str) -> Iterator[tuple[str, float]]:
        """Start a command that serves; yield the page and the seconds it took to be there."""
        port = free_port()
        environment = self.environment(NICEWEN_PORT=str(port), **values)
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield page_of(port, process), time.monotonic() - began
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=10)


def page_of(port: int, process: subprocess.Popen[bytes], seconds: float = 300) -> str:
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/", timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.05)  # nothing tells a parent that a server has begun to listen
    process.kill()
    raise AssertionError((process.communicate()[0] or b"").decode())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return Checkout(folder, tmp_path_factory.mktemp("home"))


def test_make_run_installs_fetches_the_model_and_serves_then_starts_again_without_a_network(
    checkout: Checkout, record_property: Callable[[str, object], None]
) -> None:
    with checkout.serving("make", "run", "ARGS=--no-browser", f"PYTHON={sys.executable}") as (page, seconds):
        assert "Answers come from SmolLM2-135M-Instruct on this machine" in page
        record_property("first_start_seconds", seconds)
    with checkout.serving("make", "run", "ARGS=--no-browser", **NO_NETWORK) as (page, seconds):
        assert "Answers come from SmolLM2-135M-Instruct on this machine" in page
        record_property("second_start_seconds", seconds)


def test_the_plain_lines_of_the_readme_do_the_same(checkout: Checkout) -> None:
    lines = plain_lines()
    assert lines[-1] == ".venv/bin/python main.py"
    for line in lines[:-1]:
        ended = checkout.run("bash", "-c", line.replace("python3 ", f"{sys.executable} ", 1))
        assert ended.returncode == 0, f"{line}: {ended.stdout}{ended.stderr}"
    with checkout.serving(*lines[-1].split(), "--no-browser") as (page, _):
        assert "Answers come from SmolLM2-135M-Instruct on this machine" in page


def test_the_core_alone_installs_from_a_wheel_starts_and_says_how_to_get_a_model(
    checkout: Checkout, tmp_path: Path
) -> None:
    built = checkout.run(sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), ".")
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert packed(wheel) == code_of(checkout.folder)
    python = tmp_path / "venv/bin/python"
    assert checkout.run(sys.executable, "-m", "venv", str(tmp_path / "venv")).returncode == 0
    constraints = str(checkout.folder / "constraints.txt")
    installed = checkout.run(str(python), "-m", "pip", "install", "--quiet", "--constraint", constraints, str(wheel))
    assert installed.returncode == 0, installed.stderr
    elsewhere = Checkout(tmp_path, tmp_path)
    assert elsewhere.run(str(python), "-c", "import xllamacpp").returncode == 1
    with elsewhere.serving(str(tmp_path / "venv/bin/nicewen"), "--no-browser") as (page, _):
        assert "The demo answers from prepared texts" in page
    said = elsewhere.run(str(tmp_path / "venv/bin/nicewen"), NICEWEN_PROVIDER="local")
    assert "pip install xllamacpp" in said.stderr


def packed(wheel: Path) -> Mapping[str, bytes]:
    with ZipFile(wheel) as files:
        return {name: files.read(name) for name in files.namelist() if name.startswith("nicewen/")}


def code_of(folder: Path) -> Mapping[str, bytes]:
    files = [*folder.glob("*.py"), *(folder / "components").rglob("*"), *(folder / "services").rglob("*")]
    return {
        f"nicewen/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_a_python_without_venv_is_answered_with_what_to_install(checkout: Checkout, tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(
        '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n', "utf-8"
    )  # a Python as Debian has it without its package python3-venv
    python.chmod(0o755)
    ended = checkout.run("make", "run", f"PYTHON={python}", f"VENV={tmp_path}/venv")
    assert ended.returncode != 0
    assert "sudo apt-get install python3-venv" in ended.stdout


def plain_lines() -> Sequence[str]:
    """Return the lines behind `make run`, as the README shows them."""
    block = next(block for block in BLOCK.findall((ROOT / "README.md").read_text("utf-8")) if "-m venv" in block)
    return [line for line in block.splitlines() if line and not line.startswith("#")]


def test_every_command_of_the_readme_is_run_here_or_in_ci() -> None:
    run_by_ci = {"make check", "make test", "make soak", "make screenshots", "make clean", "make run"}
    commands = {
        line.split("  #")[0].strip()
        for block in BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
        for line in block.splitlines()
        if line and not line.startswith("#")
    }
    assert commands <= run_by_ci | set(plain_lines())
