"""Waking and resting of those who follow a conversation."""

import asyncio
import time

from nicewen.services.pulse import Pulse


async def test_many_beats_wake_a_follower_once() -> None:
    pulse = Pulse()
    follower = asyncio.create_task(pulse.after(0))
    await asyncio.sleep(0)
    pulse.beat()
    pulse.beat()
    assert await follower == 2


async def test_a_rest_lasts_as_long_as_asked_for_whatever_beats() -> None:
    pulse, began = Pulse(), time.perf_counter()
    rest = asyncio.create_task(pulse.rest(0.05))
    await asyncio.sleep(0)
    pulse.beat()
    await rest
    assert time.perf_counter() - began >= 0.049


async def test_hurry_ends_every_rest_and_none_that_begins_later() -> None:
    pulse = Pulse()
    rests = [asyncio.create_task(pulse.rest(60)) for _ in range(2)]
    await asyncio.sleep(0)
    pulse.hurry()
    await asyncio.wait_for(asyncio.gather(*rests), 1)
    began = time.perf_counter()
    await pulse.rest(0.05)
    assert time.perf_counter() - began >= 0.049
