"""What people see: NiceGUI components over the services' plain values."""

from nicewen.components.answer_view import stream_into
from nicewen.components.chat_panel import ChatPanel, chat_panel
from nicewen.components.pages import register_pages

__all__ = ["ChatPanel", "chat_panel", "register_pages", "stream_into"]
