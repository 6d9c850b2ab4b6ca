"""What an examination has found out about one thing."""

from dataclasses import dataclass
from typing import Literal

from nicewen.services.language import Language, words_of

State = Literal["well", "ill", "unknown"]

SIGNS = {"well": "✓", "ill": "✗", "unknown": "–"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: `check` names what was looked at, `sentence` says in each language how it is."""

    check: str
    state: State
    key: str
    values: tuple[tuple[str, str], ...] = ()

    def line(self, language: Language) -> str:
        """Return the line as people read it; where something is ill its sentence says how to mend it."""
        words = words_of(language)
        name = words(f"doctor-{self.check}")
        return f"{SIGNS[self.state]} {name}{words('doctor-colon')}{words(self.key, **dict(self.values))}"


def well(check: str, key: str, **values: str) -> Finding:
    """Return that nothing is to be done."""
    return Finding(check, "well", key, tuple(values.items()))


def ill(check: str, key: str, **values: str) -> Finding:
    """Return what is wrong; its sentence names the mend."""
    return Finding(check, "ill", key, tuple(values.items()))


def unknown(check: str, key: str, **values: str) -> Finding:
    """Return that it cannot be told before something else is mended, or that there is nothing to look at."""
    return Finding(check, "unknown", key, tuple(values.items()))
