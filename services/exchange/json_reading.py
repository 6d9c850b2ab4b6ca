"""JSON from people's files: bounded in size and depth, one conversation at a time, and exact about where it breaks."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from nicewen.services.errors import NotReadable

DEPTH = 60
"""Levels of lists and objects inside one conversation; exports have about ten."""

_SPACE = re.compile(r"[ \t\n\r]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_of(content: bytes) -> str:
    """Return a file's text, which must be UTF-8.

    Raises:
        NotReadable: It is not.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable("import-not-utf8", byte=str(error.start + 1)) from error


def values_in(text: str) -> Iterator[Any]:
    """Yield the items of a list one by one, or the only value: a file of conversations is never held twice.

    Raises:
        NotReadable: It is no JSON, or nested too deeply.
    """
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        value, at = _value(text, at)
        yield value
    else:
        at = _after_space(text, at + 1)
        while text[at : at + 1] != "]":
            value, at = _value(text, at)
            yield value
            at = _after_space(text, at)
            if text[at : at + 1] == ",":
                at = _after_space(text, at + 1)
                if text[at : at + 1] == "]":
                    raise _no_json(text, at)
            elif text[at : at + 1] != "]":
                raise _no_json(text, at)
        at += 1
    if _after_space(text, at) != len(text):
        raise _no_json(text, _after_space(text, at))


def cleaned(value: Any, depth: int = DEPTH) -> Any:
    """Return a JSON value whose texts every database can hold: what none can becomes U+FFFD, as in the store.

    Raises:
        NotReadable: It is nested too deeply.
    """
    if depth < 0:
        raise NotReadable("import-too-deep", levels=str(DEPTH))
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case list():
            return [cleaned(item, depth - 1) for item in value]
        case dict():
            return {cleaned(name, depth): cleaned(item, depth - 1) for name, item in value.items()}
        case _:
            return value


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _no_json(text, error.pos) from error
    except RecursionError as error:
        raise NotReadable("import-too-deep", levels=str(DEPTH)) from error
    except ValueError as error:  # a number that is none, or has thousands of digits
        raise _no_json(text, at) from error
    return cleaned(value), end


def _no_json(text: str, at: int) -> NotReadable:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return NotReadable("import-not-json", line=str(line), column=str(column))


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


_DECODER = json.JSONDecoder(parse_float=_float, parse_constant=_refuse)
