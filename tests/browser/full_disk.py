"""A small file system of a process's own, and how one outside fills it and makes room again."""

import errno
import subprocess
from pathlib import Path

FOLDER = "disk"
"""Where it is mounted, in the folder that the process starts in."""

SIZE = "3m"

_MAKE = f'mkdir -p {FOLDER} && mount -t tmpfs -o size={SIZE} tmpfs {FOLDER} && exec "$@"'
INSIDE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _MAKE, "sh")
"""Runs a command with the file system mounted, where nobody else sees it; needs no rights but user namespaces."""


def refusal(folder: Path) -> str | None:
    """Return why this machine gives a process no file system of its own; None where it does."""
    try:
        ended = subprocess.run([*INSIDE, "true"], cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no unshare (util-linux)"
    return None if ended.returncode == 0 else ended.stderr.strip() or f"unshare ended with {ended.returncode}"


class FullDisk:
    """The file system of a process, reached through the kernel's view of that process."""

    def __init__(self, process_id: int, folder: Path) -> None:
        """Reach what the process has mounted below the folder that it was started in."""
        self.path = Path(f"/proc/{process_id}/root{folder}") / FOLDER
        self._filler = self.path / "filler"

    def fill(self) -> None:
        """Write until nothing more fits, not even into the last page."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                while _fits(file.write, bytes(size)):
                    pass

    def make_room(self) -> None:
        """Give back what was filled."""
        self._filler.unlink()


def _fits(write: object, content: bytes) -> bool:
    assert callable(write)
    try:
        write(content)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True
