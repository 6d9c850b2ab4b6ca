"""How often the views of one process are brought up to date."""

FLUSH_SECONDS = 0.031
"""The least time from one patch to the next of one view: a little more than thirty a second."""

PATCHES_PER_SECOND = 100
"""So many patches all views get together; each takes a server about a millisecond, and a browser some more."""

LONGEST_SECONDS = 0.2
"""The longest time from one patch to the next, however many views there are."""


class SharedPace:
    """Shares the patches among the views that show a growing answer."""

    def __init__(self) -> None:
        self._views: set[object] = set()

    def note(self, view: object, *, busy: bool) -> None:
        """Note whether a view shows a growing answer to somebody."""
        if busy:
            self._views.add(view)
        else:
            self._views.discard(view)

    @property
    def seconds(self) -> float:
        """Return how long it is from one patch of a view to its next."""
        return min(max(FLUSH_SECONDS, len(self._views) / PATCHES_PER_SECOND), LONGEST_SECONDS)
