"""Where a chat stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

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


def mark_of(user: str) -> str:
    """Return what tells one person's unsent questions from another's in the same browser; "" of nobody's in particular.

    They stay in the browser's tab: the next person who logs in there is not to see them.
    """
    return "" if user == NOBODY else sha256(user.encode()).hexdigest()[:16]


def own_place(user: str) -> Place:
    """Return a page of our own that this person looks at."""
    return Place(draft=mark_of(user), user=user)
