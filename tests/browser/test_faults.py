"""Every fault of the service: its sentence, what is kept, and Try again."""

import json
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.asked import asking
from browser.chat_page import ask, expect_state, last_answer, messages
from browser.faults import FAULTS, attempts, is_sentence
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import PROFILES
from nicewen.services.language import words_of

HELLO = "你好，世界！"  # what the simulator answers once it has failed often enough
RETRY_WAITS = (2, 1)  # seconds


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
    assert is_sentence(name, error.locator("> *").first.inner_text())
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


def test_every_fault_of_the_simulator_is_here() -> None:
    faulty = {name for name, one in PROFILES.items() if one.expected.ending != "finished" or not one.expected.text}
    assert faulty == {*FAULTS, "closed-before-headers"}


def test_a_service_that_always_hangs_up_is_named(page: Page) -> None:
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
    path = details.get_by_test_id("raw-events").get_attribute("href")
    (line,) = page.request.get(urljoin(page.url, path)).text().splitlines()
    assert json.loads(json.loads(line)["event"])["code"] == "Arrearage"


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
    expect(messages(page, "assistant", "failed").get_by_test_id("regenerate")).to_have_count(1)
