"""What a letter says: a pile of them in, words out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.campaigns.letters_runs import Pile, Sheet
from app.panel.postal_block import address_block
from app.vocabulary.articles import typeset
from app.vocabulary.french_dates import day_month_year, whole_day
from app.vocabulary.territory_kinds import TerritoryKind
from app.vocabulary.themes import BY_CODE


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes, and how to answer: the same on every letter."""

    sender: str
    return_address: tuple[str, ...]  # line by line, may be empty
    code_url: str  # where the code is typed: what the drawn code holds, and nothing else
    site: str
    help_phone: str  # may be empty
    help_address: str
    dpo_address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One sheet."""

    block: tuple[str, ...]  # the address, as the window shows it
    authority: str  # "Guéret"
    code: str  # "7KQ4-M2XP-D"
    signed_by: str
    signed_words: str
    place_in_pile: str  # "no 12 sur 87"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What the letters of a pile share."""

    written_on: str  # "24 novembre 2026"
    wave: str
    themes: tuple[str, ...]
    before: str  # "vendredi 18 décembre 2026"
    simulated: bool


def mailing_of(pile: Pile) -> Mailing:
    """The words that depend on the wave and on the day of printing, not on the day of reading."""
    return Mailing(
        written_on=day_month_year(pile.run.made_at),
        wave=pile.wave_label,
        themes=tuple(BY_CODE[code].name for code in pile.themes),
        before=whole_day(pile.ends_at),
        simulated=pile.simulated,
    )


def letter_of(sheet: Sheet, code: str, n_letters: int) -> Letter:
    """One letter of a pile of that many, with the code of its authority."""
    kind = TerritoryKind(sheet.kind)
    return Letter(
        block=address_block(kind, sheet.name, sheet.street, sheet.postal_code, sheet.town),
        authority=typeset(sheet.name),
        code=code,
        signed_by=sheet.signed_by,
        signed_words=sheet.signed_words,
        place_in_pile=f"nº\u00a0{sheet.rank} sur {n_letters}",
    )
