"""A quick stream is read in gulps, and neither its first words nor its last wait for that."""

import asyncio
import time
from itertools import pairwise

import pytest

from dashscope_simulator.process import RunningSimulator
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.providers.pace import PROMPT_FRAMES, Pace

RATE, LENGTH = 200, 300
TOGETHER = 0.002  # seconds between what came out of one read


async def test_a_quick_stream_is_read_in_gulps_from_its_ninth_piece_on(simulator: RunningSimulator) -> None:
    settings = Settings(
        _env_file=None,
        provider="dashscope",
        model=f"qwen-plus@long,rate={RATE},length={LENGTH},tag=gulps",
        dashscope_api_key="sk-0123456789abcdef",
        dashscope_http_base_url=simulator.base_url,
    )
    assistant = Assistant(settings)
    await assistant.open()
    conversation = assistant.ask("Tell me", conversation=None, question_id="q").conversation
    heard = await heard_until_the_end(conversation)
    await assistant.close()
    answer = conversation.exchanges[0].answer
    assert answer.state == "done"
    gaps = [after - before for before, after in pairwise(heard)]
    gulps = len([gap for gap in gaps[8:] if gap > TOGETHER])
    assert gulps < LENGTH / 2, "about thirty looks a second, not two hundred"
    assert heard[-1] - heard[0] < LENGTH / RATE + 1, "it is not late"


@pytest.mark.parametrize("together", [1, 4])
async def test_after_each_rest_all_that_has_come_is_read_before_the_next(together: int) -> None:
    pace, rests = Pace(), []
    for number in range(40):
        pace.begin()
        if number % together == 0:
            await asyncio.sleep(0)  # this frame had to be waited for
        rests.append(pace.note())
    assert not any(rests[:PROMPT_FRAMES]), "the first words are read as they come"
    waited = rests[PROMPT_FRAMES::together]
    assert waited == [True, False] * (len(waited) // 2)
    assert sum(rests) == sum(waited), "what came out of one read is not rested in"


async def heard_until_the_end(conversation: Conversation) -> list[float]:
    """Return when there was news."""
    heard, seen = [], -1
    while conversation.running is not None:
        seen = await conversation.pulse.after(seen)
        heard.append(time.monotonic())
    return heard
