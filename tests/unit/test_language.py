"""Both languages say everything, and every sentence that the code asks for is there."""

import ast
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

import nicewen.services
from nicewen.services.language import LANGUAGES, Language, preferred_language, source_of, words_of

ROOT = Path(nicewen.services.__file__).resolve().parents[1]


def messages(language: Language) -> dict[str, set[str]]:
    """Return each key with the names of the values in its sentence."""
    resource = FluentParser(with_spans=False).parse(source_of(language))
    junk = [entry for entry in resource.body if isinstance(entry, ftl.Junk)]
    assert not junk, junk[0].content
    return {entry.id.name: variables_of(entry) for entry in resource.body if isinstance(entry, ftl.Message)}


def variables_of(message: ftl.Message) -> set[str]:
    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, ftl.VariableReference):
            found.add(node.id.name)
        for child in vars(node).values() if isinstance(node, ftl.BaseNode) else []:
            for one in child if isinstance(child, list) else [child]:
                visit(one)

    visit(message)
    return found


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    assert messages("zh") == messages("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_stands_once(language: Language) -> None:
    keys = [line.split(" =")[0] for line in source_of(language).splitlines() if " =" in line and line[0].isalpha()]
    assert len(keys) == len(set(keys))


def keys_in_code() -> set[str]:
    """Return the string literals in our code that look like keys: words joined by hyphens that a file knows."""
    prefixes = {key.split("-")[0] for key in messages("en")}
    return {
        node.value
        for layer in ("main.py", "components/*.py", "services/*.py", "services/*/*.py")
        for file in ROOT.glob(layer)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.split("-")[0] in prefixes & {"error", "start", "store", "weights", "state", "answers", "starter"}
        and "-" in node.value
        and " " not in node.value
        and not node.value.endswith("-")
    }


def test_every_sentence_the_code_asks_for_is_there() -> None:
    assert keys_in_code() <= set(messages("en"))


def test_every_error_and_start_sentence_is_used() -> None:
    known = {key for key in messages("en") if key.split("-")[0] in {"error", "start", "store", "weights"}}
    assert known <= keys_in_code()


def test_a_sentence_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-sentence"):
        words_of("en")("no-such-sentence")
    with pytest.raises(KeyError, match="seconds"):
        words_of("en")("retry-busy")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("de-DE, fr;q=0.9", "en"),
        ("ja, zh-Hans;q=0.8, en;q=0.5", "zh"),
        ("", "en"),
    ],
)
def test_the_browsers_first_known_language_is_chosen(header: str, language: Language) -> None:
    assert preferred_language(header) == language
