"""Which models an OpenAI-compatible service has."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from nicewen.services.errors import AnswerError
from nicewen.services.providers.service_errors import refusal
from nicewen.services.providers.shapes import word
from nicewen.services.providers.wire import Frame, Timeouts, our_errors
from nicewen.services.redaction import Redactor


async def first_model(
    client: httpx.AsyncClient, base_url: str, *, headers: Mapping[str, str], timeouts: Timeouts, redactor: Redactor
) -> str:
    """Return the name of the first model that `GET {base_url}/models` lists.

    Raises:
        AnswerError: The service cannot be asked, refuses, or lists no model.
    """
    host = urlsplit(base_url).hostname or ""
    limits = httpx.Timeout(timeouts.first_data, connect=timeouts.connect)
    with our_errors(host, timeouts):
        async with asyncio.timeout(timeouts.first_data):
            response = await client.get(f"{base_url}/models", headers=dict(headers), timeout=limits)
    text = redactor(response.text)
    payload = redactor.in_json(_parsed(response.text))
    if response.is_error:
        frame = Frame(payload, status=response.status_code, text=text, streamed=False, headers=response.headers)
        raise refusal(frame, model="")
    names = _names_in(payload)
    if not names:
        raise AnswerError("error-no-model", host=host)
    return names[0]


def _names_in(payload: Any) -> list[str]:
    listed = payload.get("data") if isinstance(payload, dict) else None
    entries = listed if isinstance(listed, list) else []
    return [word(entry["id"]) for entry in entries if isinstance(entry, dict) and entry.get("id")]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
