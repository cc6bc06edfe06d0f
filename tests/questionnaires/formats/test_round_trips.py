"""An editor takes a questionnaire away and brings it back: nothing is lost, nothing is added."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from app.interview.questionnaire import Questionnaire
from app.questionnaires.formats.xlsform_in import from_xlsform, read_xlsform
from app.questionnaires.formats.xlsform_out import to_xlsform
from app.questionnaires.load import load, load_all
from app.questionnaires.yaml_writer import to_yaml
from tests.interview.build import questionnaires as simple_ones
from tests.questionnaires.formats.build import questionnaires

PACKAGED = load_all()
SLOWLY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("form", PACKAGED, ids=lambda form: form.theme)
def test_each_theme_comes_back_equal_from_a_workbook(form: Questionnaire) -> None:
    back = read_xlsform(to_xlsform(form))

    assert back.questionnaire == form
    assert back.missing == ()


@SLOWLY
@given(questionnaires() | simple_ones())
def test_any_questionnaire_comes_back_equal_from_a_workbook(form: Questionnaire) -> None:
    assert from_xlsform(to_xlsform(form)) == form


@SLOWLY
@given(form=questionnaires() | simple_ones())
def test_any_questionnaire_comes_back_equal_from_yaml(form: Questionnaire, tmp_path: Path) -> None:
    file = tmp_path / "essai.yaml"
    file.write_text(to_yaml(form), encoding="utf-8")

    assert load(file) == form


@pytest.mark.parametrize("form", PACKAGED, ids=lambda form: form.theme)
def test_each_theme_comes_back_equal_from_yaml(form: Questionnaire, tmp_path: Path) -> None:
    file = tmp_path / f"{form.theme}.yaml"
    file.write_text(to_yaml(form), encoding="utf-8")

    assert load(file) == form


@pytest.mark.parametrize("form", PACKAGED, ids=lambda form: form.theme)
def test_the_field_s_own_tool_converts_each_theme_without_a_warning(form: Questionnaire) -> None:
    converted = convert(io.BytesIO(to_xlsform(form)), file_type=".xlsx")

    assert converted.warnings == []
    assert all(f"<{question.code}/>" in converted.xform for question in form.questions)


@settings(SLOWLY, max_examples=25)
@given(questionnaires())
def test_the_field_s_own_tool_converts_any_questionnaire(form: Questionnaire) -> None:
    assert convert(io.BytesIO(to_xlsform(form)), file_type=".xlsx").xform


def test_the_form_sent_to_respondents_does_not_tell_the_points() -> None:
    converted = convert(io.BytesIO(to_xlsform(PACKAGED[0])), file_type=".xlsx")

    assert "points" not in converted.xform
