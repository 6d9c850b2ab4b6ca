"""Metrics where their extra is not installed."""

import sys

import pytest
from nicegui.testing.user_simulation import user_simulation

from nicewen.components import register_pages
from nicewen.services import Assistant, Settings


async def test_without_prometheus_client_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    assistant = Assistant(Settings(_env_file=None, provider="demo"))
    async with user_simulation() as user:
        register_pages(assistant)
        reply = await user.http_client.get("/metrics")
    assert reply.status_code == 501
    assert reply.text == 'Metrics need prometheus-client; run: pip install "nicewen[metrics]"\n'
