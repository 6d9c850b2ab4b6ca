"""Paragraphs of many thousand characters are cut at ends of sentences, so that they can grow in linear time.

The rest of one begins with `caps.CONTINUED`; it is shown as a paragraph without space above it. Where a paragraph is
cut depends only on the characters before, so a text that arrives in pieces is cut where the whole text is.
"""

import re

from nicewen.services.markdown import caps
from nicewen.services.markdown.raw_lines import raw_after
from nicewen.services.markdown.unfinished_inline import closed_inline

CUT = f"\n\n{caps.CONTINUED}"
SOFT, STEP, HARD, LATEST = 2_000, 500, 8_000, 8_500  # characters: cut well, look again, cut at a blank, cut anywhere

_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_NO_PARAGRAPH = re.compile(r"[ \t>|<\[]|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|```|~~~|\$\$|\\\[")
_KNOWN = 12  # characters that tell what a line begins
_CLOSING = "”’」』）)\"'"
_SENTENCE_END = re.compile(rf"(?:[。！？；…][{_CLOSING}]*|[.!?][{_CLOSING}]* )(?=[^\s.!?。！？；…{_CLOSING}])")
_BLANK = re.compile(r"[ ，、；：,](?=\S)")


def cut(text: str) -> str:
    """Return a whole text with its long paragraphs cut."""
    return ParagraphCutter().feed(text)


class ParagraphCutter:
    """Takes a text in pieces and gives each back with cuts."""

    def __init__(self) -> None:
        self._raw = ""
        self._line: list[str] = []
        self._is_paragraph = True
        self._text = ""  # of the paragraph since its last cut
        self._line_start = 0  # where in it the line begins
        self._look_at = SOFT

    def feed(self, piece: str) -> str:
        """Return the piece with cuts."""
        first, *others = piece.split("\n")
        out = [self._grown(first)]
        for part in others:
            self._end_line()
            out.append(f"\n{self._grown(part)}")
        return "".join(out)

    def _grown(self, part: str) -> str:
        self._line.append(part)
        if self._raw or not self._is_paragraph:
            return part
        given = len(self._text)
        self._text += part
        out = []
        while at := self._next_cut():
            out += [self._text[given:at], CUT]
            self._text, self._line_start, self._look_at, given = self._text[at:], self._line_start - at, SOFT, 0
        return "".join([*out, self._text[given:]])

    def _next_cut(self) -> int:
        """Return where to cut, or 0; looks at each place once."""
        text = self._text
        if len(text) <= min(self._look_at, HARD):
            return 0
        if self._line_start >= 0 and _NO_PARAGRAPH.match(text, self._line_start):
            return 0
        for end in _SENTENCE_END.finditer(text, self._look_at - len(_CLOSING), HARD):
            at = end.end()
            if at < self._look_at or at - self._line_start < _KNOWN:
                continue
            if closed_inline(text[:at]) == text[:at]:
                return at
            self._look_at = at + STEP
        return self._forced_cut()

    def _forced_cut(self) -> int:
        if len(self._text) <= HARD or HARD - self._line_start < _KNOWN:
            return 0
        blank = _BLANK.search(self._text, HARD, LATEST)
        return blank.end() if blank else LATEST if len(self._text) > LATEST else 0

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line = []
        raw = raw_after(self._raw, line)
        if not line.strip() or (self._raw and not raw) or (not self._text.strip() and _HEADING.match(line)):
            self._is_paragraph, self._text, self._look_at = True, "", SOFT
        elif raw or _NO_PARAGRAPH.match(line):
            self._is_paragraph, self._text = False, ""
        elif self._is_paragraph:
            self._text += "\n"
        self._raw, self._line_start = raw, len(self._text)
