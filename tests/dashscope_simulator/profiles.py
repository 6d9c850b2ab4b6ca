"""Every profile by name."""

from collections.abc import Mapping
from types import MappingProxyType

from dashscope_simulator.answer import answer
from dashscope_simulator.draft import draft_of
from dashscope_simulator.failures import FAILURES
from dashscope_simulator.frames import hello_reply
from dashscope_simulator.framing import FRAMING
from dashscope_simulator.lifecycle import LIFECYCLE
from dashscope_simulator.oddities import ODDITIES
from dashscope_simulator.pieces import Abort, Pause, Piece, bytes_of, cut
from dashscope_simulator.profile import Expected, Profile, Reply, Source, Tokens
from dashscope_simulator.question import KEY, Question
from dashscope_simulator.refusals import REFUSALS
from dashscope_simulator.shapes import SHAPES

__all__ = [
    "KEY",
    "PROFILES",
    "Abort",
    "Expected",
    "Pause",
    "Piece",
    "Profile",
    "Question",
    "Reply",
    "Source",
    "Tokens",
    "bytes_of",
    "cut",
    "reply_to",
]

LONG_LENGTH = 400


def long_answer(question: Question) -> Reply:
    return answer(question, question.options.length or LONG_LENGTH)


def said(length: int) -> Expected:
    draft = draft_of(Question(), length)
    return Expected("".join(draft.tokens), tokens=Tokens(draft.input_tokens, len(draft.tokens)))


DEFAULT = Profile("default", "1, 6, 7, 10, 16, 17, 18: an answer that says the question again.", answer, said(0))
LONG = Profile(
    "long", "1: an answer of 400 tokens, or as many as the option length says.", long_answer, said(LONG_LENGTH)
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (DEFAULT, LONG, *SHAPES, *ODDITIES, *FRAMING, *REFUSALS, *FAILURES, *LIFECYCLE)
    }
)


def reply_to(question: Question) -> Reply:
    """The reply of the profile that the model's name chooses; raises KeyError for an unknown profile."""
    options = question.options
    if options.fails and question.attempt > options.fails:
        return hello_reply(question)
    return PROFILES[options.profile].reply(question)
