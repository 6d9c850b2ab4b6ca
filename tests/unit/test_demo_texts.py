"""The demo's texts: every question that the page or a text proposes has one, and they are as good as they look."""

import re
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from nicewen.services.language import LANGUAGES, Language, source_of, words_of
from nicewen.services.markdown import render
from nicewen.services.providers.demo_scripts import LONG, long_text, script_of, script_with_context, text_of
from nicewen.services.providers.demo_topics import KINDS, topics_of

MARKS = re.compile(r"[*`|<>]|~~|\]\(|\\[(\[]|\$\$|^ *(#|-|\d+\.) ", re.MULTILINE)
STARTERS = {"starter-1": "browser", "starter-2": "duplicates", "starter-3": "drinks", "starter-4": "declining"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_starter_of_the_page_has_its_own_answer_alone(language: Language) -> None:
    questions = [words_of(language)(starter) for starter in STARTERS]
    assert [topics_of(question) for question in questions] == [(text,) for text in STARTERS.values()]
    assert script_of(questions[-1]).text == text_of("declining", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_starter_that_the_page_shows_is_answered(language: Language) -> None:
    assert set(re.findall(r"^starter-\d+", source_of(language), re.MULTILINE)) == set(STARTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prepared_function_finds_duplicate_files(language: Language, tmp_path: Path) -> None:
    for name, content in {"a": "tea", "b/c": "tea", "d": "pot", "e": "coffee"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    names: dict[str, Any] = {"__name__": "duplicates"}
    code = re.search(r"```python\n(.+?)```", text_of("duplicates", language), re.DOTALL)
    exec(code[1] if code else "", names)
    found = [
        sorted(path.relative_to(tmp_path).as_posix() for path in group) for group in names["duplicate_files"](tmp_path)
    ]
    assert found == [["a", "b/c"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_guide_names_leads_to_a_text_of_its_own(language: Language) -> None:
    rows = re.findall(r"^\| .+ \| (.+) \|$", text_of("guide", language), re.MULTILINE)[1:]
    topics = [topics_of(word) for row in rows for word in re.split("[、,] ?", row)]
    assert {*KINDS, "thinking", "sources", "long", "everything"} == {topic for (topic,) in topics}
    assert len(topics) == len(KINDS) + 4


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("links, image", ("links", "image")),
        ("链接、图片", ("links", "image")),
        ("an image and some links", ("image", "links")),
        ("表格，再来点代码和流程图", ("tables", "code", "diagrams")),
        ("faults and tables", ("faults", "tables")),
        ("everything, also tables and sources", ("everything", "sources")),
        ("a long text with everything in it", ("long",)),
        ("a task list", ("tasks",)),
    ],
)
def test_a_question_gets_all_that_it_names_in_its_order(question: str, topics: tuple[str, ...]) -> None:
    assert topics_of(question) == topics


def test_both_languages_have_the_same_texts() -> None:
    folder = files("nicewen.services.providers").joinpath("demo_texts")
    chinese, english = ({file.name for file in folder.joinpath(language).iterdir()} for language in LANGUAGES)
    assert chinese == english
    assert {f"{kind}.md" for kind in KINDS} < chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shows_marks_of_its_markdown(language: Language) -> None:
    for file in files("nicewen.services.providers").joinpath("demo_texts", language).iterdir():
        html = re.sub(r"<(pre|code|math)\b.*?</\1>", "", render(file.read_text("utf-8")), flags=re.DOTALL)
        assert not MARKS.search(unescape(re.sub(r"<[^>]*>", "", html))), file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_long_answer_has_a_hundred_thousand_characters_and_ends_with_a_chapter(language: Language) -> None:
    text = long_text(language)
    assert LONG - 100 <= len(text) <= LONG + 4_000
    assert text.count("```") % 2 == 0


def test_what_went_along_with_a_question_is_repeated_and_chooses_no_answer() -> None:
    shown = '{"order": 17, "note": "a table and code"}'
    script = script_with_context(f"<context>\n{shown}\n</context>\n\nWhat is tea?")
    assert shown in script.text
    assert script.text.endswith(script_of("What is tea?").text)
    assert script_with_context("What is tea?") == script_of("What is tea?")
    assert "…" in script_with_context(f"<context>\n{'x' * 5_000}\n</context>\n\nWhat?").text
