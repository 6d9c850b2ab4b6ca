"""Every fault of the service: its sentence, what is kept, and Try again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.asked import asking
from browser.chat_page import ask, expect_state, last_answer, messages
from browser.nicewen_process import BY_QUESTION, RunningNicewen, running_nicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import PROFILES
from nicewen.services.language import words_of

SECONDS = 0.8  # without data, until the service is given up
HELLO = "你好，世界！"  # what the simulator answers once it has failed often enough
RETRY_WAITS = (2, 1)  # seconds

FAULTS = {
    "wrong-key": "error-wrong-key",
    "throttled": "error-busy",
    "retry-after-absurd": "error-quota",
    "prepaid-overdue": "error-billing",
    "arrearage": "error-billing",
    "free-tier-only": "error-free-tier",
    "sse-body-labelled-json": "error-refused",
    "sse-body-400": "error-refused",
    "openai-error-404": "error-model-unavailable",
    "html-504": "error-server",
    "empty-500": "error-server",
    "gzip-error": "error-refused",
    "business-error-on-200": "error-refused",
    "algo-400": "error-refused",
    "model-not-found": "error-model-unavailable",
    "model-access-denied": "error-no-access",
    "input-too-long": "error-too-long",
    "markup-in-error": "error-refused",
    "echoes-key-in-error": "error-wrong-key",
    "error-event-400": "error-refused",
    "error-event-429": "error-busy",
    "error-event-with-type": "error-billing",
    "error-event-with-space": "error-refused",
    "error-without-event-line": "error-refused",
    "error-event-not-json": "error-server",
    "error-event-empty": "error-server",
    "status-before-event": "error-busy",
    "status-without-colon": "error-busy",
    "blocked-midway": "error-blocked",
    "throttled-midway": "error-busy",
    "internal-error-midway": "error-server",
    "openai-error-in-stream": "error-blocked",
    "openai-error-404-in-stream": "error-model-unavailable",
    "url-error-always": "error-refused",
    "no-headers": "error-first-data-timeout",
    "headers-no-data": "error-first-data-timeout",
    "comments-only": "error-first-data-timeout",
    "stall-midway": "error-stall-timeout",
    "comments-only-midway": "error-stall-timeout",
    "cut-midway": "error-cut-short",
    "closed-midway": "error-cut-short",
    "clean-eof-midway": "error-cut-short",
    "clean-eof-empty": "error-cut-short",
    "empty-answer": "error-empty",
    "thinking-only-length": "error-only-thinking",
    "tool-call-fragments": "error-empty",
}


@pytest.fixture(scope="module")
def impatient(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A Nicewen that waits a moment where the real one waits seconds."""
    limits = {"NICEWEN_FIRST_DATA_TIMEOUT": str(SECONDS), "NICEWEN_STALL_TIMEOUT": str(SECONDS)}
    with running_nicewen(simulator.base_url, module="browser.instrumented", **limits) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def patient_reader(visitor: BrowserContext, impatient: RunningNicewen) -> Iterator[Page]:
    """One page for all faults, which meets them one after the other in one conversation."""
    watch = Watch()
    with visitor.new_page() as page:
        watch.add(page, impatient.url)
        page.goto(impatient.url)
        yield page
    assert not watch.faults


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_its_sentence_and_another_try_succeeds(
    patient_reader: Page, simulator: RunningSimulator, name: str
) -> None:
    page = patient_reader
    earlier = messages(page, "assistant").count()
    asked = asking(name, fails=attempts(name))
    ask(page, asked)
    error = last_answer(page).get_by_test_id("error")
    expect(messages(page, "user").last).to_contain_text(asked.text)
    expect(error).to_be_visible()
    assert_sentence(name, error.locator("> *").first.inner_text())
    arrived = PROFILES[name].expected.text
    interrupted = arrived and FAULTS[name] in {"error-cut-short", "error-stall-timeout"}
    expect_state(page, "interrupted" if interrupted else "failed")
    expect(last_answer(page).get_by_test_id("answer-text")).to_have_text(arrived)
    error.get_by_test_id("regenerate").click()
    expect_state(page, "done")
    expect(last_answer(page).get_by_test_id("answer-text")).to_have_text(HELLO)
    expect(error).to_have_count(0)
    expect(messages(page, "assistant")).to_have_count(earlier + 1)
    assert len(simulator.requests(asked.model)) == attempts(name) + 1


def attempts(name: str) -> int:
    """How often one question is sent: again where that may help, and on both paths where the path is wrong."""
    if name == "url-error-always":
        return 2
    return 4 if PROFILES[name].expected.retryable else 1


def assert_sentence(name: str, shown: str) -> None:
    words, key = words_of("en"), FAULTS[name]
    if key == "error-refused":
        start = words(key, said="")
        assert shown.startswith(start)
        assert shown.removeprefix(start)
        assert shown.removeprefix(start) in PROFILES[name].expected.message
    else:
        assert shown == words(key, model=BY_QUESTION, seconds=SECONDS)


def test_every_fault_of_the_simulator_is_here() -> None:
    faulty = {name for name, one in PROFILES.items() if one.expected.ending != "finished" or not one.expected.text}
    assert faulty == {*FAULTS, "closed-before-headers"}


def test_a_service_that_always_hangs_up_is_named(page: Page) -> None:
    """Whether it is asked twice depends on a connection left over from earlier, so it has no part in the table."""
    ask(page, asking("closed-before-headers"))
    expect(page.get_by_test_id("error").locator("> *").first).to_have_text(words_of("en")("error-cut-short"))
    expect_state(page, "failed")


def test_while_the_service_is_busy_the_page_says_when_it_is_asked_again(page: Page) -> None:
    ask(page, asking("retry-after-2-once"))
    for seconds in RETRY_WAITS:
        expect(last_answer(page)).to_contain_text(words_of("en")("retry-busy", seconds=seconds))
    expect_state(page, "done")
    expect(last_answer(page).get_by_test_id("answer-text")).to_have_text(HELLO)
    expect(last_answer(page)).not_to_contain_text("trying again")


def test_stop_ends_the_waiting_for_another_try(page: Page, simulator: RunningSimulator) -> None:
    asked = asking("throttled")
    ask(page, asked)
    expect(last_answer(page)).to_contain_text("trying again")
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped", 1)
    assert len(simulator.requests(asked.model)) < 4


def test_the_services_own_facts_are_folded_away(page: Page, simulator: RunningSimulator) -> None:
    asked = asking("arrearage")
    ask(page, asked)
    details = page.get_by_test_id("error").locator("details")
    expect(details.get_by_text("Code: Arrearage")).to_be_hidden()
    details.locator("summary").click()
    expect(details.get_by_text("Code: Arrearage")).to_be_visible()
    expect(details).to_contain_text(f"Request: {simulator.requests(asked.model)[0]['id']}")


def test_after_a_fault_the_next_question_is_answered_and_the_failed_one_not_sent_again(
    page: Page, simulator: RunningSimulator
) -> None:
    ask(page, asking("blocked-midway"))
    expect_state(page, "failed")
    asked = asking(words="Next")
    ask(page, asked)
    expect_state(page, "done")
    said = [message["content"] for message in simulator.requests(asked.model)[0]["body"]["input"]["messages"]]
    assert said[1:] == [asked.text]
    expect(page.get_by_test_id("regenerate")).to_have_count(0)
