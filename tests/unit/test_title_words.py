"""What of a model's answer is a title, and how one is asked for."""

import pytest

from nicewen.services.title_words import clean_title, title_prompt


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Weather in Hangzhou", "Weather in Hangzhou"),
        ("杭州天气", "杭州天气"),
        ("\n\n  杭州的天气。\n因为提问……", "杭州的天气"),
        ("“杭州天气”", "杭州天气"),
        ("标题：《杭州天气》", "杭州天气"),
        ("「杭州」的天气", "「杭州」的天气"),
        ("“春”与“秋”", "“春”与“秋”"),
        ('**Title:** "Weather in Hangzhou."', "Weather in Hangzhou"),
        ("# Weather", "Weather"),
        ("- `list.sort` and **sorted**", "list.sort and sorted"),
        ("1. First of three\n2. Second", "First of three"),
        ("What is a * b?", "What is a * b?"),
        ("snake_case_names", "snake_case_names"),
        ("a\u202eb\x07c\u200bd", "abcd"),
        ("---\n\n***\n\u200b\nAfter a rule", "After a rule"),
        ('""', ""),
        ("……\n", ""),
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_with_words_and_nothing_around_it(text: str, title: str) -> None:
    assert clean_title(text) == title


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("杭州天气？", "为下面的对话"),
        ("東京の天気は？", "Give the"),
        ("Weather?", "Give the"),
        ("漢字 한국어", "Give the"),
    ],
)
def test_a_title_is_asked_in_chinese_of_a_chinese_question(question: str, begins: str) -> None:
    prompt = title_prompt(question, "{answer}")
    assert prompt.startswith(begins)
    assert question in prompt
    assert "{answer}" in prompt


def test_of_a_long_conversation_the_model_reads_the_beginning() -> None:
    assert len(title_prompt("q" * 100_000, "a" * 100_000)) < 4_000
