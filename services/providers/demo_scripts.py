"""The prepared answers of the demo. Their texts are in `demo_texts/`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from nicewen.services.events import Source
from nicewen.services.language import Language
from nicewen.services.providers.demo_topics import KINDS, topics_of

LONG = 100_000
"""Characters of the long answer, at least."""

SHOWN = 600
"""Characters that are repeated of what went along with a question."""

_SPEEDS: Mapping[str, float] = {"everything": 4.0, "long": 20.0}
_RULE = "\n\n---\n\n"  # between answers
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
    """Return the prepared answers that suit a question, joined, in its language; a guide where none does."""
    language, topics = language_of(question), topics_of(question)
    return Script(
        _RULE.join(_text(topic, language) for topic in topics),
        thoughts=text_of("thinking.thoughts", language) if "thinking" in topics else "",
        sources=_SOURCES if "sources" in topics else (),
        speed=max(_SPEEDS.get(topic, 1.0) for topic in topics),
    )


def parted(sent: str) -> tuple[str, str]:
    """Return what went along with a question, or "", and the question."""
    context, _, question = sent.rpartition("\n</context>\n\n")
    return context.removeprefix("<context>\n"), question


def script_with_context(sent: str) -> Script:
    """Return the answers that suit a question, and before them what went along with it, if anything did."""
    shown, question = parted(sent)
    script = script_of(question)
    if not shown:
        return script
    part = shown[:SHOWN] + ("\n…" if len(shown) > SHOWN else "")
    said = text_of("shown", language_of(question))
    return replace(script, text=f"{said}\n\n~~~~~~\n{part}\n~~~~~~{_RULE}{script.text}")


def language_of(question: str) -> Language:
    """Return Chinese where the question holds a Han character."""
    return "zh" if _HAN.search(question) else "en"


def text_of(name: str, language: Language) -> str:
    """Return one of the texts in `demo_texts/`."""
    folder = files("nicewen.services.providers").joinpath("demo_texts", language)
    return folder.joinpath(f"{name}.md").read_text("utf-8").strip()


def _text(topic: str, language: Language) -> str:
    match topic:
        case "everything":
            return _RULE.join(text_of(kind, language) for kind in KINDS)
        case "long":
            return long_text(language)
        case _:
            return text_of(topic, language)


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
