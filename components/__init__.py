"""What people see: NiceGUI components over the services' plain values."""

from nicewen.components.pages import register_pages

__all__ = ["register_pages"]
