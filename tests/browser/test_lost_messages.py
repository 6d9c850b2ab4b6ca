"""Messages that get lost though the page keeps its line, as happens when one socket takes over from another."""

import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from browser.asked import Asked, asking, letters_of
from browser.chat_page import ask, expect_connected, last_answer, messages
from browser.conftest import OpenPage
from browser.watch import Watch

SECONDS = 1000
HAS_ENDED = '"data-role":"assistant","data-state":"done"'
LOSSES = {
    "the end of the text": r"patch.*tag=",
    "that it has ended": HAS_ENDED,
    "its beginning": r'"data-role":"assistant"',
}


class Losing:
    """A line on which the messages with these words are lost, up to the one that says that the answer has ended."""

    def __init__(self, words: str) -> None:
        self.lost = 0
        self._words = re.compile(words)
        self._has_ended = False

    def route(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            is_lost = not self._has_ended and self._words.search(str(message))
            self._has_ended = self._has_ended or HAS_ENDED in str(message)
            if is_lost:
                self.lost += 1
            else:
                page_side.send(message)

        server_side.on_message(pass_on)


@pytest.mark.parametrize("words", LOSSES.values(), ids=LOSSES)
def test_what_was_lost_is_sent_again(open_page: OpenPage, watch: Watch, words: str) -> None:
    page, line = open_page(), Losing(words)
    page.route_web_socket(re.compile("socket.io"), line.route)
    page.reload()
    expect_connected(page)
    asked = asking(rate=60)
    ask(page, asked)
    expect(messages(page, "assistant", "done")).to_have_count(1, timeout=15 * SECONDS)
    page.wait_for_function(
        "end => document.querySelector('[data-testid=answer-text]').textContent.includes(end)", arg=end_of(asked)
    )
    assert letters_of(last_answer(page).get_by_test_id("answer-text").text_content() or "") == asked.letters
    assert line.lost
    assert not [message for message in watch.lines if "reload" in message]


def end_of(asked: Asked) -> str:
    return asked.text.partition("tag=")[2]
