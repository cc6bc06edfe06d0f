"""An editor brings a form made elsewhere: it is read, or each cell to mend is told."""

from __future__ import annotations

import pytest

from app.interview.conditions import Condition
from app.questionnaires.formats.xlsform_in import BadXlsForm, from_xlsform, read_xlsform
from app.questionnaires.formats.xlsform_out import to_xlsform
from tests.interview.build import ask, questionnaire
from tests.questionnaires.formats.workbooks import (
    CHOICES,
    SURVEY,
    by_hand,
    changed,
    names,
    with_row,
    with_shared_texts,
    workbook,
)


def told(data: bytes) -> str:
    """What the editor reads when it is refused."""
    with pytest.raises(BadXlsForm) as refusal:
        from_xlsform(data)
    assert str(refusal.value).endswith(".")
    return str(refusal.value)


def conditions(relevant: str, kind: str = "integer") -> tuple[Condition, ...]:
    form = from_xlsform(with_row(kind, "last", "Et puis ?", relevant))
    return form.question("last").conditions


def test_a_plain_form_is_read_and_what_is_missing_is_said() -> None:
    imported = read_xlsform(by_hand(settings=(("form_title", "version"), ("Cybersécurité", "v3"))))
    form = imported.questionnaire

    assert [section.code for section in form.sections] == ["site", "questions"]
    assert [q.kind for q in form.questions] == ["single", "multiple", "integer", "text"]
    assert (form.theme, form.number, form.version, form.draft) == ("cybersecurite", 2, 1, True)
    assert form.question("visits").conditions == (Condition("is", "yes", "website"),)
    assert form.question("visits").dont_know
    assert any("why" in said and "website" in said for said in imported.missing)
    assert any("points" in said for said in imported.missing)
    assert any("minutes" in said for said in imported.missing)


def test_a_form_without_a_theme_asks_for_one() -> None:
    imported = read_xlsform(by_hand())

    assert imported.questionnaire.theme == "a_completer"
    assert any("inclusion" in said for said in imported.missing)


def test_yes_planned_no_is_recognised_as_the_house_s_scale() -> None:
    scale = (*CHOICES[:2], ("oui_non", "planned", "Prévu dans les 12 mois"), *CHOICES[2:])

    assert from_xlsform(by_hand(choices=scale)).question("website").kind == "scale"


def test_metadata_that_a_field_tool_fills_by_itself_is_left_out() -> None:
    assert "start" not in from_xlsform(with_row("start", "start"))


def test_only_french_columns_are_read_when_there_is_one_language() -> None:
    survey = (("type", "name", "label::Français (fr)", "relevant"), *SURVEY[1:])

    assert from_xlsform(by_hand(survey=survey)).question("website").text == "Avez-vous un site ?"


def test_a_group_s_condition_holds_for_each_of_its_questions() -> None:
    rows = (
        *SURVEY,
        ("begin_group", "more", "Suite", "${website} = 'no'"),
        ("text", "why_not", "Pourquoi ?", None),
        ("end_group", None, None, None),
    )

    asked = from_xlsform(by_hand(survey=rows)).question("why_not")
    assert asked.conditions == (Condition("is", "no", "website"),)


@pytest.mark.parametrize(
    ("relevant", "found"),
    [
        ("${website}='yes'", Condition("is", "yes", "website")),
        ('${ website } = "yes"', Condition("is", "yes", "website")),
        ("${website} != 'yes'", Condition("is_not", "yes", "website")),
        ("selected(${website}, 'yes')", Condition("is", "yes", "website")),
        ("${website}='yes' or ${website}='no'", Condition("any_of", ("yes", "no"), "website")),
        ("selected(${parts}, 'news')", Condition("includes", "news", "parts")),
        ("${visits} > 10", Condition("at_least", 11, "visits")),
        ("${visits} <= 10", Condition("less_than", 11, "visits")),
        ("${visits} >= 10.5", Condition("at_least", 10.5, "visits")),
        ("${visits} != ''", Condition("answered", True, "visits")),
        ("${territory_kind} = 'epci'", Condition("kinds", ("epci",))),
        ("${territory_population} >= 3500", Condition("population_at_least", 3500)),
    ],
)
def test_usual_ways_to_write_a_condition_are_understood(relevant: str, found: Condition) -> None:
    assert conditions(relevant) == (found,)


