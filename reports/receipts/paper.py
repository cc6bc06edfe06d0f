"""The answers of one theme on paper, as they were handed in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reports.press import Press
from reports.receipts.content import AnswersSheet

_PRESS: Final = Press(Path(__file__).parent / "templates", "answers")


def answers_pdf(sheet: AnswersSheet) -> bytes:
    """Questions and answers on A4."""
    assert not sheet.theme.confidential
    return _PRESS.pdf(sheet=sheet)


def file_name(sheet: AnswersSheet) -> str:
    """What the file is called: the receipt's number, plain letters only."""
    return f"reponses-{sheet.number}.pdf"
