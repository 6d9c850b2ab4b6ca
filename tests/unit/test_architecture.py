"""No layer reaches over another: main → components → services, and one place reads the environment."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nicewen.services

ROOT = Path(nicewen.services.__file__).resolve().parents[1]
LAYERS = ("main", "components", "services")
FILES = [
    *sorted(ROOT.glob("*.py")),
    *sorted((ROOT / "components").rglob("*.py")),
    *sorted((ROOT / "services").rglob("*.py")),
]


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module, level=level):
                assert level == 0, f"{file}: imports are absolute"
                yield module or ""


ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
NETWORK = ("httpx", "httpx_sse")
DATABASES = ("sqlalchemy", "alembic", "aiosqlite", "sqlite3", "psycopg")


def forbidden_in(file: Path) -> tuple[str, ...]:
    match file.relative_to(ROOT).parts[:2]:
        case ("services", "store"):
            return ("nicegui", "nicewen.components", "nicewen.main", "components", "services", *NETWORK)
        case ("services", _):
            return ("nicegui", "nicewen.components", "nicewen.main", "components", "services", *DATABASES)
        case _:
            return (*NETWORK, *DATABASES, "nicewen.main", "components", "services")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file: Path) -> None:
    for name in imports_of(file):
        for forbidden in forbidden_in(file):
            assert name != forbidden, name
            assert not name.startswith(f"{forbidden}."), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_settings_read_the_environment(file: Path) -> None:
    if file.relative_to(ROOT).as_posix() == "services/settings.py":
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in ENVIRONMENT:
                read = True
            case ast.ImportFrom(module="os", names=names):
                read = any(name.name in ENVIRONMENT for name in names)
            case _:
                read = False
        assert not read, f"{file}:{getattr(node, 'lineno', 0)}"


def test_nothing_happens_when_the_packages_are_imported() -> None:
    count = (
        "from nicegui import Client, app; before = len(app.routes), len(Client.page_routes); "
        "import logging; import nicewen.components, nicewen.main, nicewen.services; "
        "print(before == (len(app.routes), len(Client.page_routes)), logging.getLogger('nicewen').level)"
    )
    said = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "0"]


def test_the_program_imports_only_what_every_command_needs() -> None:
    heavy = (
        "import sys, nicewen.main; print({'nicegui', 'fastapi', 'sqlalchemy.dialects.postgresql', "
        "'nicewen.services.commands', 'nicewen.services.doctor'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout == "set()\n"
