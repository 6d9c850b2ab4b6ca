"""Markdown as HTML: whole texts (`render`) and answers that grow (`LiveDocument`)."""

from nicewen.services.markdown.highlighting import load_lexers
from nicewen.services.markdown.leaves import Leaf
from nicewen.services.markdown.live_document import LiveDocument, Rewritten
from nicewen.services.markdown.rendering import render

__all__ = ["Leaf", "LiveDocument", "Rewritten", "load_lexers", "render"]
