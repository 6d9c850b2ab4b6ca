"""Which models an OpenAI-compatible service has."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from nicewen.services.errors import AnswerError, TimedOut, Unreachable
from nicewen.services.providers.service_errors import refusal
from nicewen.services.providers.wire import Frame, Timeouts
from nicewen.services.redaction import Redactor


async def first_model(
    client: httpx.AsyncClient, base_url: str, *, headers: Mapping[str, str], timeouts: Timeouts, redactor: Redactor
) -> str:
    """Return the name of the first model that `GET {base_url}/models` lists.

    Raises:
        AnswerError: The service cannot be asked, refuses, or lists no model.
    """
    host = urlsplit(base_url).hostname or ""
    response = await _asked(client, f"{base_url}/models", headers, timeouts, host)
    text = redactor(response.text)
    payload = _parsed(text)
    if response.is_error:
        frame = Frame(payload, status=response.status_code, text=text, streamed=False, headers=response.headers)
        raise refusal(frame, model="")
    names = _names_in(payload)
    if not names:
        raise AnswerError("error-no-model", host=host)
    return names[0]


async def _asked(
    client: httpx.AsyncClient, url: str, headers: Mapping[str, str], timeouts: Timeouts, host: str
) -> httpx.Response:
    limits = httpx.Timeout(timeouts.first_data, connect=timeouts.connect)
    try:
        return await client.get(url, headers=dict(headers), timeout=limits)
    except httpx.ConnectTimeout as error:
        seconds = f"{timeouts.connect:g}"
        raise TimedOut("error-connect-timeout", host=host, seconds=seconds, retryable=True) from error
    except httpx.ReadTimeout as error:
        raise TimedOut("error-first-data-timeout", seconds=f"{timeouts.first_data:g}") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise Unreachable("error-unreachable", host=host, retryable=True) from error


def _names_in(payload: Any) -> list[str]:
    listed = payload.get("data") if isinstance(payload, dict) else None
    entries = listed if isinstance(listed, list) else []
    return [str(entry["id"]) for entry in entries if isinstance(entry, dict) and entry.get("id")]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
