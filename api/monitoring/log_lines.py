"""The log of a server: words for people, or one JSON object a line for programs."""

from __future__ import annotations

import logging
import sys
import traceback

import orjson

from api.monitoring.requests import REQUEST_LOG
from api.settings import LogFormat
from domain.instants import to_rfc3339

SERVER_LOGS = ("uvicorn", "uvicorn.error", "uvicorn.access")


class JsonFormatter(logging.Formatter):
    """Writes time, level, logger and message, and the fields of a request.

    Of an exception only its type and where it was raised are told: its words may be of an event.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": to_rfc3339(int(record.created * 1_000_000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().strip(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["raised_at"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
        return orjson.dumps(line, default=str).decode()


def configure_log(log_format: LogFormat) -> None:
    """Write the log of this process to standard error; as text it stays as it is, without a line
    for each request."""
    if log_format == "text":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    for name in SERVER_LOGS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("uvicorn.access").disabled = True
    for logger in (REQUEST_LOG, logging.getLogger("minutebook.sign-in")):
        logger.setLevel(logging.INFO)
