"""Fields of other programs' JSON, which may be missing or of another kind in any version."""

import math
from collections.abc import Mapping
from typing import Any

from nicewen.services.errors import NotReadable


def text(source: Mapping[str, Any], name: str) -> str:
    """Return a text, or "" where there is none."""
    value = source.get(name)
    return value if isinstance(value, str) else ""


def mapping(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, or an empty one."""
    value = source.get(name)
    return value if isinstance(value, Mapping) else {}


def items(source: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list, or an empty one."""
    value = source.get(name)
    return value if isinstance(value, list) else []


def count(source: Mapping[str, Any], *names: str) -> int:
    """Return the first of these numbers that is there, or 0."""
    for name in names:
        value = source.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**31:
            return int(value)
    return 0


def time(source: Mapping[str, Any], name: str) -> float | None:
    """Return a time in Unix seconds; some programs count milliseconds."""
    value = source.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0 or not math.isfinite(value):
        return None
    return float(value) / (1000 if value > 1e11 else 1) if value < 1e14 else None


def required(source: Mapping[str, Any], name: str, place: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """Return an object that must be there.

    Raises:
        NotReadable: It is not.
    """
    value = source.get(name)
    if not isinstance(value, Mapping):
        raise NotReadable("import-no-field" if value is None else "import-wrong-field", place=place, field=name)
    return value


def address(url: str) -> str:
    """Return an address of the web, or "" for any other."""
    return url if url.startswith(("http://", "https://")) else ""
