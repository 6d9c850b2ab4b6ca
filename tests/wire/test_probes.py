"""What machines ask of a real server: is it well, is it ready, what has it done; and what its log tells."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from browser.asked import asking
from browser.by_http import asked
from browser.nicewen_process import RunningNicewen, running_nicewen
from dashscope_simulator.process import RunningSimulator
from nicewen.components.probes import may_see_metrics
from nicewen.services.settings import Settings

GOOD = asking(words="canary 杭州", length=40)
REFUSED = asking("wrong-key", words="canary 杭州")
BUSY = asking("throttled-once", words="canary 杭州")
SETTINGS = {"NICEWEN_LOG_FORMAT": "json", "NICEWEN_LOG_LEVEL": "debug", "NICEWEN_TRUSTED_PROXIES": "127.0.0.1"}


def replied(nicewen: RunningNicewen, path: str, **headers: str) -> tuple[int, str]:
    """Return status and body, whatever the status."""
    with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture(scope="module")
def nicewen(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A Nicewen that was asked three questions: answered, refused, and answered at a second try."""
    with running_nicewen(simulator.base_url, module="browser.by_http", **SETTINGS) as running:
        assert [asked(running.url, one.text)["state"] for one in (GOOD, REFUSED, BUSY)] == ["done", "failed", "done"]
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def metrics(nicewen: RunningNicewen) -> Mapping[str, float]:
    families = text_string_to_metric_families(replied(nicewen, "/metrics")[1])
    return {
        f"{sample.name}{sorted(sample.labels.values()) or ''}": sample.value
        for family in families
        for sample in family.samples
    }


def test_questions_answers_tokens_waits_and_errors_are_counted(metrics: Mapping[str, float]) -> None:
    assert metrics["nicewen_questions_total"] == 3
    assert metrics["nicewen_answers_total['done']"] == 2
    assert metrics["nicewen_answers_total['failed']"] == 1
    assert metrics["nicewen_answers_total['stopped']"] == 0
    assert metrics["nicewen_tokens_total['output']"] > 40
    assert metrics["nicewen_tokens_total['input']"] > 0
    assert metrics["nicewen_first_token_seconds_count"] == 2
    assert metrics["nicewen_running_answers"] == 0
    assert metrics["nicewen_open_pages"] == 0
    assert metrics["nicewen_upstream_errors_total['InvalidApiKey']"] == 1
    assert sum(count for name, count in metrics.items() if name.startswith("nicewen_upstream_errors_total")) == 2


def test_metrics_are_not_shown_to_somebody_behind_the_proxy(nicewen: RunningNicewen) -> None:
    assert replied(nicewen, "/metrics", **{"X-Forwarded-For": "192.0.2.7"})[0] == 403
    assert replied(nicewen, "/metrics", **{"X-Forwarded-For": "127.0.0.1, 192.0.2.7"})[0] == 403


@pytest.mark.parametrize(
    ("proxies", "address", "may"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "::1", True),
        ("127.0.0.1", "10.1.2.3", False),
        ("127.0.0.1, 10.0.0.0/8", "10.1.2.3", True),
        ("*", "10.1.2.3", False),
        ("127.0.0.1", "somebody", False),
    ],
)
def test_metrics_are_for_this_machine_and_named_proxies(proxies: str, address: str, may: bool) -> None:
    assert may_see_metrics(Settings(trusted_proxies=proxies), address) is may


def test_health_and_readiness_are_told(nicewen: RunningNicewen) -> None:
    assert replied(nicewen, "/healthz") == (200, '{"process":"ok","database":"ok"}')
    assert replied(nicewen, "/readyz") == (200, '{"process":"ok","database":"ok","questions":"ok"}')


def test_a_database_that_is_gone_is_told(simulator: RunningSimulator, tmp_path: Path) -> None:
    database = tmp_path / "one.db"
    with running_nicewen(simulator.base_url, NICEWEN_DATABASE_URL=f"sqlite:///{database}") as running:
        database.rename(tmp_path / "away.db")
        for path in ("/healthz", "/readyz"):
            status, said = replied(running, path)
            assert status == 503
            assert "moved or removed" in json.loads(said)["database"]
        assert replied(running, "/healthz?exclude=database") == (200, '{"process":"ok"}')


def test_the_log_names_each_answer_and_not_what_was_asked(nicewen: RunningNicewen) -> None:
    lines = [json.loads(line) for line in nicewen.log.splitlines()]
    ended = [line for line in lines if line.get("state")]
    assert [line["state"] for line in ended] == ["done", "failed", "done"]
    assert all(line["request_id"] for line in ended)
    (refusal,) = [line for line in lines if line.get("code") == "InvalidApiKey"]
    assert refusal["request_id"] == ended[1]["request_id"]
    assert refusal["service_request_id"]
    sent = [line for line in lines if line["logger"] == "httpx"]
    assert [line["request_id"] for line in sent][:2] == [ended[0]["request_id"], ended[1]["request_id"]]
    assert "canary" not in nicewen.log


def test_the_log_holds_questions_where_that_is_switched_on(simulator: RunningSimulator) -> None:
    wanted = {**SETTINGS, "NICEWEN_LOG_QUESTIONS": "yes"}
    with running_nicewen(simulator.base_url, module="browser.by_http", **wanted) as running:
        asked(running.url, GOOD.text)
        assert f"a question: {GOOD.text}" in [json.loads(line)["message"] for line in running.log.splitlines()]
