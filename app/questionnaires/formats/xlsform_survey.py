"""The rows of `survey` and `choices` → sections of questions, as definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.interview.kinds.scale import LABELS as SCALE
from app.interview.values import SPECIAL_CODES
from app.questionnaires.formats.answers_file import KEY_COLUMNS
from app.questionnaires.formats.faults import Faults
from app.questionnaires.formats.workbook_in import Row
from app.questionnaires.formats.xlsform_columns import Table
from app.questionnaires.formats.xlsform_layout import (
    OURS,
    POPULATION,
    SECTION,
    SPECIAL,
    TERRITORY_GROUP,
    TYPES,
)
from app.questionnaires.formats.xlsform_question import (
    Choices,
    Definition,
    Placed,
    QuestionReader,
)
from app.questionnaires.formats.xpath_conditions import Asked

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RESERVED = frozenset({*KEY_COLUMNS, POPULATION})
_NOT_ASKED = frozenset(
    {"start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit"}
)
"""Types that a field tool fills by itself: left out."""

_ALIASES: Mapping[str, str] = {
    "select one": "select_one",
    "select1": "select_one",
    "select multiple": "select_multiple",
    "select all that apply": "select_multiple",
    "int": "integer",
    "string": "text",
    "begin group": "begin_group",
    "end group": "end_group",
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
}
_WHY_NOT: Mapping[str, str] = {
    "begin_repeat": "les répétitions ne sont pas admises, posez la question une fois",
    "end_repeat": "les répétitions ne sont pas admises, retirez cette ligne",
    "calculate": "les calculs ne sont pas admis, retirez cette ligne",
    "note": "une note n’est pas une question, mettez ce texte dans l’aide d’une question",
}


@dataclass(slots=True)
class Survey:
    """What the sheet holds: sections in order, questions, special answers, each one's place."""

    sections: list[Definition] = field(default_factory=list)
    questions: list[Placed] = field(default_factory=list)
    specials: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def read_choices(sheet: Table | None, faults: Faults) -> dict[str, list[tuple[str, str]]]:
    """The lists of choices; a code that we cannot keep, or twice in a list, is a fault."""
    lists: dict[str, list[tuple[str, str]]] = {}
    for row in sheet.rows if sheet else ():
        name, code, label = row.text("list_name"), row.text("name"), row.text("label")
        if not (name and code and label):
            faults.note(row.where, "il faut list_name, name et label")
            continue
        known = lists.setdefault(name, [])
        if code in [other for other, _ in known]:
            faults.note(
                row.at("name"), f"le code «\u00a0{code}\u00a0» sert deux fois dans sa liste"
            )
        elif not _CODE.fullmatch(code):
            faults.note(row.at("name"), _code_reason(code))
        known.append((code, label))
    return lists


def _code_reason(code: str) -> str:
    shown = code[:60]
    return (
        f"le code «\u00a0{shown}\u00a0» doit commencer par une lettre et n’avoir que minuscules, "
        "chiffres et tirets bas"
    )


