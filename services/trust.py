"""Whose certificates are believed: those that this machine's owner trusts, a company's own among them."""

import ssl
import sys
from pathlib import Path

import certifi


def trusting_context() -> ssl.SSLContext:
    """Return a context with the system's trust store; on Linux, or the file that SSL_CERT_FILE names.

    There that store is OpenSSL's own; `truststore` would read it again for each connection (40 ms). A machine that
    has none gets Mozilla's list.
    """
    if sys.platform in {"darwin", "win32"}:
        import truststore  # noqa: PLC0415 (these two alone have a store of another kind)

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()  # SSL_CERT_FILE and SSL_CERT_DIR come first
    has_folder = places.capath is not None and any(Path(places.capath).iterdir())
    if places.cafile is None and not has_folder:
        context.load_verify_locations(certifi.where())
    return context
