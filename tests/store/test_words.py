"""Texts become words that any part of them can be found by."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nicewen.services.store.snippets import confirms, snippet
from nicewen.services.store.words import fold, origins, wanted_in, words_of

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)
TEXTS = st.text(max_size=80) | st.lists(HAN | st.text(max_size=8), max_size=8).map(" ".join)


def finds(query: str, text: str) -> bool:
    """Tell what an index of whole words and beginnings would."""
    words, wanted = words_of(text), wanted_in(query)
    terms = [term for one in wanted for term in one.terms]
    is_there = all(any(w.startswith(t) if prefix else w == t for w in words) for t, prefix in terms)
    return bool(wanted) and is_there and confirms(text, wanted)


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("天气", "今天天气很好", True),
        ("天", "今天", True),
        ("气", "天气", True),
        ("气天", "天气", False),
        ("天气预报", "看天气预报", True),
        ("天气预报", "天气、气预、预报", False),
        ("API", "the Ａｐｉ docs", True),
        ("ap", "the api", True),
        ("pi", "the api", False),
        ("the ap", "the api", True),
        ("th api", "the api", False),
        ("cafe", "Café", True),
        ("strasse", "STRASSE Straße", True),
        ("gpt4模型", "用GPT4的模型", True),
        ("max_page", "PRAGMA max_page_count", True),
        ("3.14", "pi is 3.14", True),
        ("ガ", "ガラス", True),
        ("カ", "ガラス", False),
        ("…", "…", False),
        ("", "x", False),
    ],
)
def test_what_is_found(query: str, text: str, is_found: bool) -> None:
    assert finds(query, text) is is_found


@settings(deadline=None)
@given(TEXTS, st.data())
def test_any_piece_of_a_run_of_chinese_is_found_and_shown(text: str, data: st.DataObject) -> None:
    run = data.draw(HAN)
    first = data.draw(st.integers(0, len(run) - 1))
    piece = run[first : data.draw(st.integers(first + 1, len(run)))]
    whole = f"{text} {run} {text}"
    assert finds(piece, whole)
    marked = [part.text for part in snippet(whole, wanted_in(piece)) if part.is_match]
    assert marked
    assert all(fold(one) == fold(piece) for one in marked)


@settings(deadline=None)
@given(TEXTS)
def test_every_word_is_found_by_itself_and_holds_no_syntax(text: str) -> None:
    for word in words_of(text):
        assert finds(word, text)
        assert word.isalnum() or not word.isascii()
        assert not set(word) & set(" \"'*()&|!:<>\\-\ue000")


@settings(deadline=None)
@given(st.text(max_size=200), TEXTS)
def test_no_query_does_harm(query: str, text: str) -> None:
    wanted = wanted_in(query)
    if wanted:
        parts = snippet(text, wanted)
        assert sum(len(part.text) for part in parts) <= 122


@settings(deadline=None)
@given(TEXTS)
def test_a_folded_character_is_traced_to_where_it_stood(text: str) -> None:
    folded, origin = fold(text), origins(text)
    assert len(folded) == (len(text) if origin is None else len(origin))
    for at, one in enumerate(folded):
        assert one in fold(text[at if origin is None else origin[at]])


@settings(deadline=None)
@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
