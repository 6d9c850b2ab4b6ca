"""A quick stream is read in gulps, and neither its first words nor its last wait for that."""

import time
from itertools import pairwise

from dashscope_simulator.process import RunningSimulator
from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation

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
    conversation = assistant.ask("Tell me", conversation=None, question_id="q")
    heard = await heard_until_the_end(conversation)
    await assistant.close()
    answer = conversation.exchanges[0].answer
    assert answer.state == "done"
    gaps = [after - before for before, after in pairwise(heard)]
    assert len([gap for gap in gaps[:6] if gap > TOGETHER]) >= 5, "the first words come one by one"
    gulps = len([gap for gap in gaps[8:] if gap > TOGETHER])
    assert LENGTH / RATE / 0.05 < gulps < LENGTH / 2, "then about thirty looks a second, not two hundred"
    assert heard[-1] - heard[0] < LENGTH / RATE + 0.3, "and it is not late"


async def heard_until_the_end(conversation: Conversation) -> list[float]:
    """Return when there was news."""
    heard, seen = [], -1
    while conversation.running is not None:
        seen = await conversation.pulse.after(seen)
        heard.append(time.monotonic())
    return heard
