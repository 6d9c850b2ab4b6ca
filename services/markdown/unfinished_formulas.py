"""Formulas at the end of a text: whether one is unfinished, and what stands in its place."""

import re

from nicewen.services.markdown import caps

FORMULA_ENDS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_DOLLAR = re.compile(r"(?<![\s\\$])\$(?![\d$])")
_PRICE = re.compile(r"\d[\d.,]*(?![\d.,]|[-+*/=<>^_\\({|a-zA-Z]| *[-+=/^\\]| *\Z)")
_NO_FORMULA = re.compile(r"[\s.,;:!?)\]}\"'”’、-〟！-･]|\Z")  # after a `$`
_IN_BRACES = re.compile(r"\{[^{}]*(?:\}|\Z)")
_PROSE = re.compile(
    r"(?<![a-zA-Z\\])[a-zA-Z]{2,}[,.;:]? +[a-zA-Z]{2,}|\$\$|\\[(\[]|[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]"
)
_SHORT = 400  # characters; what has no second `$` after so many is no formula


def formula_end(text: str, mark: str, position: int) -> int:
    """Return where the formula ends, -1 if it is unfinished, 0 if this is no formula (a price, a lone `$`)."""
    if mark == "$":
        closer, may_be = _DOLLAR.search(text, position, position + _SHORT), _may_be_formula(text, position)
        is_sure = closer and (may_be or closer.end() < len(text))  # a digit may follow: another price
        return closer.end() if closer and is_sure else -may_be
    end = text.find(FORMULA_ENDS[mark], position)
    if end >= 0:
        return end + len(mark)
    return -1 if len(text) - position <= caps.FORMULA_CHARACTERS else 0


def without_formula(text: str, opener: re.Match[str]) -> str:
    """Leave an unfinished formula out: half of it means something else; one of its own line leaves room for it."""
    before = text[: opener.start()]
    return f"{before}$${caps.PENDING}$$" if opener[0] in ("$$", "\\[") else before.rstrip()


def _may_be_formula(text: str, position: int) -> bool:
    """Tell whether what follows a `$` can become a formula: no blank, no price, no words of a sentence."""
    if len(text) - position > _SHORT or _NO_FORMULA.match(text, position) or _PRICE.match(text, position):
        return False
    return not _PROSE.search(_IN_BRACES.sub("", text[position:]))
