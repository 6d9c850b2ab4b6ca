"""Programs of this folder as child processes."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent)}


def program(name: str, *arguments: str) -> list[str]:
    """Return the command that runs it."""
    return [sys.executable, str(HERE / name), *arguments]
