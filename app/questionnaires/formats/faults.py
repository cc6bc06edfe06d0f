"""What is wrong in a file that someone brings, each fault with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import Refused

MOST_TOLD = 30
"""Faults named at once: beyond, the first ones are usually the cause of the next."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """`where` is "feuille survey, cellule F12", or "" for the file as a whole; no full stop."""

    where: str
    reason: str

    def __str__(self) -> str:
        start, rest = self.reason[:1], self.reason[1:]
        place = self.where[:1].upper() + self.where[1:]
        return f"{place}\u00a0: {self.reason}" if place else f"{start.upper()}{rest}"


class BadXlsForm(Refused):
    """A workbook that is not a questionnaire we can ask. `faults` gives each place and reason."""

    sentence = "Corrigez le fichier XLSForm. {listed}."

    def __init__(self, faults: Sequence[FormFault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        told = [str(fault) for fault in self.faults[:MOST_TOLD]]
        if len(self.faults) > MOST_TOLD:
            told.append(f"Et {len(self.faults) - MOST_TOLD} autres défauts")
        super().__init__(listed=". ".join(told))


@dataclass(slots=True)
class Faults:
    """The faults found so far."""

    found: list[FormFault] = field(default_factory=list)

    def note(self, where: str, reason: str) -> None:
        self.found.append(FormFault(where, reason))
