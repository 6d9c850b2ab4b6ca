"""The panel on a host's pages, in a real browser: it lives in its place, and leaves all around it as it is."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ElementHandle, Locator, Page, expect

from browser.asked import Asked, asking, letters_of, long_answer
from browser.conftest import OpenPage
from browser.hosting import EXPLAIN, SAY
from browser.nicewen_process import BY_QUESTION, RunningNicewen, running_nicewen
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.question import model_meant

SECONDS = 1000  # Playwright counts milliseconds
BOTH_WAYS = pytest.mark.parametrize("host", ["run", "run_with"], indirect=True)

AT_REST = "() => !document.getAnimations().some((one) => one instanceof CSSTransition)"

STYLES = """() => [...document.querySelectorAll("html, body, header, header *, #things, #things *")].map((one) => {
  const path = `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)}`;
  const look = (pseudo, style = getComputedStyle(one, pseudo)) => [...style]
    .filter((name) => !/^(--nw|height|block-size|perspective-origin|transform-origin|inset|bottom|top)/.test(name))
    .map((name) => [name, style.getPropertyValue(name)]);
  return [path, Object.fromEntries([...look(null), ...look("::before").map(([n, v]) => ["b " + n, v])])];
})"""
"""How everything of the host's looks; but for what follows from the page's height."""


@pytest.fixture(scope="module")
def run(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A host by `ui.run`, with Tailwind."""
    with running_nicewen(simulator.base_url, module="browser.hosting") as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def run_with(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A host by `ui.run_with`, without Tailwind."""
    with running_nicewen(simulator.base_url, module="browser.hosting", HOST_FASTAPI="1") as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def host(request: pytest.FixtureRequest) -> RunningNicewen:
    """The first of them, or the one that a test names."""
    running: RunningNicewen = request.getfixturevalue(getattr(request, "param", "run"))
    return running


@pytest.fixture
def visit(open_page: OpenPage, host: RunningNicewen) -> OpenPage:
    def open_one(path: str, **wishes: object) -> Page:
        page = open_page(path, url=host.url, **wishes)
        page.wait_for_function("window.socket?.connected")
        return page

    return open_one


def panels(page: Page) -> Locator:
    return page.get_by_test_id("panel")


def ask(panel: Locator, asked: Asked) -> None:
    panel.get_by_test_id("question").fill(asked.text)
    panel.get_by_test_id("question").press("Enter")


def expect_answer(panel: Locator, asked: Asked) -> None:
    answer = panel.locator("[data-testid=message][data-role=assistant]").last
    expect(answer).to_have_attribute("data-state", "done", timeout=20 * SECONDS)
    assert letters_of(answer.get_by_test_id("answer-text").text_content() or "") == asked.letters


def expect_inside_its_parent(panel: Locator) -> None:
    """The panel is as wide as the room in its parent, and no higher."""
    assert panel.evaluate("""(one) => {
      const [own, parent] = [one.getBoundingClientRect(), one.parentElement.getBoundingClientRect()];
      const { paddingLeft, paddingRight } = getComputedStyle(one.parentElement);
      const room = one.parentElement.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      return Math.abs(own.width - room) < 1 && own.bottom <= parent.bottom + 1 && own.height > 150;
    }"""), panel.evaluate("(one) => [one, one.parentElement].map((one) => JSON.stringify(one.getBoundingClientRect()))")


@pytest.mark.parametrize("place", ["card", "drawer", "splitter", "compact"])
def test_it_fills_its_place_and_answers(visit: OpenPage, place: str) -> None:
    page = visit(f"/in/{place}")
    panel = panels(page)
    expect(panel.get_by_test_id("starter")).to_have_text("Why is this order late?")
    expect_inside_its_parent(panel)
    ask(panel, asked := asking())
    expect_answer(panel, asked)
    expect_inside_its_parent(panel)
    assert page.url.endswith(f"/in/{place}")
    assert panel.get_by_test_id("send").bounding_box() is not None


def test_it_takes_the_compact_form_where_it_is_narrow(visit: OpenPage) -> None:
    def padding(place: str) -> str:
        return str(
            panels(visit(f"/in/{place}")).locator(".nicewen-foot").evaluate("(x) => getComputedStyle(x).padding")
        )

    assert padding("drawer") == padding("compact") != padding("card")


@BOTH_WAYS
def test_a_dialog_closed_while_it_answers_shows_the_whole_answer_when_it_is_opened_again(visit: OpenPage) -> None:
    page = visit("/in/dialog")
    page.get_by_test_id("open").click()
    ask(panels(page), asked := long_answer(rate=100, seconds=2.5))
    expect(panels(page).get_by_test_id("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panels(page)).to_have_count(0)
    page.get_by_test_id("open").click()
    expect(panels(page).get_by_test_id("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panels(page)).to_have_count(0)
    page.wait_for_timeout(3 * SECONDS)
    page.get_by_test_id("open").click()
    expect_answer(panels(page), asked)
    expect(panels(page).get_by_test_id("stop")).to_have_count(0)
    ask(panels(page), again := asking())
    expect(panels(page).locator("[data-testid=message][data-role=assistant]")).to_have_count(2)
    expect_answer(panels(page), again)


def test_on_a_tab_that_is_left_and_shown_again_it_goes_on(visit: OpenPage) -> None:
    page = visit("/in/tab")
    page.get_by_role("tab", name="help").click()
    ask(panels(page), asked := long_answer(rate=100, seconds=1.5))
    page.get_by_role("tab", name="table").click()
    expect(panels(page)).to_have_count(0)
    page.get_by_role("tab", name="help").click()
    expect_answer(panels(page), asked)
    expect_inside_its_parent(panels(page))


def test_on_a_tab_that_is_left_it_costs_nothing_and_keeps_the_readers_place(visit: OpenPage) -> None:
    page = visit("/in/tab")
    page.get_by_role("tab", name="help").click()
    ask(panels(page), asked := long_answer(rate=100, seconds=6))
    log = panels(page).locator(".nicewen-log")
    page.wait_for_function("one => one.scrollHeight > one.clientHeight + 300", arg=log.element_handle())
    log.hover()
    page.mouse.wheel(0, -200)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    place = log.evaluate("one => one.scrollTop")
    page.get_by_role("tab", name="table").click()
    page.wait_for_timeout(0.5 * SECONDS)  # what was on its way arrives
    page.evaluate("(window.heard = 0, socket.onAny(() => window.heard++))")
    page.wait_for_timeout(1 * SECONDS)
    assert page.evaluate("window.heard") < 5, "an answer that grows is told some thirty times a second"
    page.get_by_role("tab", name="help").click()
    assert log.evaluate("one => one.scrollTop") == place
    expect_answer(panels(page), asked)


def test_two_on_one_page_know_nothing_of_each_other(visit: OpenPage) -> None:
    page = visit("/in/two")
    one, two = panels(page).nth(0), panels(page).nth(1)
    two.get_by_test_id("question").fill("not sent yet")
    ask(one, asked := long_answer(rate=100, seconds=1))
    expect(one.get_by_test_id("stop")).to_be_visible()
    two.get_by_test_id("question").press("Escape")
    expect_answer(one, asked)
    expect(two.locator("[data-testid=message]")).to_have_count(0)
    page.reload()
    expect(two.get_by_test_id("question")).to_have_value("not sent yet")
    expect(one.get_by_test_id("question")).to_have_value("")


def test_removed_it_leaves_nothing_behind(visit: OpenPage) -> None:
    page = visit("/in/removed")
    ask(panels(page), long_answer(rate=50, seconds=1))
    expect(panels(page).get_by_test_id("stop")).to_be_visible()
    page.get_by_test_id("remove").click()
    expect(panels(page)).to_have_count(0)
    page.wait_for_timeout(1.5 * SECONDS)


def test_a_sub_page_that_is_left_and_come_back_to_shows_the_same_conversation(visit: OpenPage) -> None:
    page = visit("/parts")
    ask(panels(page), asked := asking())
    expect_answer(panels(page), asked)
    for _ in range(2):
        page.get_by_test_id("to-stock").click()
        expect(panels(page)).to_have_count(0)
        page.get_by_test_id("to-orders").click()
        expect_answer(panels(page), asked)
    assert page.evaluate("document.querySelectorAll('style').length") == page.evaluate(
        "new Set([...document.querySelectorAll('style')].map((one) => one.textContent || one)).size"
    )


def test_a_named_conversation_is_there_on_the_next_visit(visit: OpenPage) -> None:
    asked = asking()
    page = visit(f"/named/{asked.model[-8:]}")
    ask(panels(page), asked)
    expect_answer(panels(page), asked)
    page.reload()
    expect_answer(panels(page), asked)
    other = panels(visit(f"/named/{asked.model[-8:]}-other"))
    expect(other.get_by_test_id("question")).to_be_visible()
    expect(other.locator("[data-testid=message]")).to_have_count(0)


@pytest.mark.parametrize(("host", "dark"), [("run", 1), ("run_with", 0)], indirect=["host"])
def test_everything_of_the_hosts_looks_as_without_it(visit: OpenPage, dark: int) -> None:
    looks = []
    for panel in (0, 1):
        page = visit(f"/in/card?panel={panel}&dark={dark}")
        if panel:
            ask(panels(page), asked := asking())
            expect_answer(panels(page), asked)
        page.mouse.move(0, 0)
        page.wait_for_function(AT_REST)
        looks.append(page.evaluate(STYLES))
    without, within = looks
    assert [path for path, _ in without] == [path for path, _ in within]
    assert len(without) > 60
    assert differences(without, within) == []


def differences(without: list[list[object]], within: list[list[object]]) -> list[object]:
    found: list[object] = []
    for (path, before), (_, after) in zip(without, within, strict=True):
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        if changed := {name: (before[name], after.get(name)) for name in before if before[name] != after.get(name)}:
            found.append((path, changed))
    return found


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize("place", ["card", "drawer"])
def test_axe_finds_nothing_in_it(visit: OpenPage, place: str, dark: int) -> None:
    page = visit(f"/in/{place}?dark={dark}")
    panel, asked = panels(page), asking(words="Two")
    for question in (None, asking("arrearage"), asked):
        if question:
            ask(panel, question)
        if question is asked:
            expect_answer(panel, asked)
        elif question:
            expect(panel.get_by_test_id("error")).to_be_visible()
        found = Axe().run(page, context="[data-testid=panel]")
        assert found.violations_count == 0, found.generate_report()


def test_it_takes_the_hosts_colour_letters_and_language(visit: OpenPage) -> None:
    page = visit("/in/card")
    panel = panels(page)
    style = "(one, name) => getComputedStyle(one)[name]"
    assert "Georgia" in panel.evaluate(style, "fontFamily")
    assert panel.evaluate(style, "fontSize") == "15px"
    panel.get_by_test_id("question").fill("?")
    expect(panel.get_by_test_id("send")).to_have_css("background-color", "rgb(10, 125, 79)")
    assert panel.evaluate(style, "backgroundColor") == "rgba(0, 0, 0, 0)"
    expect(panels(visit("/in/card?dark=1"))).to_have_css("color", "rgb(232, 232, 234)")
    expect(panels(visit("/zh")).get_by_test_id("question")).to_have_attribute("placeholder", "输入问题")


def test_a_host_that_gives_pages_up_soon_is_told_once(host: RunningNicewen, visit: OpenPage) -> None:
    visit("/in/card")
    visit("/in/card")
    assert host.log.count("reconnect_timeout") == 1


def test_what_goes_along_is_seen_opened_and_taken_away(visit: OpenPage) -> None:
    page = visit("/in/asking")
    panel = panels(page)
    chip, material, given = (panel.get_by_test_id(name) for name in ("context", "material", "given"))
    chip.click()
    expect(material).to_contain_text('{"order": 17, "state": "late"}')
    expect(material).to_contain_text("With a table of one row")
    page.get_by_test_id("choose").click()
    expect(material).to_contain_text("With a table of 2 rows")
    ask(panel, asking())
    expect(given).to_have_text("With a table of 2 rows")
    expect(material).to_have_count(0)
    page.wait_for_timeout(1.5 * SECONDS)
    expect(material).to_have_count(0)
    panel.get_by_test_id("context-remove").click()
    page.reload()
    expect(panel.get_by_test_id("context-add")).to_be_visible()
    expect(chip).to_have_count(0)
    ask(panel, asked := asking())
    expect_answer(panel, asked)
    expect(given).to_have_count(0)
    panel.get_by_test_id("context-add").click()
    expect(chip).to_be_visible()


PIECES = """(text) => {
  text.insertAdjacentHTML("beforeend", `<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>
    <div class="nicewen-table"><table><tr><td>1</td></tr></table></div>
    <div class="nicewen-code"><div class="nicewen-code-head"></div><pre><code>1</code></pre></div>`);
  const style = (selector, of) => getComputedStyle(text.querySelector(selector))[of];
  const [room, letters] = [style("mtd", "paddingLeft"), style("table", "fontSize")].map(parseFloat);
  return [room, letters, style(".nicewen-code-head", "backgroundColor")];
}"""


@BOTH_WAYS
def test_formulas_have_room_tables_the_hosts_size_and_copy_covers_the_code(visit: OpenPage) -> None:
    page = visit("/in/card")
    page.add_style_tag(content="body { font-size: 14px !important }")
    ask(panels(page), asked := asking())
    expect_answer(panels(page), asked)
    room, letters, cover = panels(page).get_by_test_id("answer-text").evaluate(PIECES)
    assert room > 3
    assert letters <= 14
    assert cover == "rgb(255, 255, 255)"


def test_a_hosts_button_asks_in_the_panel_and_another_streams_into_its_own_card(visit: OpenPage) -> None:
    page = visit("/in/asking")
    page.get_by_test_id("explain").click()
    expect(panels(page).locator(".nicewen-question-text")).to_have_text(EXPLAIN)
    said_before: ElementHandle | None = None
    for _ in range(2):
        page.get_by_test_id("say").click()
        if said_before:
            said_before.wait_for_element_state("hidden")  # what follows is of the second answer
        expect(page.get_by_test_id("said")).to_have_count(1)
        expect_answer(page.get_by_test_id("card"), Asked(SAY, model_meant(BY_QUESTION, SAY)))
        expect(page.get_by_test_id("card").locator(".nicewen-question")).to_be_hidden()
        said_before = page.get_by_test_id("said").element_handle()
    assert page.get_by_test_id("said").evaluate(
        "(one) => one.scrollHeight <= one.clientHeight + 1 && one.clientHeight > 40"
    )
