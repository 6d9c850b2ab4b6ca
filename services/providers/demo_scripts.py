"""The prepared answers of the demo, and which of them a question asks for. Their texts are in `demo_texts/`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from nicewen.services.events import Source
from nicewen.services.language import Language

LONG = 100_000
"""Characters of the long answer, at least."""

KINDS = ("headings", "lists", "tables", "code", "formulas", "quotes", "tasks", "links", "image")
"""What the answer to “everything” and the chapters of the long answer are made of."""

_WORDS: Mapping[str, str] = {  # the first that is found in the question decides
    "faults": r"\bfaults?\b|故障",
    "everything": r"\beverything\b|全部",
    "long": r"\blong\b|长文|十万字",
    "thinking": r"\bthink|思考",
    "sources": r"\b(sources?|search)\b|来源|搜索",
    "tasks": r"\btasks?\b|任务",
    "tables": r"\btables?\b|表格",
    "formulas": r"\b(formulas?|equations?|maths?)\b|公式|方程",
    "code": r"\b(code|program|python|javascript|sql)\b|代码|程序",
    "headings": r"\bheadings?\b|标题",
    "lists": r"\blists?\b|列表|清单",
    "quotes": r"\bquot(es?|ations?)\b|引用",
    "links": r"\blinks?\b|链接",
    "image": r"\b(images?|pictures?)\b|图片",
}
_HAN = re.compile(r"[\u3400-\u9fff]")

_SOURCES = (
    Source(1, "Markdown", "https://daringfireball.net/projects/markdown/", "Daring Fireball"),
    Source(2, "CommonMark Spec", "https://spec.commonmark.org/", "CommonMark"),
    Source(3, "GitHub Flavored Markdown Spec", "https://github.github.com/gfm/", "GitHub"),
)


@dataclass(frozen=True, slots=True)
class Script:
    """One prepared answer; `speed` is how many times as fast as usual it is written."""

    text: str
    thoughts: str = ""
    sources: tuple[Source, ...] = ()
    speed: float = 1.0


def script_of(question: str) -> Script:
    """Return the prepared answer that suits a question, in its language; a guide where none does."""
    language = language_of(question)
    match topic := topic_of(question):
        case "everything":
            return Script("\n\n---\n\n".join(text_of(kind, language) for kind in KINDS), speed=4.0)
        case "long":
            return Script(long_text(language), speed=20.0)
        case "thinking":
            return Script(text_of(topic, language), thoughts=text_of("thinking.thoughts", language))
        case "sources":
            return Script(text_of(topic, language), sources=_SOURCES)
        case _:
            return Script(text_of(topic, language))


def topic_of(question: str) -> str:
    """Return the name of the prepared answer that suits a question."""
    found = (topic for topic, words in _WORDS.items() if re.search(words, question, re.IGNORECASE))
    return next(found, "guide")


def language_of(question: str) -> Language:
    """Return Chinese where the question holds a Han character."""
    return "zh" if _HAN.search(question) else "en"


def text_of(name: str, language: Language) -> str:
    """Return one of the texts in `demo_texts/`."""
    folder = files("nicewen.services.providers").joinpath("demo_texts", language)
    return folder.joinpath(f"{name}.md").read_text("utf-8").strip()


def long_text(language: Language) -> str:
    """Return chapters of every kind of content, `LONG` characters or a little more."""
    text = ""
    for chapter in _chapters(language):
        text += chapter
        if len(text) >= LONG:
            break
    return text.rstrip()


def _chapters(language: Language) -> Iterator[str]:
    texts = [text_of(kind, language) for kind in KINDS if kind != "quotes"]  # its footnote may be defined only once
    number = 0
    while True:
        for text in texts:
            number += 1
            heading = f"第 {number} 章" if language == "zh" else f"Chapter {number}"
            yield f"# {heading}\n\n{text}\n\n"
