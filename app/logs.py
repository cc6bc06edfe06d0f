"""Structured logs: one JSON object a line, without an address, a name or a token.

Everything that is logged passes here, exceptions and their database details included: Flask's
500 line prints the path, and PostgreSQL's DETAIL the value that was refused.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# After a letter or a digit it would be part of a longer word, unless a slash was spelt %2F.
TOKEN = re.compile(r"(?:(?<![A-Za-z0-9_-])|(?<=%2F)|(?<=%2f))[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
MAILBOX = re.compile(r"[^\s<>\"'=(),;:/]+@[^\s<>\"'(),;:/]+")
DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)


def redacted(text: str) -> str:
    """The same text without what could open a link or name a person."""
    return MAILBOX.sub("[adresse]", TOKEN.sub("[jeton]", DETAIL.sub("DETAIL: [tu]", text)))


class RedactingFormatter(JsonFormatter):
    """JSON lines whose every text is redacted before it is spelt as JSON.

    Afterwards would be too late: a line break becomes `\\n`, whose letter hides where a token
    begins.
    """

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Redact the message, the exception and whatever was passed as `extra`."""
        return {name: _redacted_value(value) for name, value in log_data.items()}


def _redacted_value(value: Any) -> Any:
    """Texts redacted, at any depth; numbers and nothing as they are; the rest as its text."""
    if isinstance(value, Mapping):
        return {str(name): _redacted_value(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted_value(one) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redacted(str(value))


def set_up_logs(level: str) -> None:
    """Send every log of this process to standard error, as redacted JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        RedactingFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "at", "levelname": "level", "name": "from"},
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # These say at INFO what no operator reads: each job fetched, each font subset.
    for noisy in (
        "alembic",
        "procrastinate",
        "weasyprint",
        "fontTools",
        "apscheduler",
        "httpx",
        "httpcore",
        "mail.log",
        "werkzeug",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
