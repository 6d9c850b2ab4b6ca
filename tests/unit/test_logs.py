"""What a line of the log looks like, and what never stands in it."""

import json
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from nicewen.services.logs import OURS, WRITE_BY_THEMSELVES, set_up_logging
from nicewen.services.request_id import begin_request
from nicewen.services.settings import Settings

KEY = 'sk-canary-"0123456789'
log = logging.getLogger("nicewen.services.tested")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in (*OURS, *WRITE_BY_THEMSELVES):
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_line_is_a_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Settings(log_format="json", log_level="info"))
    log.info("杭州 %s", 1, extra={"state": "done"})
    (line,) = lines(capsys)
    assert line["time"]
    assert {**line, "time": ""} == {
        "time": "",
        "level": "INFO",
        "logger": "nicewen.services.tested",
        "message": "杭州 1",
        "state": "done",
    }


def test_a_key_stands_in_no_part_of_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Settings(log_format="json", dashscope_api_key=SecretStr(KEY)))
    try:
        dict[str, str]()[KEY]
    except KeyError as error:
        log.exception("said %s", KEY, extra={"said": [KEY], "other": error})
    said = capsys.readouterr().err
    assert "canary" not in said
    assert "KeyError" in json.loads(said)["traceback"]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "said",
    [
        "< cookie: nicewen-session=canary.x; a=b",
        "GET /login/callback?code=canary&state=canary HTTP",
        "nicewen-way-in=canary",
    ],
)
def test_what_lets_its_holder_in_stands_in_no_line(said: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Settings(log_format=form))
    log.warning(said)
    line = capsys.readouterr().err
    assert "canary" not in line
    assert "=•••" in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_names_the_answer_that_is_worked_on(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Settings(log_format=form))
    begin_request("answer-7")
    log.warning("slow")
    log.warning("other", extra={"request_id": "answer-8"})
    begin_request("")
    log.warning("nobody's")
    said = capsys.readouterr().err.splitlines()
    assert ["answer-7" in said[0], "answer-8" in said[1], "answer" in said[2]] == [True, True, False]
