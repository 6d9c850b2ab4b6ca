"""On a phone: fingers, the keyboard on the screen, safe areas."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.asked import asking, long_answer
from browser.chat_page import ask, expect_letters, expect_state, last_answer, question_box
from browser.conftest import OpenPage

PHONE: ViewportSize = {"width": 360, "height": 640}
KEYBOARD = 290  # pixels
COVER = """covered => {
  const height = innerHeight - covered;
  Object.defineProperty(visualViewport, 'height', {configurable: true, get: () => height});
  Object.defineProperty(visualViewport, 'offsetTop', {configurable: true, get: () => covered ? 20 : 0});
  visualViewport.dispatchEvent(new Event('resize'));
}"""
INSETS = {"top": 47, "left": 0, "bottom": 34, "right": 0}


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    return open_page(viewport=PHONE, is_mobile=True, has_touch=True)


def bottom(page: Page, selector: str) -> float:
    return float(page.evaluate("one => document.querySelector(one).getBoundingClientRect().bottom", selector))


def test_an_android_keyboard_makes_the_page_smaller(phone: Page) -> None:
    content = phone.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "interactive-widget=resizes-content" in content
    phone.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"] - KEYBOARD})
    expect(question_box(phone)).to_be_in_viewport(ratio=1)
    expect(phone.get_by_test_id("send")).to_be_in_viewport(ratio=1)


def test_an_iphones_keyboard_covers_nothing_of_the_composer(phone: Page) -> None:
    """It leaves the page as it is, and makes only the visual viewport smaller."""
    ask(phone, asking(words="Once more " * 300))
    expect_state(phone, "done")
    phone.evaluate(COVER, KEYBOARD)
    assert bottom(phone, ".nicewen-composer") <= PHONE["height"] - KEYBOARD + 20
    assert phone.evaluate("document.querySelector('.nicewen-header').getBoundingClientRect().top") == 20
    phone.wait_for_function(
        "(log => log.scrollHeight - log.scrollTop - log.clientHeight < 5)(document.querySelector('.nicewen-log'))"
    )
    phone.evaluate(COVER, 0)
    assert bottom(phone, ".nicewen-page") == PHONE["height"]


def test_nothing_stands_under_a_notch_or_a_home_bar(phone: Page) -> None:
    content = phone.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "viewport-fit=cover" in content
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": INSETS})
    phone.wait_for_function("document.querySelector('.nicewen-brand').getBoundingClientRect().top >= 47")
    foot = bottom(phone, ".nicewen-model-line")
    assert foot <= PHONE["height"] - INSETS["bottom"]
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": {"left": 47, "right": 47}})
    phone.wait_for_function("document.querySelector('.nicewen-composer').getBoundingClientRect().left >= 47")


def test_nothing_is_magnified_when_the_field_gets_the_focus(phone: Page) -> None:
    size = question_box(phone).evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    assert size >= 16, "an iPhone magnifies the page for smaller fields"


def test_the_keyboard_does_not_come_up_by_itself(phone: Page) -> None:
    expect(phone.get_by_test_id("starter").first).to_be_visible()
    expect(question_box(phone)).not_to_be_focused()


def test_all_works_with_a_finger(phone: Page) -> None:
    question_box(phone).tap()
    phone.keyboard.type("One")
    phone.get_by_test_id("send").tap()
    expect_state(phone, "done")
    last_answer(phone).get_by_test_id("copy").tap()
    expect(last_answer(phone).get_by_test_id("copy")).to_have_attribute("data-said", "Copied")
    phone.get_by_test_id("regenerate").tap()
    expect_state(phone, "done")
    ask(phone, long_answer(rate=40, seconds=20))
    expect_letters(phone, 40)
    phone.get_by_test_id("stop").tap()
    expect_state(phone, "stopped", 1)


def test_a_finger_hits_every_control(phone: Page) -> None:
    """WCAG 2.2, 2.5.8 asks for 24 pixels."""
    ask(phone, asking("arrearage"))
    expect_state(phone, "failed")
    controls = phone.locator(".nicewen :is(button, summary, .nicewen-button):visible")
    sizes = controls.evaluate_all("all => all.map(one => [one.offsetWidth, one.offsetHeight])")
    assert len(sizes) >= 5
    assert all(min(size) >= 24 for size in sizes), sizes
