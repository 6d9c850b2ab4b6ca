"""Elements of which a page has very many, made lighter."""

from types import MappingProxyType
from typing import Any

from nicegui import binding, ui

_NONE: Any = MappingProxyType[str, str]({})


def lighten(element: ui.element) -> None:
    """Let go of a kilobyte that NiceGUI keeps for each element: former names of properties, marks for bindings.

    What is bound all the same is looked at ten times a second, as any object's attribute is.
    """
    element._props._renames = element._props._warnings = _NONE
    for name in ("visible", "content"):
        binding.bindable_properties.pop((id(element), (name,)), None)
