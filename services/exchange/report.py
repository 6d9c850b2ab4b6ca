"""What an import has done."""

from dataclasses import dataclass, field

from nicewen.services.language import Language, words_of
from nicewen.services.places import Place, place_sentence
from nicewen.services.store import Transcript


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something in a file that has no place in Nicewen: where it stands, and the key of a word for what it is."""

    place: Place
    what: str
    name: str = ""

    def sentence(self, language: Language) -> str:
        """Return both in words."""
        what = words_of(language)(self.what, name=self.name)
        where = place_sentence(self.place, language)
        return words_of(language)("unmapped-at", where=where, what=what) if where else what


@dataclass(frozen=True, slots=True)
class Report:
    """How many conversations were imported, how many were there already, and what could not be mapped."""

    imported: int
    skipped: int
    unmapped: tuple[Unmapped, ...] = ()


def sentences_of(report: Report, language: Language) -> list[str]:
    """Return what has come of an import, for people; the last one announces the list of what was left out."""
    words = words_of(language)
    sentences = [words("import-done", count=report.imported)]
    if report.skipped:
        sentences.append(words("import-skipped", count=report.skipped))
    if report.unmapped:
        sentences.append(words("import-unmapped", count=len(report.unmapped)))
    return sentences


@dataclass(slots=True)
class Reading:
    """What has been read of a file so far; `messages` counts those of all conversations."""

    transcripts: list[Transcript] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    messages: int = 0
