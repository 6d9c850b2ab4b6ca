"""What people see: NiceGUI components over the services' plain values."""

from nicewen.components.chat_panel import chat_panel
from nicewen.components.pages import register_pages

__all__ = ["chat_panel", "register_pages"]
