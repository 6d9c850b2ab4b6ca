"""The way in that the settings name."""

from nicewen.components.door import Doorkeeper
from nicewen.components.proxy_door import ProxyDoorkeeper
from nicewen.services import Assistant


def doorkeeper_of(assistant: Assistant) -> Doorkeeper | None:
    """Return who decides about those who come; None where everybody may."""
    match assistant.settings.auth:
        case "proxy":
            return ProxyDoorkeeper(assistant.settings)
        case _:
            return None
