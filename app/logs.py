"""Structured logs: one JSON object a line, without an address, a name or a token.

Everything that is logged passes here, exceptions and their database details included: Flask's
500 line prints the path, and PostgreSQL's DETAIL the value that was refused.
"""

from __future__ import annotations

import logging
import re
import sys

from pythonjsonlogger.json import JsonFormatter

TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
MAILBOX = re.compile(r"[^\s<>\"'=(),;:/]+@[^\s<>\"'(),;:/]+")
DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)


def redacted(text: str) -> str:
    """The same text without what could open a link or name a person."""
    return MAILBOX.sub("[adresse]", TOKEN.sub("[jeton]", DETAIL.sub("DETAIL: [tu]", text)))


class RedactingFormatter(JsonFormatter):
    """JSON lines, each redacted once it is whole."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


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
