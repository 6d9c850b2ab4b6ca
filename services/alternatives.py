"""Messages that stand in each other's place: one of them is shown, the others are kept beside it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Alternatives(Sequence[T], Generic[T]):
    """Options in the order of their creation, the chosen one among them; one that is added is chosen."""

    __slots__ = ("_options", "_place")

    def __init__(self, options: Iterable[T] = ()) -> None:
        """Choose the last option."""
        self._options = list(options)
        self._place = len(self._options) - 1

    @property
    def chosen(self) -> T | None:
        """Return the option shown; None where there is none."""
        return self._options[self._place] if self._options else None

    @property
    def place(self) -> int:
        """Return how many options stand before the chosen one."""
        return self._place

    def add(self, option: T) -> None:
        """Add an option behind the others, and choose it."""
        self.insert(len(self._options), option)

    def insert(self, place: int, option: T) -> None:
        """Add an option where it stood before, and choose it."""
        self._options.insert(place, option)
        self.choose(option)

    def choose(self, option: T) -> None:
        """Show one of the options."""
        self._place = self._options.index(option)

    def remove(self, option: T) -> int:
        """Take an option away, and return where it stood; if it was shown, the one before it is shown now."""
        place = self._options.index(option)
        del self._options[place]
        if place <= self._place:
            self._place = max(self._place - 1, 0 if self._options else -1)
        return place

    def step(self, by: int) -> bool:
        """Choose the option so many places behind the chosen one; return whether there is one."""
        place = self._place + by
        if not 0 <= place < len(self._options):
            return False
        self._place = place
        return True

    def __len__(self) -> int:
        return len(self._options)

    def __iter__(self) -> Iterator[T]:
        return iter(self._options)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        return self._options[place]
