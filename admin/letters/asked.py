"""What a form about letters says: which ones are wanted, which were ticked, on which day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict

from app.campaigns.letters_read import LetterFilter
from app.errors import Hidden, Refused
from app.vocabulary.letters import REASON_LABELS, WEEKS_APART, LetterReason

BOTH = "both"
REASONS: Mapping[str, frozenset[LetterReason]] = {
    BOTH: frozenset({LetterReason.SILENT, LetterReason.UNREACHED}),
    **{reason.value: frozenset({reason}) for reason in LetterReason},
}
REASON_CHOICES: Sequence[tuple[str, str]] = (
    (BOTH, "Sans réponse, ou sans adresse électronique qui marche"),
    *((reason.value, label) for reason, label in REASON_LABELS.items()),
)
MOST_WEEKS = 52
_DEPARTEMENT = re.compile(r"[0-9][0-9AB][0-9]?")


class BadDay(Refused):
    """Not a day."""

    sentence = "Indiquez un jour sous la forme 2026-11-24."


def wanted_in(form: MultiDict[str, str]) -> LetterFilter:
    """The letters that a form asks for; what it does not say, or says oddly, is as usual."""
    weeks, code = form.get("semaines", ""), form.get("departement", "").strip().upper()
    return LetterFilter(
        departement=code if _DEPARTEMENT.fullmatch(code) else None,
        reasons=REASONS.get(form.get("raison", ""), REASONS[BOTH]),
        weeks_apart=(
            min(int(weeks), MOST_WEEKS) if weeks.isdecimal() and len(weeks) < 4 else WEEKS_APART
        ),
    )


def number_in(text: str) -> int:
    """An id; what is none leads nowhere."""
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise Hidden
    return int(text)


def numbers_in(texts: Sequence[str]) -> list[int]:
    """The ids of ticked lines."""
    return sorted({number_in(text) for text in texts})


def day_in(text: str) -> date:
    """A day, as the browser's own field writes it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay from None


def posted_number(field: str) -> int:
    return number_in(request.form.get(field, ""))
