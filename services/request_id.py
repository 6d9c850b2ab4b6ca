"""Which answer is being worked on: its id stands in every line that is logged meanwhile, and under “Details”."""

import logging
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin_request(request_id: str) -> None:
    """Give this id to what the current task logs from now on."""
    _current.set(request_id)


def add_request_id(record: logging.LogRecord) -> bool:
    """Add the id to a line; a logging filter that lets every line pass."""
    record.request_id = getattr(record, "request_id", "") or _current.get()
    return True
