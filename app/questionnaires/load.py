"""Reads questionnaires from YAML files; what is wrong is told with its file, line and reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from app.errors import Refused
from app.interview.definition import BadDefinition, from_definition
from app.interview.questionnaire import Questionnaire
from app.questionnaires.yaml_source import Fault, Source, UnreadableYaml, parse

FOLDER = Path(__file__).parent
"""Where the packaged questionnaires and their schema stand."""

MOST_TOLD = 10
"""Faults named at once: beyond, the first ones are usually the cause of the next."""


class BadQuestionnaireFile(Refused):
    """A file that is not a questionnaire. `faults` gives each line and reason."""

    sentence = "Corrigez le fichier {file}. {listed}."

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        told = [f"Ligne {f.line}\u00a0: {f.reason}" for f in self.faults[:MOST_TOLD]]
        if len(self.faults) > MOST_TOLD:
            told.append(f"Et {len(self.faults) - MOST_TOLD} autres défauts")
        super().__init__(file=file, listed=". ".join(told))


def load(path: Path) -> Questionnaire:
    """The questionnaire of one file; `BadQuestionnaireFile` if there is anything to mend."""
    try:
        source = parse(path.read_text(encoding="utf-8"))
    except UnreadableYaml as error:
        raise BadQuestionnaireFile(path.name, [error.fault]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        fault = Fault(line, "enregistrez le fichier en UTF-8")
        raise BadQuestionnaireFile(path.name, [fault]) from error
    except OSError as error:
        fault = Fault(1, "ce fichier ne peut pas être lu, vérifiez son nom et ses droits")
        raise BadQuestionnaireFile(path.name, [fault]) from error
    faults = _against_schema(source)
    if faults:
        raise BadQuestionnaireFile(path.name, faults)
    return _build(path.name, source)


def load_all(folder: Path = FOLDER) -> list[Questionnaire]:
    """The packaged questionnaires, in the order of their themes' numbers."""
    loaded = [load(path) for path in sorted(folder.glob("*.yaml"))]
    return sorted(loaded, key=lambda questionnaire: questionnaire.number)


def _build(file: str, source: Source) -> Questionnaire:
    try:
        return from_definition(source.content)
    except BadDefinition as error:
        faults = [
            Fault(source.line_of_code(mistake.where.partition(" ")[2]), str(mistake))
            for mistake in error.mistakes
        ]
        raise BadQuestionnaireFile(file, sorted(faults, key=lambda f: f.line)) from error


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _against_schema(source: Source) -> list[Fault]:
    errors = _validator().iter_errors(source.content)
    faults = [
        Fault(
            source.line(list(error.absolute_path)),
            f"{_place(source.content, list(error.absolute_path))}\u00a0: {_reason(error)}",
        )
        for error in errors
    ]
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.reason))


_ITEMS = {
    "sections": "section",
    "questions": "question",
    "choices": "réponse",
    "asked_when": "condition",
    "thresholds": "seuil",
}


def _place(content: Any, path: Sequence[str | int]) -> str:
    """`section places, question mediation_place, «short»`: the way to a fault, in words."""
    words: list[str] = []
    node, previous = content, ""
    for step in path:
        node = node[step]
        if isinstance(step, int):
            code = node.get("code") if isinstance(node, dict) else None
            words.append(f"{_ITEMS.get(previous, 'élément')} {code or step + 1}")
        elif step not in _ITEMS or step == path[-1]:
            words.append(f"«\u00a0{step}\u00a0»")
        previous = str(step)
    return ", ".join(words) or "questionnaire"


_TYPES = {
    "string": "un texte",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "true ou false",
    "array": "une liste",
    "object": "une liste de propriétés",
}


def _reason(error: ValidationError) -> str:
    rule = str(error.validator)
    wanted: Any = error.validator_value
    found: Any = error.instance
    if rule == "required":
        missing = [key for key in wanted if key not in found]
        return f"il manque {', '.join(missing)}"
    if rule == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return f"propriété inconnue, {', '.join(sorted(map(str, set(found) - set(known))))}"
    return _OTHER_REASONS.get(rule, "valeur non permise, {found}").format(
        wanted=_TYPES.get(str(wanted), ", ".join(wanted) if isinstance(wanted, list) else wanted),
        found=f"vous avez écrit «\u00a0{str(found)[:60]}\u00a0»",
    )


_OTHER_REASONS = {
    "type": "on attend {wanted}, {found}",
    "enum": "choisissez parmi {wanted}, {found}",
    "pattern": "on attend la forme {wanted}, {found}",
    "minLength": "le texte est vide",
    "maxLength": "{wanted} caractères au plus, {found}",
    "minItems": "il en faut au moins {wanted}",
    "minimum": "au moins {wanted}, {found}",
    "maximum": "au plus {wanted}, {found}",
    "minProperties": "la condition est vide",
    "maxProperties": "une condition a un seul opérateur",
}
