"""A tool checks an answers file by the schema: what we write passes, nothing else is described."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import Special, Value
from app.questionnaires.formats.codebook import answer_columns, write_cell
from app.questionnaires.formats.table_schema import to_table_schema
from app.questionnaires.load import load_all
from tests.interview.build import ask, questionnaire, values_of

KINDS = ("single", "multiple", "scale", "integer", "percentage", "text")
ASKED = questionnaire(*(ask(kind, kind) for kind in KINDS))


def schema(form: Questionnaire) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_table_schema(form))
    return found


def passes(field: dict[str, Any], cell: str) -> bool:
    """What the standard says of a cell that is not missing."""
    rules = field["constraints"]
    if field["type"] == "string":
        fits = re.fullmatch(rules.get("pattern", ".*"), cell) is not None
        return (
            fits and cell in rules.get("enum", [cell]) and len(cell) <= rules.get("maxLength", 999)
        )
    plain = cell if field.get("bareNumber", True) else re.sub("[^0-9,-]", "", cell)
    value = float(plain.replace(field.get("decimalChar", "."), "."))
    return bool(rules.get("minimum", value) <= value <= rules.get("maximum", value))


@pytest.mark.parametrize("form", load_all(), ids=lambda form: form.theme)
def test_its_fields_are_the_columns_of_the_file(form: Questionnaire) -> None:
    found = schema(form)

    assert [f["name"] for f in found["fields"]] == [c.name for c in answer_columns(form)]
    assert found["primaryKey"] == ["territory_kind", "territory_code"]
    assert found["missingValues"][0] == ""


def test_a_code_of_territory_and_a_version_are_checked() -> None:
    kind, code, version = schema(ASKED)["fields"][:3]

    assert passes(kind, "commune")
    assert not passes(kind, "canton")
    assert passes(code, "2A004")
    assert passes(code, "200046977")
    assert not passes(code, "1234")
    assert version["constraints"]["enum"] == [1]


@settings(max_examples=300)
@given(st.sampled_from(ASKED.questions).flatmap(lambda q: st.tuples(st.just(q), values_of(q))))
def test_whatever_is_written_in_a_cell_passes(answer: tuple[Question, Value]) -> None:
    question, value = answer
    found = schema(ASKED)
    cell = write_cell(question, value)

    if isinstance(value, Special):
        assert cell in found["missingValues"]
    else:
        assert passes(next(f for f in found["fields"] if f["name"] == question.code), cell)


@pytest.mark.parametrize(
    ("code", "cell"),
    [("single", "nope"), ("multiple", "library  centre"), ("integer", "-1"), ("percentage", "101")],
)
def test_another_cell_does_not_pass(code: str, cell: str) -> None:
    field = next(f for f in schema(ASKED)["fields"] if f["name"] == code)

    assert not passes(field, cell)
