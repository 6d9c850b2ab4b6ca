"""What happened while an answer arrived: small frozen facts, in the order the provider reports them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The next characters of the answer; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The next characters of the model's reasoning; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One page a web search found; `index` is what a citation `[1]` in the text points at.

    `url` begins with http:// or https://, or is empty: whatever else a service sends is not a link.
    """

    index: int
    title: str
    url: str
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The pages the answer rests on; reported once."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the whole request so far; a later one replaces an earlier one (never sum them).

    `output_tokens` includes `reasoning_tokens`; `input_tokens` includes `cached_tokens`.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    searches: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """The provider said that the answer is complete; always the last event.

    `reason` is the provider's own word: `stop`, `length` (cut by the token limit), `tool_calls` or something newer.
    """

    reason: str
    request_id: str = ""


AnswerEvent = Text | Thinking | Sources | Usage | Finished
