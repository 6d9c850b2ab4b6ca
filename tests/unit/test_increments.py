"""Increments and whole texts told apart, and no character lost or doubled either way."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nicewen.services.providers.increments import Increments

PIECES = st.lists(st.text(st.sampled_from("aA哈 \n*"), max_size=4), max_size=30)


def read(pieces: list[str]) -> str:
    field = Increments()
    return "".join(field.feed(piece) for piece in pieces) + field.end()


@pytest.mark.parametrize(
    "pieces",
    [
        ["字"] * 50,
        ["哈", "哈哈", "！"],
        ["ha", "haha", ""],
        ["\n*", "\n**", "\n***", "\n****", " end"],
        ["", "", "a", "", "ab"],
        ["a", "ab"],
        [],
    ],
)
def test_increments_that_look_like_the_text_so_far_are_kept_whole(pieces: list[str]) -> None:
    assert read(pieces) == "".join(pieces)


@given(PIECES)
def test_increments_are_joined_exactly_once_a_piece_does_not_fit(pieces: list[str]) -> None:
    assert read(["begin ", "again ", *pieces]) == "begin again " + "".join(pieces)


@given(st.lists(st.text(st.sampled_from("xyz水火 "), min_size=1, max_size=6), min_size=3, max_size=30), st.booleans())
def test_the_whole_text_so_far_is_not_doubled(words: list[str], repeats_at_the_end: bool) -> None:
    texts = list(accumulate(words))
    assert read([*texts, *texts[-1:] * repeats_at_the_end]) == texts[-1]
