"""Limits that keep any text harmless, found by feeding hostile shapes to child processes (2026-11-22).

What dies or hangs without them:

- `comrak` itself has no recursion, its conversion to Python objects has: about 400 bytes of stack a level, so 20,000 to
  40,000 levels end the process on 8 MB of stack, and 2,000 levels on the 512 kB that macOS gives a thread.
- One line of 15,000 `>` takes 0.09 s and 200,000 take over 8 s (quadratic); 20,000 `\\(` without `\\)` take 0.25 s and
  50,000 take 1.5 s (quadratic); 125 kB of `http://a<` take 1 s (quadratic in a run without a blank).
- `math-core` dies at some thousand nested `\\sqrt{`; `nh3` needs 20 s for 100,000 nested tags.

`STOP` is put into the text where a parser would go on too long, and taken out of what it gives back.
It is a noncharacter, so no real text has it; `normalised` replaces it.
"""

import re
from itertools import pairwise

DEPTH = 100  # levels of the syntax tree in one block
QUOTE_MARKERS = 200  # `>` at the beginning of one line
FORMULA_CHARACTERS = 4_000
FORMULA_DEPTH = 50  # braces, `\left` and `\begin` inside each other
FORMULA_COMMANDS = 50  # commands directly after each other, which may nest without braces
ADDRESSES = 100  # in a run of more than 10,000 characters without a blank
ADDRESSES_CHARACTERS = 10_000
FOOTNOTES = 300
HIGHLIGHTED_CHARACTERS = 6_000  # at once; longer code is highlighted in slices
HIGHLIGHTED_SLOWLY = 2_000  # characters, for lexers that take seconds for more
HIGHLIGHTED_LINE = 1_000  # characters
HIGHLIGHTED_WORDS = 100  # without punctuation between them
UNIT_CHARACTERS = 40_000  # in one list item, quoted block, code line or block that is no container
PLAIN_CHARACTERS = 50_000  # in one `<pre>`: nh3 takes 7 s for one text of a million `&`
TABLE_COLUMNS = 200
INLINE_HTML_DEPTH = 20
HTML_MARKS = 300  # `<` in an HTML block whose pieces are read as Markdown
DETAILS_LINES = 400  # between <details> and </details>
TITLE_CHARACTERS = 500  # of a link; also a language's name, cut

STOP = "\ufdd0"
CONTINUED = "\ufdd1"
"""Stands before the rest of a long paragraph that was cut; also a noncharacter."""
PENDING = "\ufdd2"
"""Stands for what is between the delimiters of a display formula that is not finished; also a noncharacter."""

_NEVER = dict.fromkeys(map(ord, ("\0", STOP, CONTINUED, PENDING)), "\ufffd")
_SURROGATES = re.compile("[\ud800-\udfff]")
_QUOTES = re.compile(rf"^((?:[ \t]*>){{{QUOTE_MARKERS}}})(?=[ \t]*>)", re.MULTILINE)
_WORD = re.compile(r"[^ \t\n]++")  # what comrak takes for one: an ideographic space does not end it
_FORMULA_DELIMITER = re.compile(r"\\([()\[\]\\])")
_STOPPED_OPENER = re.compile(rf"\\{STOP}(?=[(\[])")
_BRACKET = f"{STOP}&#91;"  # for a stopped `\\[`: a bare bracket would keep addresses behind it from being links
_PENDING = re.compile(rf"(?:\$\$)?{PENDING}(?:\$\$)?")
_CONTAINER_PREFIX = re.compile(r"^[ \t>*+\-0-9.)]{25}", re.MULTILINE)
_RUN_END = re.compile(r"\n(?:[ \t>]*\n)+")


class TooLargeError(Exception):
    """A block is beyond a cap and is shown plain. Never leaves this package."""


def normalised(text: str) -> str:
    """Return `text` with line feeds as its only line ends, and without NUL, lone surrogates or our own marks."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_NEVER)


def stopped(text: str) -> str:
    """Return `text` with a `STOP` in each quotation and formula opener that would cost quadratic time."""
    if text.count(">") > QUOTE_MARKERS:
        text = _QUOTES.sub(rf"\1{STOP}", text)
    if text.count("://") > ADDRESSES:
        text = _WORD.sub(_without_addresses, text)
    return _without_endless_formulas(text) if "\\(" in text or "\\[" in text else text


def _without_addresses(word: re.Match[str]) -> str:
    crowded = len(word[0]) > ADDRESSES_CHARACTERS and word[0].count("://") > ADDRESSES
    return word[0].replace("://", f"{STOP}://") if crowded else word[0]


def unstopped(text: str) -> str:
    """Return `text` without what `stopped` and the ends of bare addresses put into it."""
    if CONTINUED in text:
        text = text.replace(CONTINUED, "")
    if PENDING in text:
        text = _PENDING.sub("", text)
    return text.replace(f"<{STOP}", "").replace(_BRACKET, "\\[").replace(STOP, "") if STOP in text else text


def escaped(text: str) -> str:
    """Return text that is no code like `unstopped`, with a stopped opener as the escaped bracket that it is then.

    Another paragraph may hold a closer, in which case nothing was stopped; nothing may look different for that.
    """
    return unstopped(_STOPPED_OPENER.sub("", text) if STOP in text else text)


def may_be_deep(text: str) -> bool:
    """Tell whether the syntax tree of `text` may have more than about 200 levels; cheap, errs towards yes.

    A container takes at least a character of each line's beginning, a tab counts for two lists; emphasis and images
    take a delimiter each and stay within a run of lines without a blank one.
    """
    if _CONTAINER_PREFIX.search(text) or text.count("[^") > FOOTNOTES // 10:
        return True
    if _delimiters(text) <= DEPTH:
        return False
    return any(_delimiters(run) > DEPTH for run in _RUN_END.split(text))


def _delimiters(run: str) -> int:
    return run.count("*") + run.count("_") + run.count("~") + run.count("![")


def _without_endless_formulas(text: str) -> str:
    """Stop every `\\(` and `\\[` whose closer does not follow within the longest formula allowed."""
    marks = list(_FORMULA_DELIMITER.finditer(text))
    end = {")": -1, "]": -1}
    endless: list[int] = []
    for mark in reversed(marks):
        kind = mark[1]
        if kind in end:
            end[kind] = mark.start()
        elif kind != "\\":
            closer = end[")" if kind == "(" else "]"]
            if closer < 0 or closer - mark.start() > FORMULA_CHARACTERS:
                endless.append(mark.start() + 1)
    if not endless:
        return text
    cuts = [0, *reversed(endless), len(text)]
    stopped = STOP.join(text[start:end] for start, end in pairwise(cuts))
    return stopped.replace(f"\\{STOP}[", _BRACKET)
