"""How much of a conversation fits into what a model can read at once."""

from dataclasses import dataclass

from nicewen.services.providers.provider import Turn

MILLION = 1_000_000
CONTEXTS = (
    ("qwen3-max", 262_144),
    ("qwen3.6-max", 262_144),
    ("qwen3-vl", 262_144),
    ("qwen-vl", 131_072),
    ("qwen3.5-", MILLION),
    ("qwen3.6-", MILLION),
    ("qwen3.7-", MILLION),
    ("qwen3.8-", MILLION),
    ("qwen3-coder", MILLION),
    ("qwen-plus", MILLION),
    ("qwen-flash", MILLION),
    ("qwen-turbo", MILLION),
    ("qwen-long", 10 * MILLION),
    ("qwen-max", 32_768),
)
"""Tokens by how a model's name begins; from DashScope's model list, read 2026-11-22."""

UNKNOWN = 32_768
LOCAL = 4_096
"""What our own child process gives to one question, see providers/local_server.py."""

LARGEST_ANSWER = 8_192
PER_MESSAGE = 8
"""Tokens for the marks around each message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: `count` of the `of` earlier turns, the newest ones, and the question."""

    turns: tuple[Turn, ...]
    count: int
    of: int

    @property
    def left_out(self) -> tuple[int, int] | None:
        """Return how many of how many turns are sent, where that is not all of them."""
        return None if self.count == self.of else (self.count, self.of)


def context_of(provider: str, model: str) -> int:
    """Return how many tokens a model can read and write, as far as its name tells."""
    if provider == "local":
        return LOCAL
    name = model.lower()
    return next((size for prefix, size in CONTEXTS if name.startswith(prefix)), UNKNOWN)


def tokens_in(text: str) -> int:
    """Return rather more tokens than a text has: one for each Han character, one for each three others."""
    if text.isascii():
        return -(-len(text) // 3)
    han = sum("\u2e80" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7ff" or one >= "\uf900" for one in text)
    return han + -(-(len(text) - han) // 3)


def fitting(turns: tuple[Turn, ...], context: int, *, besides: str = "") -> Sent:
    """Leave out the oldest turns until the rest, and what is sent besides, leave room for the answer.

    `turns` are pairs of question and answer, then the question; that one is always sent.
    """
    room = context - min(context // 4, LARGEST_ANSWER) - _cost(turns[-1].text) - _cost(besides)
    first = len(turns) - 1
    while first > 0:
        room -= sum(_cost(turn.text) for turn in turns[first - 2 : first])
        if room < 0:
            break
        first -= 2
    return Sent(turns[first:], (len(turns) - 1 - first) // 2, (len(turns) - 1) // 2)


def _cost(text: str) -> int:
    return tokens_in(text) + PER_MESSAGE if text else 0
