"""Where a chat stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicewen.components.hooks import NO_HOOKS, Hooks
from nicewen.services.conversation import NOBODY
from nicewen.services.material import Given


@dataclass(frozen=True, slots=True)
class Place:
    """A page of our own, or a panel in somebody else's.

    `draft` tells the panels of a page apart, so that each keeps its own unsent question; `starters` are questions to
    begin with, None for our own; `user` is the name of the one whose conversations are shown; `context` is what the
    model reads with each question, unless the person takes it away.
    """

    is_page: bool = True
    draft: str = ""
    starters: Sequence[str] | None = None
    user: str = NOBODY
    takes_focus: bool = True
    context: Given = None
    hooks: Hooks = NO_HOOKS


OWN_PAGE = Place()
