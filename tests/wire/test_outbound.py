"""The way out: through a company's proxy, with a company's own certificates, and through an nginx as the only way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from browser.nginx import Gateway, running_gateway
from dashscope_simulator.process import RunningSimulator
from nicewen.services.errors import AnswerError
from nicewen.services.events import Text
from nicewen.services.providers.choice import provider_of
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.settings import Settings
from nicewen.services.trust import trusting_context

PASSWORD = "canary-0123456789"
MODEL = "qwen-plus@long,length=60,rate=40"
SECONDS = 60 / 40


@dataclass(frozen=True, slots=True)
class ForwardProxy:
    """A real forward proxy that asks for a name and a password."""

    port: int
    log_file: Path

    def url(self, password: str = PASSWORD) -> str:
        return f"http://clerk:{password}@127.0.0.1:{self.port}"

    def has_connected(self, port: int, seconds: float = 5.0) -> bool:
        """Whether it has led to a port of this machine; it says so when the connection has ended."""
        deadline = time.monotonic() + seconds
        while f":{port}" not in self.log_file.read_text():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForwardProxy]:
    folder = tmp_path_factory.mktemp("proxy")
    port_file, log_file = folder / "port", folder / "log"
    command = [sys.executable, "-m", "proxy", "--hostname", "127.0.0.1", "--port", "0", "--port-file", str(port_file)]
    command += ["--num-workers", "1", "--num-acceptors", "1", "--basic-auth", f"clerk:{PASSWORD}"]
    command += ["--data-dir", str(folder / "data"), "--log-file", str(log_file)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while not (port_file.exists() and port_file.read_text().strip()):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield ForwardProxy(int(port_file.read_text()), log_file)
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def gateway(simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The given nginx in front of the service, with a certificate of a company's own authority."""
    with running_gateway(tmp_path_factory.mktemp("gateway"), simulator.url) as running:
        yield running


@pytest.fixture
def store(gateway: Gateway, tmp_path: Path) -> Path:
    """A folder of hashed names, as a system keeps the authorities it trusts."""
    (tmp_path / "company.pem").write_bytes(gateway.ca_file.read_bytes())
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def answer(url: str) -> tuple[str, float]:
    """Return the answer's text, and the seconds between its first and its last piece."""
    settings = Settings(
        _env_file=None, provider="dashscope", dashscope_api_key=SecretStr("sk-1"), dashscope_http_base_url=url
    )
    provider = provider_of(settings)
    times, text = [], ""
    try:
        async with aclosing(provider.answer(AnswerRequest(MODEL, (Turn("user", "Hello"),)))) as events:
            async for event in events:
                if isinstance(event, Text):
                    text += event.text
                    times.append(time.monotonic())
    finally:
        await provider.close()
    return text, times[-1] - times[0]


async def test_an_nginx_may_be_the_only_way_out_and_holds_nothing_back(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(gateway.ca_file))
    text, seconds = await answer(f"{gateway.url}/tyqw/api/v1")
    assert len(text) > 100
    assert seconds > SECONDS / 2


async def test_a_proxy_leads_out_and_holds_nothing_back(
    gateway: Gateway, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(gateway.ca_file))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    text, seconds = await answer(f"{gateway.url}/tyqw/api/v1")
    assert len(text) > 100
    assert seconds > SECONDS / 2
    assert proxy.has_connected(gateway.port)


async def test_a_proxy_that_refuses_is_told_without_its_password(
    gateway: Gateway, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setenv("SSL_CERT_FILE", str(gateway.ca_file))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url("wrong-canary-0123"))
    with pytest.raises(AnswerError, match="HTTPS_PROXY") as caught:
        await answer(f"{gateway.url}/tyqw/api/v1")
    assert caught.value.key == "error-proxy"
    assert "canary" not in f"{caught.value}{caplog.text}"


async def test_a_certificate_of_an_authority_that_is_not_trusted_is_refused(gateway: Gateway) -> None:
    with pytest.raises(AnswerError) as caught:
        await answer(f"{gateway.url}/tyqw/api/v1")
    assert caught.value.key == "error-tls"


async def test_an_authority_in_the_systems_store_is_trusted(
    gateway: Gateway, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(store))
    text, _ = await answer(f"{gateway.url}/tyqw/api/v1")
    assert len(text) > 100


async def test_a_machine_without_a_store_gets_a_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert trusting_context().cert_store_stats()["x509_ca"] > 50
