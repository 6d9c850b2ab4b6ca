"""What is written to standard error: lines for people or JSON, without keys."""

import json
import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from nicewen.services.redaction import RedactingFormatter, Redactor, without_passes
from nicewen.services.request_id import add_request_id
from nicewen.services.settings import Settings

OURS = ("nicewen", "httpx", "httpcore", "nicegui", "uvicorn")

WRITE_BY_THEMSELVES = ("engineio.server", "socketio.server")
"""They add a handler of their own, which masks nothing and knows no JSON, unless they find a level set."""

COLOURED = "color_message"
"""uvicorn's field for terminals: the message once more, with control characters."""


class JsonLines(JsonFormatter):
    """One JSON object a line, in which no secret appears."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            timestamp="time",
            json_ensure_ascii=False,
        )
        encoded = (json.dumps(secret, ensure_ascii=False)[1:-1] for secret in redactor.secrets)
        self._redactor = Redactor((*redactor.secrets, *encoded))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what is empty or for terminals."""
        return {name: value for name, value in log_data.items() if value not in ("", None) and name != COLOURED}

    def format(self, record: logging.LogRecord) -> str:
        """Mask the whole line."""
        return without_passes(self._redactor(super().format(record)))


def set_up_logging(settings: Settings) -> None:
    """Log to standard error; our own code at the level asked for, others' at WARNING."""
    redactor = Redactor(settings.secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(redactor) if settings.log_format == "json" else RedactingFormatter(redactor))
    handler.addFilter(add_request_id)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    logging.getLogger("nicewen.start").setLevel(logging.INFO)  # said at every level, as on a terminal
    for name in WRITE_BY_THEMSELVES:
        logging.getLogger(name).setLevel(logging.ERROR)
