"""A file of answers in the console: tried first, then sent again to be written.

Nothing of it is kept in between, on disk or elsewhere: the confirmation carries the digest of the
file that was tried, and only that very file is then written.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with
from admin.sieve import chosen_wave, wave_choices
from admin.views import Page, exposed
from app.collect.imported import import_answers
from app.collect.imported_report import OUTCOME_LABELS, AnswersReport, Outcome
from app.collect.imported_row import Wish
from app.errors import Hidden, Refused
from app.now import now
from app.vocabulary.scope import Right
from app.vocabulary.themes import BY_CODE, THEMES

LARGEST = 480_000
"""Bytes: what the web server keeps in memory; several hundred authorities' answers."""
MOST_SHOWN = 500
SIGNS: dict[Outcome, str] = {
    Outcome.WRITTEN: "done",
    Outcome.UNCHANGED: "todo",
    Outcome.PARTLY: "attention",
    Outcome.REFUSED: "attention",
}


class NoFile(Refused):
    """The form came without a file."""

    sentence = "Choisissez un fichier CSV ou XLSX."


class TooLarge(Refused):
    """Larger than this page takes."""

    sentence = (
        "Ce fichier dépasse {most}\u00a0ko. Coupez-le en plusieurs, ou confiez-le à "
        "l’administrateur, qui l’importera avec «\u00a0barometre answers import\u00a0»."
    )
    status = 413


class AnotherFile(Refused):
    """The file sent to be written is not the one that was tried."""

    sentence = (
        "Ce fichier n’est pas celui qui vient d’être vérifié. Choisissez le même, "
        "ou vérifiez d’abord celui-ci."
    )
    status = 409


class AnswerFiles(Page):
    """The two steps of a file."""

    right: ClassVar[Right] = Right.CHASE

    @exposed("/fichier")
    def file(self) -> str:
        """Choose a theme and a file."""
        scope_with(Right.CHASE)
        return self._screen(None, None)

    @exposed("/fichier", "POST")
    def take_file(self) -> ResponseReturnValue:
        """Try the file, or write the one that was tried."""
        scope, house = scope_with(Right.CHASE), console().house
        content = _content()
        tried = request.form.get("digest", "")
        if tried and tried != hashlib.sha256(content).hexdigest():
            raise AnotherFile
        wish = _wish(dry_run=not tried)
        report = import_answers(
            house.db,
            scope,
            content,
            wish,
            house.letterhead,
            house.completeness,
            by=author(),
            now=now(),
        )
        return self._screen(wish, report)

    def _screen(self, wish: Wish | None, report: AnswersReport | None) -> str:
        wave = chosen_wave()
        return self.render(
            "console/entry_file.html",
            wish=wish,
            report=report,
            rows=report.rows[:MOST_SHOWN] if report else (),
            labels=OUTCOME_LABELS,
            signs=SIGNS,
            waves=wave_choices(),
            chosen_wave=str(wish.wave_id if wish else wave.id if wave else ""),
            themes=[theme for theme in THEMES if wave and theme.code in wave.themes] or THEMES,
        )


def _content() -> bytes:
    sent: Any = request.files.get("file")
    content: bytes = sent.stream.read(LARGEST + 1) if sent else b""
    if not content:
        raise NoFile
    if len(content) > LARGEST:
        raise TooLarge(most=LARGEST // 1000)
    return content


def _wish(*, dry_run: bool) -> Wish:
    theme, wave = request.form.get("theme", ""), request.form.get("wave_id", "")
    if theme not in BY_CODE or not (wave.isascii() and wave.isdecimal() and len(wave) < 10):
        raise Hidden
    return Wish(
        theme,
        int(wave),
        submit="submit" in request.form,
        replace="replace" in request.form,
        dry_run=dry_run,
    )