class _Walk:
    """Goes through the rows of `survey` once, from the first to the last."""

    def __init__(self, title: str, faults: Faults) -> None:
        self.survey = Survey()
        self._title = title
        self._faults = faults
        self._open: list[Row] = []
        self._section: Definition | None = None

    def step(self, row: Row) -> None:
        type_, list_name = self._type(row)
        name = row.text("name")
        if name in _RESERVED or name == TERRITORY_GROUP or type_ in _NOT_ASKED:
            return
        if type_ == "begin_group":
            self._begin(row, name)
        elif type_ == "end_group":
            self._end(row)
        elif name.endswith(SPECIAL) and type_ == "select_one":
            self.survey.specials[name.removesuffix(SPECIAL)] = list_name
        else:
            self._question(row, type_, list_name)

    def finish(self) -> Survey:
        for row in self._open:
            self._faults.note(row.where, "ce groupe n’est pas fermé (end_group)")
        return self.survey

    def _type(self, row: Row) -> tuple[str, str]:
        words = " ".join(row.text("type").split())
        for alias, name in _ALIASES.items():
            if words.lower() == alias or words.lower().startswith(f"{alias} "):
                words = name + words[len(alias) :]
                break
        type_, _, list_name = words.partition(" ")
        if list_name.endswith(" or_other"):
            reason = (
                "«\u00a0or_other\u00a0» n’est pas admis, ajoutez une réponse «\u00a0Autre\u00a0»"
            )
            self._faults.note(row.at("type"), reason)
            list_name = list_name.removesuffix(" or_other")
        return type_.lower(), list_name

    def _begin(self, row: Row, name: str) -> None:
        if self._open:
            self._faults.note(row.where, "un groupe dans un groupe n’est pas admis")
        self._open.append(row)
        code = name.removeprefix(SECTION)
        if not _CODE.fullmatch(code):
            self._faults.note(row.at("name"), _code_reason(code))
        self._section = self._new_section(code, row.text("label") or code, row.where)

    def _end(self, row: Row) -> None:
        if row.text("name") == TERRITORY_GROUP:
            return
        if not self._open:
            self._faults.note(row.where, "ce groupe n’a pas de début (begin_group)")
            return
        self._open.pop()
        self._section = None

    def _new_section(self, code: str, title: str, where: str) -> Definition:
        section: Definition = {"code": code, "title": title, "questions": []}
        self.survey.sections.append(section)
        self.survey.places.setdefault(f"section {code}", where)
        return section

    def _question(self, row: Row, type_: str, list_name: str) -> None:
        kinds = [kind for kind, written in TYPES.items() if written == type_]
        if not kinds:
            shown = type_[:40] or "vide"
            reason = _WHY_NOT.get(type_, f"le type «\u00a0{shown}\u00a0» n’est pas admis")
            self._faults.note(row.at("type"), reason)
            return
        name = row.text("name")
        if not _CODE.fullmatch(name):
            self._faults.note(row.at("name"), _code_reason(name))
        if f"question {name}" in self.survey.places:
            self._faults.note(row.at("name"), f"le code «\u00a0{name}\u00a0» sert deux fois")
        self.survey.places.setdefault(f"question {name}", row.where)
        kind = self._kind(row, kinds)
        section = self._section or self._loose_section(row)
        of_group = self._open[-1] if self._open else None
        self.survey.questions.append(Placed(row, kind, list_name, section, of_group))

    def _kind(self, row: Row, kinds: Sequence[str]) -> str:
        written = row.text(f"{OURS}kind")
        if written and written not in kinds:
            reason = f"avec ce type, le genre est {' ou '.join(kinds)}"
            self._faults.note(row.at(f"{OURS}kind"), reason)
        return written if written in kinds else kinds[0]

    def _loose_section(self, row: Row) -> Definition:
        """A section for questions that stand outside any group, one a run of them."""
        rank = sum(s["code"].startswith("questions") for s in self.survey.sections) + 1
        code = "questions" if rank == 1 else f"questions_{rank}"
        self._section = self._new_section(code, self._title, row.where)
        return self._section


def read_survey(sheet: Table, choices: Choices, title: str, faults: Faults) -> Survey:
    """The sections with their questions; what cannot be ours is noted with its cell."""
    walk = _Walk(title, faults)
    for row in sheet.rows:
        walk.step(row)
    survey = walk.finish()
    for placed in survey.questions:
        if placed.kind == "single" and placed.by_hand:
            options = [o for o in choices.get(placed.list_name, ()) if o[0] not in SPECIAL_CODES]
            placed.kind = "scale" if options == list(SCALE.items()) else "single"
    asked = Asked({placed.row.text("name"): placed.kind for placed in survey.questions})
    for placed in survey.questions:
        specials = survey.specials.get(placed.row.text("name"), "")
        reader = QuestionReader(placed, specials, choices, asked, faults)
        placed.section["questions"].append(reader.read())
    return survey
