"""One row of `survey` and its list of choices → the definition of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.interview.kinds.scale import LABELS as SCALE
from app.interview.values import SPECIAL_CODES
from app.questionnaires.formats.faults import Faults
from app.questionnaires.formats.workbook_in import Row
from app.questionnaires.formats.xlsform_layout import (
    ADVICE_EXTRAS,
    OURS,
    QUESTION_EXTRAS,
    Unreadable,
)
from app.questionnaires.formats.xpath_conditions import Asked, read_relevant
from app.questionnaires.formats.xpath_constraints import Rules, read_constraint
from app.questionnaires.formats.xpath_in import Unsupported

Definition = dict[str, Any]

TO_COMPLETE = "À compléter."
"""What stands for a text that a form made by hand does not have."""
LONGEST_SHORT = 45

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""List's name → codes and labels, in order."""


@dataclass(slots=True)
class Placed:
    """A question's row, with its kind and the conditions of its group."""

    row: Row
    kind: str
    list_name: str
    section: Definition
    of_group: Row | None

    @property
    def by_hand(self) -> bool:
        """Whether the row was made elsewhere: ours always tell their kind."""
        return not self.row.text(f"{OURS}kind")


@dataclass(slots=True)
class QuestionReader:
    """One question's row → its definition."""

    placed: Placed
    specials: str  # the list of special answers of a number or a text, "" for none
    choices: Choices
    asked: Asked
    faults: Faults

    def read(self) -> Definition:
        row, kind = self.placed.row, self.placed.kind
        text = row.text("label")
        if not text:
            self.faults.note(row.where, "il manque le texte de la question (label)")
        rules, extras = self._rules(), self._extras()
        points: Mapping[str, int] = extras.pop("points", {})
        code = row.text("name")
        given: Definition = {"code": code, "kind": kind, "text": text or TO_COMPLETE}
        given |= {"help": row.text("hint")} if row.text("hint") else {}
        given |= extras | rules.given | self._options(rules, points) | self._advice()
        given["asked_when"] = self._conditions()
        given.setdefault("why", TO_COMPLETE)
        given.setdefault("short", _shortened(given["text"]))
        return given

    def _extras(self) -> Definition:
        given: Definition = {}
        for key, codec in QUESTION_EXTRAS.items():
            cell = self.placed.row.cells.get(f"{OURS}{key}")
            if not cell or key == "kind":
                continue
            try:
                given[key] = codec.read(cell.text)
            except Unreadable as error:
                self.faults.note(cell.where, error.args[0])
        return given

    def _advice(self) -> Definition:
        row = self.placed.row
        found = {key: row.text(f"{OURS}{column}") for column, key in ADVICE_EXTRAS.items()}
        return {"advice": found} if any(found.values()) else {}

    def _rules(self) -> Rules:
        cell = self.placed.row.cells.get("constraint")
        try:
            rules = read_constraint(cell.text, self.placed.kind) if cell else Rules()
        except Unsupported as error:
            self.faults.note(cell.where if cell else "", error.args[0])
            return Rules()
        bounded = "100" in (cell.text if cell else "")
        if self.placed.kind == "percentage" and self.placed.by_hand and not bounded:
            reason = "un nombre à virgule n’est admis que pour un pourcentage, bornez-le à 100"
            self.faults.note(self.placed.row.at("type"), reason)
        return rules

    def _conditions(self) -> list[Definition]:
        found: list[Definition] = []
        for row in filter(None, (self.placed.of_group, self.placed.row)):
            cell = row.cells.get("relevant")
            try:
                found += read_relevant(cell.text, self.asked) if cell else []
            except Unsupported as error:
                self.faults.note(cell.where if cell else "", error.args[0])
        return found

    def _options(self, rules: Rules, points: Mapping[str, int]) -> Definition:
        """Choices, points and special answers, out of the list."""
        row, kind = self.placed.row, self.placed.kind
        wanted = self.placed.list_name or self.specials
        if self.placed.list_name and self.placed.list_name not in self.choices:
            shown = self.placed.list_name[:60]
            reason = f"la liste «\u00a0{shown}\u00a0» n’existe pas dans la feuille choices"
            self.faults.note(row.at("type"), reason)
        options = self.choices.get(wanted, ())
        codes = {code for code, _ in options}
        given: Definition = {"dont_know": self.placed.by_hand or "dont_know" in codes}
        given["not_concerned"] = "not_concerned" in codes
        if kind in ("single", "multiple"):
            given["choices"] = [
                _choice(code, label, points, rules)
                for code, label in options
                if code not in SPECIAL_CODES
            ]
        self._check_codes(points, rules, codes)
        if kind == "scale":
            self._check_scale(options)
            return given | ({"points": points} if points else {})
        return given

    def _check_codes(self, points: Mapping[str, int], rules: Rules, codes: set[str]) -> None:
        for column, named in ((f"{OURS}points", points), ("constraint", rules.exclusive)):
            unknown = [code for code in named if code not in codes]
            if unknown:
                reason = f"«\u00a0{unknown[0][:60]}\u00a0» n’est pas une réponse de cette question"
                self.faults.note(self.placed.row.at(column), reason)

    def _check_scale(self, options: Sequence[tuple[str, str]]) -> None:
        found = [code for code, _ in options if code not in SPECIAL_CODES]
        if found and found != list(SCALE):
            reason = f"une échelle a pour réponses {', '.join(SCALE)}, dans cet ordre"
            self.faults.note(self.placed.row.at("type"), reason)


def _choice(code: str, label: str, points: Mapping[str, int], rules: Rules) -> Definition:
    worth = {"points": points[code]} if code in points else {}
    alone = {"exclusive": True} if code in rules.exclusive else {}
    return {"code": code, "label": label} | worth | alone


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHORT else f"{text[: LONGEST_SHORT - 1].rstrip()}…"
