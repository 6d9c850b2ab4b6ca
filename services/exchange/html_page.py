"""One conversation as one HTML file that looks like the page, asks nobody for anything and runs no script."""

from collections.abc import Iterator
from html import escape

from nicewen.services.conversation import Answer, Conversation, Exchange
from nicewen.services.exchange.notes import note_of
from nicewen.services.language import Words
from nicewen.services.markdown.rendering import blocks

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What a file is allowed: its own style sheet and the pictures in it."""


def html_page(title: str, conversation: Conversation, words: Words, style_sheet: str) -> str:
    """Return the branch that is shown, as a page in the reader's own theme."""
    messages = "\n".join(_messages(conversation, words))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="Nicewen">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style_sheet}</style>\n</head>\n"
        f'<body class="nicewen nicewen-file">\n<main class="nicewen-column">\n'
        f'<h1 class="nicewen-file-title">{escape(title)}</h1>\n{messages}\n</main>\n</body>\n</html>\n'
    )


def _messages(conversation: Conversation, words: Words) -> Iterator[str]:
    model = ""
    for exchange in conversation.exchanges:
        yield _question(exchange, words)
        yield _answer(exchange.answer, words, model=exchange.answer.model if exchange.answer.model != model else "")
        model = exchange.answer.model


def _question(exchange: Exchange, words: Words) -> str:
    return (
        f'<article class="nicewen-message nicewen-question" data-role="user" aria-label="{escape(words("question"))}">'
        f'<div class="nicewen-question-text">{escape(exchange.question)}</div></article>'
    )


def _answer(answer: Answer, words: Words, *, model: str) -> str:
    named = f' data-model="{escape(model)}"' if model else ""
    return (
        f'<article class="nicewen-message nicewen-answer" data-role="assistant" data-state="{answer.state}"{named}>'
        f'<h2 class="nicewen-sr-only">{escape(words("answer"))}</h2>'
        + "".join((_thoughts(answer, words), _text(answer), _sources(answer, words), _note(answer, words)))
        + "</article>"
    )


def _thoughts(answer: Answer, words: Words) -> str:
    if not answer.thinking_parts:
        return ""
    seconds = max(1, round((answer.first_text_at or answer.ended_at) - answer.first_thinking_at))
    return _details(
        "", words("thought-for", seconds=seconds), f'<div class="nicewen-thoughts">{escape(answer.thinking)}</div>'
    )


def _text(answer: Answer) -> str:
    units = (f'<div class="nicewen-unit">{block.html}</div>' for block in blocks(answer.text, answer.id))
    return f'<div class="nicewen-markdown">{"".join(units)}</div>' if answer.parts else ""


def _sources(answer: Answer, words: Words) -> str:
    items = "".join(
        f"<li><span>{source.index}</span><span>{_link(source.url, source.title)} {escape(source.site_name)}</span></li>"
        for source in answer.sources
    )
    return _details(" nicewen-sources", words("sources"), f"<ol>{items}</ol>", is_open=True) if items else ""


def _link(url: str, title: str) -> str:
    if not url.startswith(("http://", "https://")):
        return escape(title)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">{escape(title or url)}</a>'


def _details(kind: str, summary: str, html: str, *, is_open: bool = False) -> str:
    opened = " open" if is_open else ""
    return f'<details class="nicewen-details{kind}"{opened}><summary>{escape(summary)}</summary>{html}</details>'


def _note(answer: Answer, words: Words) -> str:
    note = note_of(answer, words)
    if not note:
        return '<div class="nicewen-bar"></div>'
    kind = "nicewen-error" if answer.error else "nicewen-status"
    return f'<div class="{kind}"><span>{escape(note)}</span></div>'
