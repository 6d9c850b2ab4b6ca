"""Profiles whose payloads are ordinary but whose lines and bytes are odd (cases 23 to 33)."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator

from dashscope_simulator.frames import (
    HELLO,
    INPUT_TOKENS,
    STREAM,
    chunk,
    error,
    frame,
    frames,
    headers_of,
    hello,
    hello_frames,
    hello_reply,
    json_text,
    stream,
    streamed,
)
from dashscope_simulator.pieces import Piece, cut
from dashscope_simulator.profile import Expected, Profile, Reply, Tokens
from dashscope_simulator.question import REQUEST_ID, Question

HUGE = "长" * 349_526  # 1,048,578 bytes of UTF-8, one frame of a mebibyte
SEPARATORS = "a\u2028b\u2029c\u0085d\u000be\u000cf"
NULL_LINE = b"event:ping\ndata:{}\n\n"


def rewritten(name: str, summary: str, change: Callable[[bytes], bytes]) -> Profile:
    """The hello answer with every frame's bytes changed."""

    def reply(question: Question) -> Reply:
        pieces = frames(hello(), question)
        return stream((change(piece) if isinstance(piece, bytes) else piece for piece in pieces), question)

    return Profile(name, summary, reply, HELLO)


def escaped(content: str, finish: str = "null") -> bytes:
    """A frame whose JSON holds only ASCII; lone surrogates stay escapes."""
    payload = json.dumps({**chunk(content, finish, 4), "request_id": REQUEST_ID})
    return f"id:1\nevent:result\n:HTTP_STATUS/200\ndata:{payload}\n\n".encode()


def controls_raw(content: str) -> bytes:
    """A frame whose JSON holds VT and FF as raw bytes, which JSON forbids."""
    return (
        frame({**chunk(content, tokens=4), "request_id": REQUEST_ID})
        .replace(b"\\u000b", b"\x0b")
        .replace(b"\\f", b"\x0c")
    )


