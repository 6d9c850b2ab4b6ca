"""Profiles about time and connections (cases 51 to 53, 57) and answers that need the question."""

import math
from collections.abc import Iterator
from dataclasses import replace

from dashscope_simulator.frames import (
    HELLO,
    chunk,
    frame,
    frames,
    hello,
    hello_frames,
    hello_reply,
    identified,
    stream,
    streamed,
)
from dashscope_simulator.pieces import Abort, Pause, Piece
from dashscope_simulator.profile import Ending, Expected, Profile, Reply, Tokens
from dashscope_simulator.question import KEY, Question

COMMENTS = 3000
FOREVER = Pause(math.inf)
PART = Expected("你好，世界", finish_reason=None, ending="incomplete", tokens=Tokens(20, 3))


def comments() -> Iterator[Piece]:
    """Five minutes of comments, ten a second."""
    for _ in range(COMMENTS):
        yield b": keep-alive\n\n"
        yield Pause(0.1)


def part(ending: Ending) -> Expected:
    return replace(PART, ending=ending)


def nothing(ending: Ending) -> Expected:
    return Expected(finish_reason=None, ending=ending)


def no_headers(question: Question) -> Reply:
    return Reply(before=(FOREVER,))


def slow_first_byte(question: Question) -> Reply:
    return replace(hello_reply(question), before=(Pause(1.0),))


def drops_idle_connection(question: Question) -> Reply:
    return Reply(before=(Abort(),)) if question.turn > 1 else hello_reply(question)


def cut_in_a_frame(abort: Abort) -> list[Piece]:
    """Two frames, half of the third, the end of the connection."""
    first, second, third, _ = hello_frames()
    return [first, second, third[: len(third) // 2], Pause(0.05), abort]


def comments_only(question: Question) -> Reply:
    return stream(comments(), question)


def comments_only_midway(question: Question) -> Reply:
    def pieces() -> Iterator[Piece]:
        yield from frames(hello()[:2], question)
        yield from comments()

    return stream(pieces(), question)


def echoes_key(question: Question) -> Reply:
    payload = chunk(f"key {question.key}", "stop", 4)
    return stream((frame(identified(payload, question)),), question)


LIFECYCLE: tuple[Profile, ...] = (
    Profile("no-headers", "51: the connection is accepted, nothing is ever answered.", no_headers, nothing("silent")),
    Profile("slow-first-byte", "51: headers and text come after one second.", slow_first_byte, HELLO),
    streamed("headers-no-data", "51: headers, then nothing.", [FOREVER], nothing("silent")),
    streamed("stall-midway", "51: two frames, then nothing.", [*hello()[:2], FOREVER], part("silent")),
    Profile("comments-only", "51: comments for five minutes, no data.", comments_only, nothing("silent")),
    Profile("comments-only-midway", "51: two frames, then only comments.", comments_only_midway, part("silent")),
    streamed("cut-midway", "52: a TCP reset inside a frame.", cut_in_a_frame(Abort(reset=True)), part("cut")),
    streamed(
        "closed-midway", "52: the connection is closed inside a frame and chunk.", cut_in_a_frame(Abort()), part("cut")
    ),
    Profile(
        "closed-before-headers",
        "52: the connection is closed instead of answered, every time.",
        lambda question: Reply(before=(Abort(),)),
        nothing("cut"),
    ),
    streamed("clean-eof-midway", "53: the body ends in order but without a finish reason.", hello()[:2], PART),
    streamed("clean-eof-empty", "53: the body is empty and ends in order.", [], nothing("incomplete")),
    Profile(
        "drops-idle-connection",
        "57: a request that is not the first on its connection is answered by closing it.",
        drops_idle_connection,
        HELLO,
    ),
    Profile(
        "echoes-key-in-text",
        "34: the answer holds the key that was sent.",
        echoes_key,
        Expected(f"key {KEY}", tokens=Tokens(20, 4)),
    ),
)
