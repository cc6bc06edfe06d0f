"""The questionnaire to print: boxes to tick, lines to write on, and how to send it back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import segno

from app.interview.conditions import Profile
from app.interview.questionnaire import Questionnaire
from app.vocabulary.themes import BY_CODE
from reports.blank.content import parts_of
from reports.press import Press

_PRESS: Final = Press(Path(__file__).parent / "templates", "blank")


@dataclass(frozen=True, slots=True)
class Letter:
    """Whose paper it is, and how it comes back.

    `code` as printed (`7KQ4-M2XP-D`), empty when none was made; the drawn code holds `code_url`
    alone: who finds the paper in a bin must at least read it to open the link.
    """

    authority: str  # "Commune de Guéret"
    place: str  # "Creuse", may be empty
    code: str
    code_url: str
    return_address: tuple[str, ...]  # line by line; empty: answers go online or by telephone
    before: str  # "vendredi 18 décembre 2026"
    help_phone: str
    help_address: str
    simulated: bool


def blank_pdf(
    questionnaire: Questionnaire, profile: Profile | None = None, letter: Letter | None = None
) -> bytes:
    """The blank questionnaire on A4: all its questions, or those a profile may be asked.

    Without a letter, a copy to read and to prepare, which belongs to nobody.
    """
    parts = parts_of(questionnaire, profile)
    return _PRESS.pdf(
        theme=BY_CODE[questionnaire.theme],
        version=questionnaire.version,
        minutes=questionnaire.minutes,
        simulated=letter.simulated if letter else questionnaire.simulated,
        draft=questionnaire.draft,
        parts=parts,
        n_questions=sum(len(part.questions) for part in parts),
        letter=letter,
        drawn_code=_drawn(letter.code_url) if letter and letter.code else "",
    )


def _drawn(address: str) -> str:
    """An address as a square that telephones read, for an image's source."""
    drawn: str = segno.make_qr(address, error="m").svg_data_uri(border=0)
    return drawn
