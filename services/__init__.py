"""What happens: assistant, running answers, providers, Markdown, settings. Knows no page."""

from nicewen.services.asked import Asked
from nicewen.services.assistant import Assistant
from nicewen.services.settings import Settings

__all__ = ["Asked", "Assistant", "Settings"]
