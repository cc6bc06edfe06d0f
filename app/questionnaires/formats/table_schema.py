"""The answers file described as a Frictionless Table Schema (JSON), for the tools that check it.

`missingValues` holds for the whole file, so a tool that follows the schema reads the special
answers as "no value" everywhere: keep the file itself to count them apart.
"""

from __future__ import annotations

import json
from typing import Any

from app.interview.kinds.text import MAX_LENGTH
from app.interview.questionnaire import Question, Questionnaire
from app.questionnaires.formats.answers_file import (
    TERRITORY_CODE,
    TERRITORY_KIND,
    VERSION,
    Column,
    answer_columns,
)
from app.questionnaires.formats.xpath_out import DEFAULT_BOUNDS
from app.vocabulary.territory_kinds import TerritoryKind

Field = dict[str, Any]

_PROFILE = "https://frictionlessdata.io/schemas/table-schema.json"
_CODE_PATTERN = "[0-9][0-9AB][0-9]{3}|[0-9]{9}"
"""Insee code of a commune, or SIREN."""


def to_table_schema(questionnaire: Questionnaire) -> bytes:
    """The schema; its fields are those of `answer_columns`, in the same order."""
    schema = {
        "$schema": _PROFILE,
        "name": questionnaire.theme,
        "title": questionnaire.title,
        "version": str(questionnaire.version),
        "fields": [_field(questionnaire, column) for column in answer_columns(questionnaire)],
        "primaryKey": [TERRITORY_KIND, TERRITORY_CODE],
        "missingValues": ["", *_specials(questionnaire)],
    }
    return json.dumps(schema, ensure_ascii=False, indent=2).encode() + b"\n"


def _specials(questionnaire: Questionnaire) -> list[str]:
    accepted = {special.value for q in questionnaire.questions for special in q.specials}
    return sorted(accepted)


def _field(questionnaire: Questionnaire, column: Column) -> Field:
    if column.question is None:
        return {"name": column.name, "title": column.label} | _key(questionnaire, column.name)
    question = column.question
    told = {"name": column.name, "title": question.short, "description": question.text}
    return told | _typed(question)


def _key(questionnaire: Questionnaire, name: str) -> Field:
    rules: dict[str, dict[str, Any]] = {
        TERRITORY_KIND: {"type": "string", "enum": [kind.value for kind in TerritoryKind]},
        TERRITORY_CODE: {"type": "string", "pattern": _CODE_PATTERN},
        VERSION: {"type": "integer", "enum": [questionnaire.version]},
    }
    rule = dict(rules[name])
    return {"type": rule.pop("type"), "constraints": {"required": True} | rule}


def _typed(question: Question) -> Field:
    codes = [choice.code for choice in question.choices]
    if question.kind == "multiple":
        one = f"({'|'.join(codes)})"
        return {"type": "string", "constraints": {"pattern": f"{one}( {one})*"}}
    if codes:
        return {"type": "string", "constraints": {"enum": codes}}
    if question.kind == "text":
        longest = MAX_LENGTH if question.max_length is None else question.max_length
        # An apostrophe may stand before a text that a spreadsheet would compute.
        return {"type": "string", "constraints": {"maxLength": longest + 1}}
    return _number(question)


def _number(question: Question) -> Field:
    least, most = DEFAULT_BOUNDS[question.kind]
    bounds = {
        "minimum": least if question.minimum is None else question.minimum,
        "maximum": most if question.maximum is None else question.maximum,
    }
    rules = {key: bound for key, bound in bounds.items() if bound is not None}
    if question.kind == "integer":
        return {"type": "integer", "constraints": rules}
    return {"type": "number", "decimalChar": ",", "bareNumber": False, "constraints": rules}
