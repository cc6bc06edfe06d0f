"""What became of a file of answers: row by row, in French."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.collect.answers_table import Fault
from app.collect.imported_row import Kept


class Outcome(StrEnum):
    """What became of a row. `PARTLY`: something of it is to be mended or chosen."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    PARTLY = "partly"
    REFUSED = "refused"


OUTCOME_LABELS = {
    Outcome.WRITTEN: "Enregistrée",
    Outcome.UNCHANGED: "Inchangée",
    Outcome.PARTLY: "À revoir",
    Outcome.REFUSED: "Refusée",
}
_COUNTED = (
    (Outcome.WRITTEN, "ligne enregistrée", "lignes enregistrées"),
    (Outcome.UNCHANGED, "ligne inchangée", "lignes inchangées"),
    (Outcome.PARTLY, "ligne à revoir", "lignes à revoir"),
    (Outcome.REFUSED, "ligne refusée", "lignes refusées"),
)


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row. `kept`: codes of the questions whose answer is written; `submitted`: handed in."""

    row: int
    territory: str
    outcome: Outcome
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    submitted: bool = False

    @classmethod
    def of(cls, row: int, territory: str, kept: Kept) -> RowReport:
        outcome = Outcome.UNCHANGED
        if kept.kept or kept.submitted:
            outcome = Outcome.WRITTEN
        if kept.faults or kept.conflicts:
            outcome = Outcome.PARTLY
        return cls(
            row,
            territory,
            outcome,
            kept.kept,
            tuple(fault.column for fault in kept.conflicts),
            (*kept.faults, *kept.conflicts),
            kept.remarks,
            kept.submitted,
        )


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """The whole file. In a trial, "enregistrée" is to be read "would be"."""

    digest: str  # SHA-256 of the file
    dry_run: bool
    rows: tuple[RowReport, ...]

    def n(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def n_answers(self) -> int:
        return sum(len(row.kept) for row in self.rows)

    @property
    def n_submitted(self) -> int:
        return sum(row.submitted for row in self.rows)

    @property
    def clean(self) -> bool:
        """Whether nothing is to be mended."""
        return not (self.n(Outcome.REFUSED) or self.n(Outcome.PARTLY))

    @property
    def sentence(self) -> str:
        """`12 lignes enregistrées, 1 ligne refusée ; 140 réponses écrites, 12 thèmes envoyés.`"""
        found = [
            f"{n} {one if n < 2 else many}"
            for outcome, one, many in _COUNTED
            if (n := self.n(outcome))
        ]
        if not found:
            return "Le fichier n’a aucune ligne."
        answers = (
            f"{self.n_answers} {'réponse écrite' if self.n_answers < 2 else 'réponses écrites'}"
        )
        sent = f"{self.n_submitted} {'thème envoyé' if self.n_submitted < 2 else 'thèmes envoyés'}"
        told = f"{', '.join(found)}\u00a0; {answers}, {sent}."
        return f"Essai, rien n’est écrit. {told}" if self.dry_run else told

    def sentences(self) -> Iterator[str]:
        """Everything to mend or to know, in the order of the file."""
        for row in self.rows:
            for fault in (*row.faults, *row.remarks):
                yield fault.sentence
