"""Logs hold neither an address nor a token, whatever is logged."""

from __future__ import annotations

import json
import logging
import sys
from uuid import UUID

import pytest

from app.links.signed import Signer
from app.logs import RedactingFormatter, redacted

TOKEN = Signer({1: "clé"}).token(UUID(int=7), "answer", 1)


@pytest.mark.parametrize(
    "line",
    [
        f"GET /r/{TOKEN}/inclusion 500",
        "550 <mairie@gueret.invalid> unknown",
        "duplicate key\nDETAIL:  Key (value)=(mairie@gueret.invalid) already exists.",
        f"http://127.0.0.1:8000/stop/{TOKEN}?x=1",
        f"suite=%2Fr%2F{TOKEN}",
    ],
)
def test_an_address_or_a_token_never_reaches_a_log(line: str) -> None:
    shown = redacted(line)

    assert TOKEN not in shown
    assert "gueret.invalid" not in shown


def test_an_exception_is_redacted_too() -> None:
    try:
        raise ValueError(f"mairie@gueret.invalid {TOKEN}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "échec", None, sys.exc_info())

    shown = RedactingFormatter("%(message)s").format(record)

    assert "ValueError" in json.loads(shown)["exc_info"]
    assert TOKEN not in shown
    assert "@" not in shown


def test_a_token_after_a_line_break_is_redacted_and_the_line_stays_json() -> None:
    record = logging.LogRecord(
        "x", logging.ERROR, "f", 1, "a\n%s\nDETAIL:  Key (value)=(x) exists", (TOKEN,), None
    )
    record.__dict__["paths"] = [f"/r/{TOKEN}"]  # what a caller passes as `extra`

    shown = RedactingFormatter("%(message)s").format(record)

    assert json.loads(shown)["message"] == "a\n[jeton]\nDETAIL: [tu]"
    assert TOKEN not in shown
