"""The piece of a text that shows what was found in it."""

import re
from collections.abc import Iterator, Sequence

from nicewen.services.store.values import SnippetPart
from nicewen.services.store.words import Wanted, fold, origins

BEFORE = 24
"""Characters shown before the first match."""

LENGTH = 120
"""Characters shown in all."""

_SPACE = re.compile(r"\s+")


def confirms(text: str, wanted: Sequence[Wanted]) -> bool:
    """Whether long runs stand in the text as a whole; of them the index knows only the pairs."""
    long = [one.text for one in wanted if one.is_run and len(one.text) > 2]
    if not long:
        return True
    folded = fold(text)
    return all(run in folded for run in long)


def snippet(text: str, wanted: Sequence[Wanted]) -> tuple[SnippetPart, ...]:
    """Return the surroundings of the first match, with all matches in them marked; line breaks become spaces."""
    matches = list(_matches(text, wanted))
    begin = max(0, matches[0][0] - BEFORE) if matches else 0
    end = min(len(text), begin + LENGTH)
    cut = [(first, min(last, end)) for first, last in matches if first < end]
    parts = [SnippetPart("…")] if begin else []
    at = begin
    for first, last in cut:
        parts += [SnippetPart(text[at:first]), SnippetPart(text[first:last], is_match=True)]
        at = last
    parts.append(SnippetPart(text[at:end] + ("…" if end < len(text) else "")))
    return tuple(SnippetPart(_SPACE.sub(" ", part.text), part.is_match) for part in parts if part.text)


def _matches(text: str, wanted: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    """Yield where matches begin and end in the text, up to the end of what a snippet shows."""
    folded, origin = fold(text), origins(text)
    pattern = re.compile("|".join(sorted((one.pattern for one in wanted), key=len, reverse=True)))
    limit = None
    for found in pattern.finditer(folded):
        first, last = found.span()
        if origin is not None:
            first, last = origin[first], origin[last - 1] + 1
        limit = limit or first + LENGTH
        if first > limit:
            return
        yield first, last
