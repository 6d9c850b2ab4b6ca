"""The page itself: languages, themes, a phone, an unknown address."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.asked import asking, long_answer
from browser.chat_page import answered, ask, expect_connected, expect_state, last_answer, messages, question_box
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch
from nicewen.services.language import words_of

PHONE: ViewportSize = {"width": 360, "height": 640}
COLOURS = """() => {
  const look = getComputedStyle(document.querySelector('.nicewen'));
  return [look.color, look.backgroundColor];
}"""
WIDE_THINGS = """
| one | two | three | four | five | six | seven | eight | nine | ten |
|---|---|---|---|---|---|---|---|---|---|
| 1111111 | 2222222 | 3333333 | 4444444 | 5555555 | 6666666 | 7777777 | 8888888 | 9999999 | 1010101 |

```python
a_line_of_code_that_does_not_end = "and goes on", "and on", "and on", "and on", "and on", "and on", "and on", "and on"
```

AWordThatIsLongerThanAnyPhoneIsWideAndHasNoPlaceToBreakAtAllSoThatItMustBeBrokenSomewhereInTheMiddle

https://example.com/an/address/that/is/longer/than/any/phone/is/wide/and/has/no/place/to/break?at=all&so=it&must=be

$$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15} = b$$

> > > > - deep
"""


def test_a_chinese_reader_gets_a_chinese_page(open_page: OpenPage) -> None:
    page, words = open_page(locale="zh-CN"), words_of("zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(question_box(page)).to_have_attribute("placeholder", words("composer-placeholder"))
    expect(page.get_by_test_id("new-conversation")).to_have_text(words("new-conversation"))
    ask(page, asking("wrong-key", "你好"))
    expect(page.get_by_test_id("error").locator("> *").first).to_have_text(words("error-wrong-key"))
    expect(page.get_by_test_id("regenerate")).to_have_text(words("retry"))
    answered(page, asking(words="西湖在哪里？"))


def test_an_english_reader_gets_an_english_page(page: Page) -> None:
    words = words_of("en")
    expect(page.locator("html")).to_have_attribute("lang", "en-US")
    expect(question_box(page)).to_have_attribute("placeholder", words("composer-placeholder"))
    expect(page.get_by_test_id("new-conversation")).to_have_text(words("new-conversation"))


def test_light_and_dark_follow_the_readers_wish(open_page: OpenPage) -> None:
    light, dark = (open_page(color_scheme=scheme).evaluate(COLOURS) for scheme in ("light", "dark"))
    assert light == ["rgb(28, 29, 34)", "rgb(255, 255, 255)"]
    assert dark == ["rgb(232, 232, 234)", "rgb(23, 24, 28)"]


def test_on_a_phone_nothing_is_wider_than_the_page(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True)
    assert widest(page) <= PHONE["width"]
    ask(page, asking(words=WIDE_THINGS))
    expect_state(page, "done")
    assert widest(page) <= PHONE["width"]
    expect(question_box(page)).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("new-conversation")).to_be_in_viewport(ratio=1)


def widest(page: Page) -> int:
    """Return the width to which the page, or the log inside it, could be scrolled."""
    boxes = "[document.documentElement, document.querySelector('.nicewen-log')]"
    return int(page.evaluate(f"Math.max(...{boxes}.map(box => box.scrollWidth))"))


def test_an_unknown_conversation_is_a_sentence_and_404(page: Page, nicewen: RunningNicewen, watch: Watch) -> None:
    watch.expect("status of 404")
    response = page.goto(f"{nicewen.url}/c/0123456789abcdef")
    assert response
    assert response.status == 404
    expect(page.get_by_text(words_of("en")("not-here-title"))).to_be_visible()
    expect(question_box(page)).to_have_count(0)
    page.get_by_role("main").get_by_role("link").last.click()
    expect(question_box(page)).to_be_visible()


def test_a_new_conversation_is_empty(page: Page) -> None:
    answered(page, asking())
    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    expect(messages(page, "user")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_address_is_a_page_of_our_own(open_page: OpenPage, watch: Watch, language: str) -> None:
    watch.expect("status of 404")
    words = words_of(language)
    page = open_page("/nope/at/all?x=1", locale=language)
    expect(page.locator("html")).to_have_attribute("lang", words.tag)
    expect(page.get_by_text(words("no-page-title"))).to_be_visible()
    expect(page.get_by_text(words("no-page-hint"))).to_be_visible()
    page.get_by_role("link", name=words("new-conversation")).last.click()
    expect(question_box(page)).to_be_visible()


def test_the_tab_is_named_after_the_question(page: Page) -> None:
    expect(page).to_have_title("Nicewen")
    ask(page, long_answer(rate=40, seconds=2, words="Where <b>is</b>\nthe 'lake'?"))
    expect(page).to_have_title(re.compile(r"^● Where <b>is</b> the 'lake'\? \[.*… · Nicewen$"))
    expect_state(page, "done")
    expect(page).to_have_title(re.compile(r"^Where <b>is</b> the 'lake'\? \[.*… · Nicewen$"))
    with page.expect_response(lambda response: response.url == page.url) as loaded:
        page.reload()
    assert "<title>Where &lt;b&gt;is&lt;/b&gt; the &#39;lake&#39;?" in loaded.value.text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_lost_connection_is_said_in_the_readers_language(open_page: OpenPage, watch: Watch, language: str) -> None:
    page, words = open_page(locale=language), words_of(language)
    expect_connected(page)
    banner = page.locator(".nicewen-offline")
    expect(banner).to_be_hidden()
    with watch.cutting_the_network():
        page.context.set_offline(True)
        expect(banner).to_be_visible()
        expect(banner).to_have_text(words("offline"))
        expect(page.locator("#popup")).to_be_hidden()
        page.context.set_offline(False)
        expect(banner).to_be_hidden(timeout=20_000)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_callouts_are_named_in_the_readers_language(open_page: OpenPage, language: str) -> None:
    page, words = open_page(locale=language), words_of(language)
    kinds = ("note", "tip", "important", "warning", "caution")
    ask(
        page,
        asking(
            words="Look:"
            + "".join(f"\n\n> [!{kind.upper()}]\n> {kind}" for kind in kinds)
            + "\n\n> [!TIP] Own\n> x\n\n"
        ),
    )
    expect_state(page, "done")
    named = page.locator(".nicewen-alert").evaluate_all(
        "all => all.map(one => [getComputedStyle(one, '::before').content, one.className])"
    )
    assert [content for content, _ in named] == [*(f'"{words(f"alert-{kind}")}"' for kind in kinds), "none"]


def test_the_dots_of_a_wait_are_still(page: Page) -> None:
    ask(page, asking(delay=3))
    expect_state(page, "waiting")
    dots = last_answer(page).locator(".nicewen-dots").evaluate("one => getComputedStyle(one, '::before').animationName")
    assert dots == "none"
    expect_state(page, "done")


def test_thinking_is_counted_in_seconds_and_folded_away(page: Page) -> None:
    ask(page, asking("thinking", rate=1))
    thoughts = last_answer(page).get_by_test_id("thinking")
    line = thoughts.locator("summary")
    expect(line).to_have_text(re.compile(r"^Thinking · \d s$"))
    first = int(re.sub(r"\D", "", line.inner_text()))
    expect(line).to_have_text(f"Thinking · {first + 1} s")
    expect_state(page, "done", 20)
    expect(line).to_have_text(re.compile(r"^Thought for \d+ s$"))
    expect(thoughts.locator(".nicewen-thoughts")).to_be_hidden()
    line.click()
    expect(thoughts.locator(".nicewen-thoughts")).to_be_visible()


def test_thinking_can_be_read_while_it_goes_on(page: Page) -> None:
    ask(page, asking("thinking", rate=0.5))
    thoughts = last_answer(page).get_by_test_id("thinking")
    text = thoughts.locator(".nicewen-thoughts")
    thoughts.locator("summary").click()
    expect(text).to_have_text("用户在")
    expect_state(page, "thinking")
    expect(text).to_have_text("用户在打招呼。")
    page.reload()
    expect(text).to_have_text("用户在打招呼。")
    expect_state(page, "done", 20)
    expect(text).to_have_text("用户在打招呼。")
