"""Text as the words that can be searched for.

Chinese, Japanese, Korean and other scripts without spaces are indexed as every pair of neighbouring characters: an
index of trigrams, as databases have it, cannot find a word of two characters, which most Chinese words are. The last
character of a run stands alone too, so that any single character is the beginning of something.
Everything else is words of letters and digits. Case, width and accents do not count.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_WORD = 64
"""Characters of a word that count; longer ones (keys, encoded pictures) are cut."""

LONGEST_QUERY = 200
"""Characters of a query that count."""

INDEX_LIMIT = 300_000
"""Characters of different words that are indexed of one text; PostgreSQL takes 1 MB."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
_PIECES = re.compile(rf"([{_UNSPACED}]+)|({_LETTER}+)")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One piece of a query, folded: a run of an unspaced script, or a word (a prefix where it is the last one)."""

    text: str
    is_run: bool
    is_prefix: bool = False

    @property
    def terms(self) -> tuple[tuple[str, bool], ...]:
        """Return what the index is asked for: terms, each whole or (True) as a beginning."""
        if not self.is_run:
            return ((self.text, self.is_prefix),)
        if len(self.text) == 1:
            return ((self.text, True),)
        return tuple((pair, False) for pair in _pairs(self.text))

    @property
    def pattern(self) -> str:
        """Return a regular expression that finds it in a folded text."""
        if self.is_run:
            return re.escape(self.text)
        return rf"(?<!{_LETTER}){re.escape(self.text)}" + ("" if self.is_prefix else rf"(?!{_LETTER})")


def words_of(text: str) -> tuple[str, ...]:
    """Return the different words of a text, for an index; takes some 0.2 µs a character."""
    words: set[str] = set()
    for run, word in _PIECES.findall(fold(text)):
        if run:
            words.update(_pairs(run))
            words.add(run[-1])
        else:
            words.add(word[:LONGEST_WORD])
    return tuple(words) if sum(map(len, words)) <= INDEX_LIMIT else _cut(words)


def wanted_in(query: str) -> tuple[Wanted, ...]:
    """Return what a query asks for; all of it must be found. Nothing in it is syntax."""
    pieces = _PIECES.findall(fold(query[:LONGEST_QUERY]))
    last = max((at for at, (_, word) in enumerate(pieces) if word), default=-1)
    wanted = (
        Wanted(run, is_run=True) if run else Wanted(word[:LONGEST_WORD], False, at == last or len(word) > LONGEST_WORD)
        for at, (run, word) in enumerate(pieces)
    )
    return tuple(dict.fromkeys(wanted))


def fold(text: str) -> str:
    """Return a text without case, width and accents."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def origins(text: str) -> list[int] | None:
    """Return, for each character of the folded text, where it stands in the text; None where both run alike."""
    if text.isascii() or all(len(_FOLDS[ord(one)]) == 1 for one in set(text)):
        return None
    return [at for at, one in enumerate(text) for _ in _FOLDS[ord(one)]]


class _Folds(dict[int, str]):
    """What each character becomes, found at its first use; a cache of at most Unicode's size."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDS = _Folds()


def _folded(one: str) -> str:
    if unicodedata.category(one) in {"Co", "Cs"}:  # U+E000 begins what marks the owner in the index
        return " "
    plain = unicodedata.normalize("NFKC", one).casefold()
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", plain)))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _cut(words: set[str]) -> tuple[str, ...]:
    kept, size = [], 0
    for word in words:
        size += len(word)
        if size > INDEX_LIMIT:
            break
        kept.append(word)
    return tuple(kept)
