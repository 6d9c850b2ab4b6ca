"""Keys stay out of texts and logs, however a text is cut."""

import io
import logging

from hypothesis import given
from hypothesis import strategies as st

from nicewen.services.redaction import MASK, RedactingFormatter, Redactor, TextStream

KEY = "sk-canary-0123456789"


def stream(pieces: list[str], *secrets: str) -> str:
    text = TextStream(Redactor(secrets))
    return "".join(text.feed(piece) for piece in pieces) + text.rest()


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places})
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


@given(st.text("sk-canary 0", max_size=20), st.text("sk-canary 0", max_size=20), st.lists(st.integers(0, 99)))
def test_a_key_is_masked_wherever_a_text_is_cut(before: str, after: str, places: list[int]) -> None:
    shown = stream(cut(before + KEY + after, places), KEY)
    assert KEY not in shown
    assert shown == Redactor([KEY])(before + KEY + after)


@given(st.text(max_size=60), st.lists(st.integers(0, 99)))
def test_a_text_without_keys_passes_unchanged(text: str, places: list[int]) -> None:
    assert stream(cut(text, places), KEY) == text.replace(KEY, MASK)


def test_a_key_that_holds_another_is_masked_whole() -> None:
    assert Redactor(["sk-123456789", "sk-1234567890"])("sk-1234567890 sk-123456789") == f"{MASK} {MASK}"


def test_half_characters_are_joined_and_lone_ones_replaced() -> None:
    assert stream(["a\ud83d", "\ude00b\ud83d", "c\ude00", "\ud83d"]) == "a😀b\ufffdc\ufffd\ufffd"


@given(st.text(st.characters(categories=("Cs", "Ll"))), st.lists(st.integers(0, 99)))
def test_what_comes_out_can_always_be_encoded(text: str, places: list[int]) -> None:
    stream(cut(text, places), KEY).encode("utf-8")


def test_a_key_is_masked_in_arguments_and_tracebacks_of_a_log() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter(Redactor([KEY])))
    logger = logging.getLogger("test_redaction")
    logger.addHandler(handler)
    try:
        int(KEY)
    except ValueError:
        logger.exception("sent %s", {"Authorization": f"Bearer {KEY}"})
    logger.removeHandler(handler)
    assert KEY not in written.getvalue()
    assert written.getvalue().count(MASK) == 2