def test_several_conditions_keep_their_order() -> None:
    assert conditions("(${website}='yes') and (${visits} < 3 and ${visits} != '')") == (
        Condition("any_of", ("yes",), "website"),
        Condition("less_than", 3, "visits"),
        Condition("answered", True, "visits"),
    )


@pytest.mark.parametrize(
    ("relevant", "reason"),
    [
        ("today() > '2026-01-01'", "today()"),
        ("regex(${remark}, '[0-9]+')", "regex()"),
        ("${visits} + 1 > 3", "+ 1"),
        ("${visits} * 2 > 3", "* 2"),
        ("${visits} = 3", ">="),
        ("${website} = 'yes' or ${visits} > 3", "or"),
        ("${website} = ${remark}", "condition"),
        ("not(${website} = 'yes')", "condition"),
        ("count-selected(${parts}) > 1", "condition"),
        ("${parts} = 'news'", "selected(${parts}, 'news')"),
        ("${website} = 'yes' and", "incomplète"),
        ("(${website} = 'yes'", ")"),
        ("(" * 50, "parenthèses"),
        ("${website}='yes' and " * 400, "longue"),
        ("../website = 'yes'", "../website"),
        ("${website} = 'maybe'", "maybe"),
        ("${nowhere} = 'yes'", "nowhere"),
    ],
)
def test_a_formula_we_do_not_know_is_told_with_its_cell(relevant: str, reason: str) -> None:
    said = told(with_row("text", "last", "Et puis ?", relevant))

    assert "euille survey, cellule D8" in said or "euille survey, ligne 8" in said
    assert reason in said


@pytest.mark.parametrize(
    ("kind", "constraint", "reason"),
    [
        ("integer", ". > ${visits}", "borne"),
        ("integer", ". mod 2 = 0", "mod"),
        ("integer", ". >= 1 and . >= 2", "deux fois"),
        ("integer", ". >= 1 or . = 0", "contrainte"),
        ("text", "regex(., '[a-z]+')", "regex()"),
        ("select_multiple parts", "count-selected(.) <= 2", "contrainte"),
        ("select_multiple parts", "not(selected(., 'x') and count-selected(.) > 1)", "x"),
    ],
)
def test_a_constraint_we_do_not_know_is_told_with_its_cell(
    kind: str, constraint: str, reason: str
) -> None:
    said = told(with_row(kind, "last", "Et puis ?", None, constraint, header=["constraint"]))

    assert "euille survey, cellule E8" in said
    assert reason in said


