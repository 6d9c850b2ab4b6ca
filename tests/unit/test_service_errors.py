"""What a refusal means, in the shapes that no documentation shows."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import httpx
import pytest

from nicewen.services.errors import AnswerError
from nicewen.services.providers.dashscope import DashScope
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.providers.service_errors import seconds_of

KEY = "sk-canary-0123456789"
STREAM = {"content-type": "text/event-stream"}


async def error_of(answer: Callable[[httpx.Request], httpx.Response]) -> AnswerError:
    provider = DashScope(KEY, base_url="http://dashscope.test", transport=httpx.MockTransport(answer))
    events: AsyncGenerator[object] = provider.answer(AnswerRequest("qwen-plus", (Turn("user", "?"),)))
    async with aclosing(events):
        with pytest.raises(AnswerError) as caught:
            await anext(events)
    await provider.close()
    return caught.value


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (301, "error-not-understood"),
        (302, "error-not-understood"),
        (400, "error-refused-silently"),
        (402, "error-billing"),
        (404, "error-not-understood"),
        (405, "error-not-understood"),
        (413, "error-too-long"),
        (418, "error-not-understood"),
        (429, "error-busy"),
        (502, "error-server"),
        (520, "error-server"),
    ],
)
async def test_a_bare_status_is_said_for_what_it_is(status: int, key: str) -> None:
    error = await error_of(lambda _: httpx.Response(status, text="<html><h1>Sorry</h1></html>"))
    assert (error.key, error.status) == (key, status)


async def test_a_proxys_plain_words_are_kept() -> None:
    error = await error_of(lambda _: httpx.Response(503, text="upstream connect error\n"))
    assert (error.key, error.said) == ("error-server", "upstream connect error")


@pytest.mark.parametrize(
    "data",
    [
        '{"output":{"code":"DataInspectionFailed","message":"blocked"}}',
        '{"code":"DataInspectionFailed","message":"blocked","output":{"choices":[]}}',
        '{"code":"DataInspectionFailed","message":"blocked","output":null}',
    ],
)
@pytest.mark.parametrize("event", ["error", "result"])
async def test_an_error_beside_an_empty_output_is_an_error(event: str, data: str) -> None:
    error = await error_of(lambda _: httpx.Response(200, headers=STREAM, text=f"event:{event}\ndata:{data}\n\n"))
    assert (error.key, error.code) == ("error-blocked", "DataInspectionFailed")


@pytest.mark.parametrize("written", [KEY, KEY.replace("-", "\\u002d"), "\\u0073" + KEY[1:]])
async def test_a_key_is_masked_however_json_writes_it(written: str) -> None:
    body = f'{{"code":"InvalidApiKey","message":"wrong key {written}","request_id":"{written}"}}'
    error = await error_of(lambda _: httpx.Response(401, text=body))
    assert KEY not in f"{error} {error.said} {error.request_id}"
    assert "wrong key •••" in error.said


async def test_half_a_character_in_a_services_words_can_be_shown() -> None:
    body = '{"code":"Bad\\ud83d","message":"bad \\ud83d end","request_id":"r\\ude00"}'
    error = await error_of(lambda _: httpx.Response(400, text=body))
    for words in (error.said, error.code, error.request_id, str(error)):
        words.encode("utf-8")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("1849295", 1849295.0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_wait_in_seconds_is_read(header: str, seconds: float | None) -> None:
    assert seconds_of(header) == seconds


def test_a_wait_until_a_date_is_read() -> None:
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
