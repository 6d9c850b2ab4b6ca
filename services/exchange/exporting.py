"""One conversation as a file: Markdown of the branch that is shown, an HTML page of it, or JSON of everything."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from nicewen.services.conversation import Answer, Conversation
from nicewen.services.exchange.format import json_of
from nicewen.services.exchange.html_page import html_page
from nicewen.services.exchange.notes import note_of
from nicewen.services.keeping import conversation_of
from nicewen.services.language import Language, Words, words_of
from nicewen.services.store import Transcript

Kind = Literal["md", "json", "html"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NAME_LENGTH = 80
"""Characters of a title that name a file; with a Chinese one that stays below the 255 bytes of file systems."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(?i)\A(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)")


class ExportedFile(NamedTuple):
    """A file for somebody to keep."""

    name: str
    media_type: str
    content: bytes


def exported(transcript: Transcript, kind: Kind, *, language: Language, style_sheet: str) -> ExportedFile:
    """Return a conversation as a file of this kind; takes some milliseconds per thousand lines."""
    row = transcript.conversation
    shown = conversation_of(row, sorted(transcript.messages, key=lambda message: (message.created_at, message.id)))
    words = words_of(language)
    match kind:
        case "json":
            return ExportedFile(file_name(row.title, "json"), "application/json", json_of(transcript))
        case "md":
            text = markdown_of(row.title, shown, words)
            return ExportedFile(file_name(row.title, "md"), "text/markdown; charset=utf-8", text.encode())
        case "html":
            page = html_page(row.title, shown, words, style_sheet)
            return ExportedFile(file_name(row.title, "html"), "text/html; charset=utf-8", page.encode())


def file_name(title: str, ending: str) -> str:
    """Return a name that every system takes, made of a title."""
    name = _UNFIT.sub(" ", unicodedata.normalize("NFC", title))
    name = " ".join(name.split())[:NAME_LENGTH].strip(" .")
    name = name.encode("utf-8", "replace").decode()
    return f"{'Nicewen ' if not name or _RESERVED.match(name) else ''}{name}".strip() + f".{ending}"


def markdown_of(title: str, conversation: Conversation, words: Words) -> str:
    """Return the branch that is shown: questions and answers under headings of their own, as they were written."""
    return "\n\n".join([f"# {_one_line(title)}", *_sections(conversation, words)]) + "\n"


def _sections(conversation: Conversation, words: Words) -> Iterator[str]:
    for exchange in conversation.exchanges:
        answer = exchange.answer
        yield f"## {words('question')}"
        yield _closed(exchange.question)
        yield f"## {words('answer')}" + (f" · {_one_line(answer.model)}" if answer.model else "")
        if answer.parts:
            yield _closed(answer.text)
        if note := note_of(answer, words):
            yield f"*{note}*"
        if answer.sources:
            yield "\n".join([f"**{words('sources')}**", "", *_source_lines(answer)])


def _source_lines(answer: Answer) -> Iterator[str]:
    for source in answer.sources:
        title = re.sub(r"([\\\[\]<>*_`])", r"\\\1", _one_line(source.title or source.url))
        yield f"- [{source.index}] " + (f"[{title}](<{_address(source.url)}>)" if source.url else title)


def _address(url: str) -> str:
    return re.sub(r"[<>\s]", lambda found: f"%{ord(found[0]):02X}", url)


def _closed(text: str) -> str:
    """Return a Markdown text in which no code stays open, so that what follows is no part of it."""
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if found and not fence and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        elif found and fence and found[1].startswith(fence) and not found[2].strip():
            fence = ""
    return text.rstrip("\n") + (f"\n{fence}" if fence else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
