"""Every stream and every error body of the simulator, read by the DashScope provider: no sockets, all cuts."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashscope_simulator.pieces import Split
from dashscope_simulator.profiles import KEY, PROFILES, Abort, Pause, Profile, Question, cut
from nicewen.services.errors import AnswerError
from nicewen.services.events import Finished, Source, Sources, Text, Thinking, Usage
from nicewen.services.providers.dashscope import DashScope
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.providers.wire import Timeouts
from nicewen.services.redaction import MASK, Redactor, TextStream

SHORT = Timeouts(connect=5, first_data=0.2, stall=0.2)
ERROR_KEYS = {"incomplete": "error-cut-short", "cut": "error-cut-short"}
NOT_A_PROPERTY_OF_ONE_RESPONSE = {"url-error", "drops-idle-connection"}
PLAYABLE = sorted(set(PROFILES) - NOT_A_PROPERTY_OF_ONE_RESPONSE)
LARGE = {"huge-frame", "many-frames"}  # a million pieces of one byte show nothing that smaller streams do not
STREAMS = sorted(
    name
    for name in PLAYABLE
    if name not in LARGE and PROFILES[name].expected.ending in {"finished", "error", "incomplete"}
)


@dataclass
class Outcome:
    text: str = ""
    thinking: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    sources: tuple[Source, ...] = ()
    error: AnswerError | None = None
    finished: int = 0


@dataclass
class Playing(httpx.AsyncByteStream):
    """A simulator's reply as a response body, cut into pieces."""

    profile: Profile
    split: Split
    cuts: tuple[int, ...] = ()
    attempt: int = 1
    seen: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        self.reply = self.profile.reply(Question(attempt=self.attempt))
        return httpx.Response(self.reply.status, headers=dict(self.reply.headers), stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in (*self.reply.before, *self.reply.pieces):
            match piece:
                case Abort():
                    raise httpx.ReadError("reset")
                case Pause(seconds):
                    await asyncio.sleep(10 if seconds == math.inf else min(seconds, 0.01))
                case bytes():
                    for part in cut_at(piece, self.cuts) if self.cuts else cut(piece, self.split):
                        yield part


def cut_at(piece: bytes, places: tuple[int, ...]) -> list[bytes]:
    ends = [place for place in places if place < len(piece)]
    return [piece[start:end] for start, end in zip([0, *ends], [*ends, len(piece)], strict=True)]


async def outcome_of(playing: Playing) -> Outcome:
    provider = DashScope(
        KEY, base_url="http://dashscope.test/api/v1", timeouts=SHORT, transport=httpx.MockTransport(playing)
    )
    outcome = Outcome()
    text, thinking = TextStream(Redactor([KEY])), TextStream(Redactor([KEY]))
    request = AnswerRequest("qwen-plus", (Turn("user", "你好"),))
    try:
        async with aclosing(provider.answer(request)) as events:
            async for event in events:
                match event:
                    case Text(piece):
                        outcome.text += text.feed(piece)
                    case Thinking(piece):
                        outcome.thinking += thinking.feed(piece)
                    case Usage():
                        outcome.usage = event
                    case Sources(sources):
                        outcome.sources = sources
                    case Finished(reason):
                        outcome.finish_reason = reason
                        outcome.finished += 1
    except AnswerError as error:
        outcome.error = error
    outcome.text += text.rest()
    outcome.thinking += thinking.rest()
    await provider.close()
    return outcome


def check(outcome: Outcome, profile: Profile) -> None:
    expected = profile.expected
    assert outcome.text in {expected.text.replace(KEY, MASK), expected.or_text}
    assert outcome.thinking == expected.thinking
    if expected.ending == "finished":
        assert outcome.error is None, outcome.error
        assert outcome.finish_reason == expected.finish_reason
        assert outcome.finished == 1
    else:
        assert outcome.error is not None
        assert outcome.error.key == ERROR_KEYS.get(expected.ending, outcome.error.key)
        assert outcome.error.code == (expected.error or "")
        will_retry = outcome.error.retryable and not outcome.text and (outcome.error.retry_after or 0) <= 30
        assert will_retry == expected.retryable
        assert expected.status in {None, outcome.error.status}
        assert KEY not in f"{outcome.error} {outcome.error.said}"
    if expected.tokens:
        assert outcome.usage == Usage(
            expected.tokens.input, expected.tokens.output, expected.tokens.reasoning, 0, expected.tokens.searches
        )
    assert [(source.index, source.title) for source in outcome.sources] == [
        (source.index, source.title) for source in expected.sources
    ]
    assert [source.url for source in outcome.sources] == [
        "" if source.url.startswith("javascript:") else source.url for source in expected.sources
    ]
    assert "无" not in [source.site_name for source in outcome.sources]


@pytest.mark.parametrize("split", ["whole", "bytes", "worst"])
@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_is_understood_however_it_is_cut(name: str, split: Split) -> None:
    profile = PROFILES[name]
    check(await outcome_of(Playing(profile, split, attempt=profile.expected.attempts)), profile)


@pytest.mark.parametrize("name", sorted(LARGE))
async def test_a_large_stream_is_understood(name: str) -> None:
    check(await outcome_of(Playing(PROFILES[name], "whole")), PROFILES[name])


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from([name for name in STREAMS if PROFILES[name].expected.ending == "finished"]),
    cuts=st.lists(st.integers(1, 400), max_size=12, unique=True).map(lambda places: tuple(sorted(places))),
)
def test_the_cuts_of_a_stream_do_not_change_the_answer(name: str, cuts: tuple[int, ...]) -> None:
    profile = PROFILES[name]
    check(asyncio.run(outcome_of(Playing(profile, "whole", cuts, attempt=profile.expected.attempts))), profile)
