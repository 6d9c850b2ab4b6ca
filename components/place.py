"""Where a chat stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicewen.services.conversation import NOBODY


@dataclass(frozen=True, slots=True)
class Place:
    """A page of our own, or a panel in somebody else's.

    `draft` tells the panels of a page apart, so that each keeps its own unsent question; `starters` are questions to
    begin with, None for our own; `user` is the name of the one whose conversations are shown.
    """

    is_page: bool = True
    draft: str = ""
    starters: Sequence[str] | None = None
    user: str = NOBODY
    takes_focus: bool = True


OWN_PAGE = Place()