def compressed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Every frame flushed on its own, so that it can be read before the next one comes."""
    press = zlib.compressobj(wbits=31)
    for piece in pieces:
        yield press.compress(piece) + press.flush(zlib.Z_SYNC_FLUSH) if isinstance(piece, bytes) else piece
    yield press.flush()


def gzip_stream(question: Question) -> Reply:
    headers = {"content-type": STREAM, "content-encoding": "gzip", **headers_of(question)}
    return Reply(200, headers, compressed(frames(hello(), question)))


def gzip_error(question: Question) -> Reply:
    payload = {**error("InvalidParameter", "Range of top_p should be (0.0, 1.0]"), "request_id": question.request_id}
    body = gzip.compress(json_text(payload).encode())
    headers = {"content-type": "application/json", "content-encoding": "gzip", "content-length": str(len(body))}
    return Reply(400, {**headers, **headers_of(question)}, (body,))


def cut_worst(question: Question) -> Reply:
    whole = hello_reply(question)
    return stream(
        (part for piece in whole.pieces if isinstance(piece, bytes) for part in cut(piece, "worst")), question
    )


def many_frames(question: Question) -> Reply:
    script = (chunk("字" if n % 40 else "字\n", tokens=n) for n in range(1, 10_001))
    return stream(frames((*script, chunk("", "stop", 10_000)), question), question)


def said(text: str) -> Expected:
    return Expected(text, tokens=Tokens(INPUT_TOKENS, 4))


ONE, TWO, THREE, FOUR = hello_frames()

FRAMING: tuple[Profile, ...] = (
    Profile("worst-cuts", "23: frames cut inside characters and names.", cut_worst, HELLO),
    rewritten("crlf", "24: lines end with CR LF.", lambda piece: piece.replace(b"\n", b"\r\n")),
    rewritten("lone-cr", "24: lines end with CR.", lambda piece: piece.replace(b"\n", b"\r")),
    streamed("bom", "24: the stream begins with a byte order mark.", [b"\xef\xbb\xbf" + ONE, TWO, THREE, FOUR]),
    rewritten(
        "space-after-colon",
        "24: a space after the colon and spaces at the end of data.",
        lambda piece: piece.replace(b"\ndata:", b"\ndata: ").replace(b"\n\n", b"  \n\n").replace(b"event:", b"event: "),
    ),
    streamed(
        "unicode-separators",
        "25: U+2028, U+2029 and U+0085 raw, VT and FF escaped inside the JSON.",
        [chunk(SEPARATORS, tokens=4), chunk("", "stop", 4)],
        said(SEPARATORS),
    ),
    streamed(
        "raw-control-characters",
        "25: VT and FF as raw bytes inside a JSON string, which strict JSON forbids; read or skipped, never a crash.",
        [controls_raw("a\u000bb\u000cc"), THREE, FOUR],
        Expected("a\u000bb\u000cc！", tokens=Tokens(INPUT_TOKENS, 4), or_text="！"),
    ),
    streamed(
        "lone-surrogates",
        "26: one character as two lone surrogates in two frames; joined or replaced, never a crash.",
        [escaped("笑\ud83d"), escaped("\ude00。"), escaped("", "stop")],
        Expected("笑\U0001f600。", tokens=Tokens(INPUT_TOKENS, 4), or_text="笑\ufffd\ufffd。"),
    ),
    streamed(
        "lone-surrogate-alone",
        "26: half a character that is never completed.",
        [escaped("笑\ud83d"), escaped("。"), escaped("", "stop")],
        Expected("笑\ufffd。", tokens=Tokens(INPUT_TOKENS, 4), or_text="笑\ud83d。"),
    ),
    streamed(
        "keepalives",
        "27: comments before and between frames.",
        [b": keep-alive\n\n", b":\n", ONE, b": keep-alive\n\n" * 3, TWO, THREE, b":ping\n", FOUR],
    ),
    streamed(
        "comment-after-id",
        "27: an id, a comment and a blank line without data before a frame.",
        [b"id:1\n: keep-alive\n\n", ONE, b"id:2\nevent:result\n:HTTP_STATUS/200\n\n", TWO, THREE, FOUR],
    ),
    streamed(
        "empty-data", "27: data lines without anything.", [b"data:\n\n", ONE, b"id:2\ndata\n\n", TWO, THREE, FOUR]
    ),
    rewritten(
        "json-over-two-data-lines",
        "28: the JSON is split over two data lines.",
        lambda piece: piece.replace(b',"usage"', b',\ndata:"usage"'),
    ),
    streamed(
        "no-blank-line-between",
        "28: no blank line between two frames.",
        [ONE[:-1], TWO[:-1], THREE, FOUR],
    ),
    streamed("no-blank-line-at-end", "28: the last frame ends with one line end.", [ONE, TWO, THREE, FOUR[:-1]]),
    streamed("no-line-end-at-end", "28: the last frame ends with its last brace.", [ONE, TWO, THREE, FOUR[:-2]]),
    streamed(
        "broken-json-frame",
        "29: a frame with broken JSON between good ones is skipped.",
        [ONE, b'id:2\nevent:result\n:HTTP_STATUS/200\ndata:{"output":{"choices":[{"mess\n\n', TWO, THREE, FOUR],
    ),
    streamed("done-marker", "30: [DONE] after the last frame.", [ONE, TWO, THREE, FOUR, b"data:[DONE]\n\n"]),
    streamed(
        "frames-after-stop",
        "30: after stop the last frame comes again, then one with usage only; nothing is said twice.",
        [
            ONE,
            TWO,
            chunk("！", "stop", 4),
            chunk("！", "stop", 4),
            {"output": {"choices": []}, "usage": chunk("", tokens=4)["usage"]},
        ],
    ),
    streamed(
        "unknown-events",
        "31: events named ping and message, and a result without an event line.",
        [
            NULL_LINE,
            ONE.replace(b"event:result", b"event:message"),
            TWO.replace(b"event:result\n", b""),
            NULL_LINE,
            THREE.replace(b"event:result", b"event:delta"),
            FOUR,
        ],
    ),
    streamed("huge-frame", "32: one frame of 1 MB.", [chunk(HUGE, tokens=4), chunk("", "stop", 4)], said(HUGE)),
    Profile(
        "many-frames",
        "32: ten thousand small frames.",
        many_frames,
        Expected("".join("字" if n % 40 else "字\n" for n in range(1, 10_001)), tokens=Tokens(INPUT_TOKENS, 10_000)),
    ),
    Profile("gzip-stream", "33: the stream is compressed with gzip, flushed per frame.", gzip_stream, HELLO),
    Profile(
        "gzip-error",
        "33: a compressed JSON error.",
        gzip_error,
        Expected(
            finish_reason=None,
            ending="error",
            error="InvalidParameter",
            status=400,
            message="Range of top_p should be (0.0, 1.0]",
        ),
    ),
)
