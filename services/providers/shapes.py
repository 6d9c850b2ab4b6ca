"""Reading JSON that a service may have shaped in any way: nothing here raises, whatever the value is."""

from collections.abc import Mapping
from typing import Any

from nicewen.services.redaction import well_formed


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """Return the object under a name, or an empty one."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def first_choice(value: Any) -> Mapping[str, Any]:
    """Return the choice of the one answer asked for; others (`n` above 1) are not ours."""
    choices = value.get("choices") if isinstance(value, dict) else None
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, dict) and not choice.get("index"):
            return choice
    return {}


def plain(content: Any) -> str:
    """Return content as text: a string, null, or a list of `{"text": …}`; halves of characters stay as they are."""
    if isinstance(content, list):
        return "".join(plain(item.get("text")) for item in content if isinstance(item, Mapping))
    return content if isinstance(content, str) else ""


def word(value: Any) -> str:
    """Return a short value (a code, an id, a name) as text that can be shown and encoded; "" for none."""
    return well_formed(str(value)) if value else ""


def count(value: Any) -> int:
    """Return a number of things, or 0."""
    return value if isinstance(value, int) and value > 0 else 0
