"""Where Nicewen listens, and whether it can."""

import errno
import socket
from ipaddress import ip_address

from nicewen.services.errors import StartError


def is_everywhere(host: str) -> bool:
    """Whether this is no address of its own but stands for all that the machine has, such as 0.0.0.0."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def page_url(host: str, port: int) -> str:
    """Return the address at which this machine's browser opens the page."""
    if is_everywhere(host):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Return if the port can be opened.

    Raises:
        StartError: It cannot; the sentence names one that is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return
        except OSError as error:
            key = "start-port-in-use" if error.errno == errno.EADDRINUSE else "start-port-refused"
            reason = error.strerror or str(error)
    raise StartError(key, host=host, port=str(port), reason=reason, free=str(_free_port(family)))


def _free_port(family: socket.AddressFamily) -> int:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
