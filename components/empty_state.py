"""What stands where no question has been asked yet."""

from collections.abc import Callable, Sequence

from nicegui import events, ui

from nicewen.services.language import Words

STARTERS = ("starter-1", "starter-2", "starter-3", "starter-4")
DAYTIMES = ("morning", "afternoon", "evening")


class EmptyState(ui.element, component="empty_state.js"):
    """A greeting, a hint and questions to begin with; one element of the page, drawn in the browser."""

    def __init__(
        self,
        greetings: Sequence[tuple[str, str]],
        hint: str,
        starters: Sequence[str] = (),
        *,
        on_choose: Callable[[str], None] | None = None,
    ) -> None:
        """Show these; of the greetings, each with its time of day, the one that suits where the reader is."""
        super().__init__()
        self._props["greetings"], self._props["hint"] = tuple(greetings), hint
        if starters and on_choose is not None:
            self._starters, self._on_choose = tuple(starters), on_choose
            self._props["starters"] = self._starters
            self.on("choose", self._choose)

    def _displayed_contents(self, *, only_visible: bool) -> list[str]:  # noqa: ARG002  # NiceGUI's word for it
        """Let tests of a page find the words, as they find those of NiceGUI's own elements."""
        greetings = [words for _, words in self._props["greetings"]]
        return [*greetings, self._props["hint"], *self._props.get("starters", ())]

    def _choose(self, event: events.GenericEventArguments) -> None:
        """Note which was pressed; the browser names it by its place."""
        if event.args in range(len(self._starters)):
            self._on_choose(self._starters[event.args])


def empty_state(words: Words, starters: Sequence[str] | None, *, on_choose: Callable[[str], None]) -> EmptyState:
    """Greet by the time of day where the reader is, and offer questions to begin with, of our own where none are given.

    Of a host's none, none are offered.
    """
    greetings = [(daytime, words(f"greeting-{daytime}")) for daytime in DAYTIMES]
    questions = [words(key) for key in STARTERS] if starters is None else starters
    return EmptyState(greetings, words("empty-hint"), questions, on_choose=on_choose)
