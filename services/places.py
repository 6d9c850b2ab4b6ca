"""Where in a file something stands, as people are told: “x.json, conversation 3, message 5”."""

from nicewen.services.language import Language, words_of

Place = tuple[tuple[str, str], ...]
"""From the outside in: pairs of what it is (`file`, `conversation`, `message`) and its name or number, from 1."""


def place_sentence(place: Place, language: Language) -> str:
    """Return a place in words; "" where it is the file itself."""
    words = words_of(language)
    return words("place-joint").join(words(f"place-{kind}", it=it) for kind, it in place)
