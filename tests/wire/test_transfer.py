"""Export and import through the assistant and as commands, with a real database file."""

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exchange.chatgpt_export import lake
from exchange.rows import transcript
from nicewen.main import main
from nicewen.services import Assistant, Settings
from nicewen.services.errors import NotReadable
from nicewen.services.exchange.format import json_of
from nicewen.services.exchange.scripted import export_all_to


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def settings(home: Path, name: str) -> Settings:
    return Settings(_env_file=None, provider="demo", database_url=f"sqlite:///{home / name}")


async def opened(home: Path, name: str) -> Assistant:
    one = Assistant(settings(home, name))
    await one.open()
    return one


async def test_all_go_into_a_zip_and_come_back_the_same(home: Path) -> None:
    first, second = await opened(home, "a.db"), await opened(home, "b.db")
    try:
        for number in range(3):
            await first.courier.import_file(json_of(transcript("?", first=100 * number + 1)))
        seen: list[tuple[int, int]] = []
        path = await first.courier.export_all(lambda done, of: seen.append((done, of)))
        assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
        assert (await first.courier.export_all()).read_bytes() == path.read_bytes()
        report = await second.courier.import_file(path)
        assert (report.imported, report.skipped, report.unmapped) == (3, 0, ())
        assert (await second.courier.export_all()).read_bytes() == path.read_bytes()
        again = await second.courier.import_file(path)
        assert (again.imported, again.skipped) == (0, 3)
    finally:
        await first.close()
        await second.close()
    assert not path.exists()


async def test_a_broken_file_among_good_ones_changes_nothing(home: Path) -> None:
    one = await opened(home, "a.db")
    try:
        await one.courier.import_file(json_of(transcript("?")))
        before = (await one.courier.export_all()).read_bytes()
        path = home / "broken.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("1.json", json_of(transcript("new", first=100)))
            archive.writestr("2.json", json_of(transcript("new", first=200))[:-30])
        with pytest.raises(NotReadable, match=r"2\.json: line"):
            await one.courier.import_file(path)
        assert (await one.courier.export_all()).read_bytes() == before
    finally:
        await one.close()


async def test_an_imported_conversation_opens_and_goes_on(home: Path) -> None:
    one = await opened(home, "a.db")
    try:
        await one.courier.import_file(json.dumps([lake()]).encode())
        path = await one.courier.export_all()
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
        conversation = await one.conversation(Path(name).stem)
        assert conversation is not None
        assert [exchange.question for exchange in conversation.exchanges] == [
            "How large is West Lake?",
            "And this one?",
        ]
        assert [len(exchange.answers) for exchange in conversation.exchanges] == [2, 1]
        one.ask("tables", conversation=conversation)
        while conversation.running or conversation.waiting:
            await conversation.pulse.after(conversation.pulse.count)
        assert conversation.exchanges[-1].answer.state == "done"
    finally:
        await one.close()


async def test_an_export_that_ends_early_leaves_no_file(home: Path) -> None:
    one = await opened(home, "a.db")
    target = home / "out" / "all.zip"
    target.parent.mkdir()
    try:
        await one.courier.import_file(json_of(transcript("?")))

        def leave(done: int, _of: int) -> None:
            if done:
                raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await one.courier.export_all(leave, path=target)
    finally:
        await one.close()
    assert list(target.parent.iterdir()) == []


def nicewen(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nicewen.main", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_commands_export_and_import(home: Path, own_database: str) -> None:
    (home / "one.json").write_bytes(json_of(transcript("?")))
    done = nicewen(home, "import", "one.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "One conversation imported.\n", "")
    done = nicewen(home, "export", "all.zip")
    assert (done.returncode, done.stdout) == (0, "One conversation written to all.zip\n")
    assert zipfile.ZipFile(home / "all.zip").namelist() == [f"conversations/{transcript().conversation.id}.json"]
    assert nicewen(home, "import", "all.zip").stdout == "No conversation imported.\nOne was here already.\n"


def test_a_broken_file_is_one_sentence_and_exit_status_2(home: Path) -> None:
    (home / "one.json").write_bytes(b"{oops")
    done = nicewen(home, "import", "one.json")
    assert (done.returncode, done.stderr) == (2, "Nothing was imported: line 1, column 2: not JSON.\n")
    assert nicewen(home, "export").returncode == 2
    assert nicewen(home, "export", "no/such/folder/all.zip").returncode == 2


async def test_the_commands_refuse_while_another_nicewen_has_the_file(home: Path, own_database: str) -> None:
    one = Assistant(Settings(_env_file=None, provider="demo"))
    await one.open()
    try:
        done = await asyncio.to_thread(nicewen, home, "export", "all.zip")
        assert done.returncode == 2
        assert "is in use by another Nicewen" in done.stderr
        assert not (home / "all.zip").exists()
    finally:
        await one.close()
    await export_all_to(home / "all.zip", Settings(_env_file=None, provider="demo"), print, "en")
    assert (home / "all.zip").exists()


def test_the_commands_work_on_one_persons_conversations(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    Path("one.json").write_bytes(json_of(transcript("?")))
    main(["import", "one.json", "--user", "ada"])
    main(["export", "ada.zip", "--user", "ada"])
    assert capsys.readouterr().out.splitlines()[1:] == ["One conversation written to ada.zip"]
    for name, whose, sentence in (
        ("eve.zip", ["--user", "eve"], "there is nobody called eve"),
        ("all.zip", [], "people who log in (ada). Export one person’s, for example: nicewen export ada.zip --user ada"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(["export", name, *whose])
        assert sentence in capsys.readouterr().err
        assert not Path(name).exists()
    for wrong in (["--user", "ada"], ["doctor", "--user", "ada"], ["export", "x.zip", "--user", ""]):
        with pytest.raises(SystemExit, match="2"):
            main(wrong)


def test_an_import_for_somebody_without_an_account_is_refused_where_one_is_needed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("NICEWEN_AUTH", "password")
    Path("one.json").write_bytes(json_of(transcript("?")))
    with pytest.raises(SystemExit, match="2"):
        main(["import", "one.json", "--user", "adda"])
    assert "adda has no account" in capsys.readouterr().err