def test_usual_constraints_are_understood() -> None:
    row = ("integer", "last", "Et puis ?", None, ". > 0 and . < 10")
    number = from_xlsform(with_row(*row, header=["constraint"])).question("last")
    alone = "not(selected(., 'news')) or count-selected(.) = 1"
    row = ("select_multiple parts", "last", "Et puis ?", None, alone)
    several = from_xlsform(with_row(*row, header=["constraint"])).question("last")

    assert (number.minimum, number.maximum) == (1, 9)
    assert [choice.code for choice in several.choices if choice.exclusive] == ["news"]


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        (("calculate", "last", None, None), "cellule A8", "calculs"),
        (("begin_repeat", "last", "Encore", None), "cellule A8", "répétitions"),
        (("geopoint", "last", "Où ?", None), "cellule A8", "geopoint"),
        (("note", "last", "Bonjour", None), "cellule A8", "note"),
        (("decimal", "last", "Combien ?", None), "cellule A8", "pourcentage"),
        (("select_one nope", "last", "Lequel ?", None), "cellule A8", "nope"),
        (("select_one parts or_other", "last", "Lequel ?", None), "cellule A8", "or_other"),
        (("text", "Last-One", "Et puis ?", None), "cellule B8", "minuscules"),
        (("text", "website", "Et puis ?", None), "cellule B8", "sert deux fois"),
        (("text", "last", None, None), "ligne 8", "label"),
        (("begin group", "open", "Ouvert", None), "ligne 8", "n’est pas fermé"),
        (("end group", None, None, None), "ligne 8", "début"),
        (("text", "last", "=1+1", None), "cellule C8", "formule"),
    ],
)
def test_what_we_cannot_ask_is_told_with_its_place(
    row: tuple[object, ...], place: str, reason: str
) -> None:
    said = told(with_row(*row))

    assert f"euille survey, {place}" in said
    assert reason in said


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("choice_filter", "region = ${region}", "cascade"),
        ("default", "3", "avance"),
        ("parameters", "randomize=true", "réglages"),
        ("media::image", "a.png", "images"),
        ("label::English (en)", "Then?", "traductions"),
        ("barometre::points", "lots", "yes=6 planned=2 no=0"),
        ("barometre::prefill", "{", "JSON"),
        ("barometre::kind", "scale", "genre"),
    ],
)
def test_a_column_we_cannot_follow_is_refused_where_it_is_filled(
    column: str, value: str, reason: str
) -> None:
    said = told(with_row("text", "last", "Et puis ?", None, value, header=[column]))

    assert "cellule E8" in said
    assert reason in said


def test_a_column_of_ours_misspelt_is_told_and_a_remark_is_left_alone() -> None:
    said = told(with_row("text", "last", "Et ?", None, "x", header=["barometre::whi"]))
    form = from_xlsform(with_row("text", "last", "Et ?", None, "x", header=["remarques"]))

    assert "cellule E1" in said
    assert "last" in form


def test_all_the_faults_are_told_at_once() -> None:
    rows = (*SURVEY, ("geopoint", "here", "Où ?", None), ("text", "Bad", "Et ?", "today() = 1"))
    choices = (*CHOICES, ("parts", "news", "Encore"), ("parts", "1", "Un"))
    with pytest.raises(BadXlsForm) as refusal:
        from_xlsform(by_hand(survey=rows, choices=choices))

    assert [fault.where for fault in refusal.value.faults] == [
        "feuille choices, cellule B6",
        "feuille choices, cellule B7",
        "feuille survey, cellule A8",
        "feuille survey, cellule B9",
        "feuille survey, cellule D9",
    ]


@pytest.mark.parametrize("sheets", [{}, {"survey": ()}, {"survey": SURVEY[:1]}, {"autre": SURVEY}])
def test_a_workbook_without_questions_is_told(sheets: dict[str, object]) -> None:
    kept = {"choices": CHOICES} | sheets

    assert "euille survey" in told(workbook(kept))  # type: ignore[arg-type]


def test_a_sheet_without_its_columns_is_told() -> None:
    assert "«\u00a0type\u00a0»" in told(by_hand(survey=(("nom", "question"), ("a", "b"))))


def test_a_column_written_twice_is_told() -> None:
    survey = ((*SURVEY[0], "label"), *SURVEY[1:])

    assert "écrite deux fois" in told(by_hand(survey=survey))


def test_a_condition_on_a_later_question_is_told_with_its_row() -> None:
    survey = (SURVEY[0], ("text", "first", "Et ?", "${website} = 'yes'"), *SURVEY[1:])

    assert "Feuille survey, ligne 2" in told(by_hand(survey=survey))


def test_our_own_form_changed_by_hand_is_read_with_the_change() -> None:
    form = questionnaire(ask("mail"), ask("staff", "integer"))
    data = to_xlsform(form)
    retold = changed(data, {"survey": {"C9": "Avez-vous une adresse ?", "F10": None}})

    back = from_xlsform(retold)
    assert back.question("mail").text == "Avez-vous une adresse ?"
    assert back.question("staff") == form.question("staff")


def test_a_workbook_saved_by_an_office_suite_is_read_the_same() -> None:
    saved = with_shared_texts(by_hand())

    assert "xl/sharedStrings.xml" in names(saved)
    assert from_xlsform(saved) == from_xlsform(by_hand())
