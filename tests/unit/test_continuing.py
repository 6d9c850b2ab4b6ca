"""Going on with an answer: what is asked, and what a model repeats of it."""

from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nicewen.services.errors import CutShort
from nicewen.services.events import AnswerEvent, Text
from nicewen.services.providers.continuing import GO_ON, Seam, turns_to_go_on, without_repetition
from nicewen.services.providers.dashscope import request_body
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.providers.qwen_models import MULTIMODAL_PATH, TEXT_PATH

BEGUN = "The lake lies west of the city, and"
ASKED = (Turn("user", "Where?"),)


@pytest.mark.parametrize(
    ("new", "added"),
    [
        (" has three islands.", " has three islands."),
        ("west of the city, and has three islands.", " has three islands."),
        (BEGUN + " has three islands.", " has three islands."),
        ("and then", "and then"),  # so few characters are chance
        ("", ""),
        (BEGUN, ""),
    ],
)
def test_what_is_repeated_at_the_seam_is_left_out(new: str, added: str) -> None:
    for step in (1, 3, 100):
        seam = Seam(BEGUN)
        said = "".join(seam.feed(new[at : at + step]) for at in range(0, len(new), step)) + seam.rest()
        assert said == added


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=8), max_size=8))
def test_the_seam_takes_away_at_most_what_stands_before_it(begun: str, pieces: list[str]) -> None:
    seam, new = Seam(begun), "".join(pieces)
    said = "".join(map(seam.feed, pieces)) + seam.rest()
    assert new.endswith(said)
    assert begun.endswith(new[: len(new) - len(said)])


def test_a_model_that_takes_the_beginning_of_its_answer_is_given_it() -> None:
    body = request_body(AnswerRequest("qwen-plus", ASKED, begun=BEGUN), TEXT_PATH)
    assert body["input"]["messages"][-1] == {"role": "assistant", "content": BEGUN, "partial": True}


@pytest.mark.parametrize(("model", "path"), [("qwq-plus", TEXT_PATH), ("qwen3-vl-plus", MULTIMODAL_PATH)])
def test_others_are_asked_to_go_on(model: str, path: str) -> None:
    messages = request_body(AnswerRequest(model, ASKED, begun=BEGUN), path)["input"]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert GO_ON in str(messages[-1]["content"])
    assert not any("partial" in message for message in messages)


def test_nothing_is_added_to_a_question_of_its_own() -> None:
    assert turns_to_go_on(ASKED, "") == ASKED


async def test_what_was_held_back_is_not_lost_when_the_line_is_cut() -> None:
    async def cut() -> AsyncGenerator[AnswerEvent]:
        yield Text("an")
        raise CutShort("error-cut-short")

    events = without_repetition(cut(), BEGUN + "an")
    assert await anext(events) == Text("an")
    with pytest.raises(CutShort):
        await anext(events)
