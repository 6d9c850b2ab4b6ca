"""Who a person may be: names."""

from nicewen.services.conversation import NOBODY

NAME_LIMIT = 200
"""Characters of a name."""


def is_name(name: str) -> bool:
    """Whether somebody can be called so: printable, not too long, and not what stands for nobody."""
    return 0 < len(name) <= NAME_LIMIT and name.isprintable() and name == name.strip() and name != NOBODY
