"""Someone who studies the answers opens the codebook in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from app.interview.conditions import Condition
from app.interview.questionnaire import Choice, Question, Questionnaire, Threshold
from app.questionnaires.formats.codebook import answer_columns, codebook_rows, to_codebook_csv
from app.questionnaires.load import load_all
from tests.interview.build import ADVICE, ask, questionnaire, worth


def lines(*questions: Question) -> list[dict[str, str]]:
    text = to_codebook_csv(questionnaire(*questions)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def of(column: str, *questions: Question) -> list[dict[str, str]]:
    return [line for line in lines(*questions) if line["colonne"] == column]


def test_it_opens_in_a_french_spreadsheet() -> None:
    book = to_codebook_csv(questionnaire(ask("mail")))

    assert book.startswith(b"\xef\xbb\xbfcolonne;variable;")
    assert b"\r\n" in book


def test_a_scale_has_a_line_a_value_with_its_points_and_its_special_answer() -> None:
    found = of("mail", worth("mail"))

    assert [(line["code"], line["points"], line["code spécial"]) for line in found] == [
        ("yes", "4", ""),
        ("planned", "2", ""),
        ("no", "0", ""),
        ("dont_know", "", "oui"),
    ]


def test_several_choices_are_one_column_and_one_variable_a_choice() -> None:
    found = of("places", ask("places", "multiple"))

    assert found[0]["variable"] == "places.france_services"
    assert found[-1]["variable"] == "places"
    assert len(found) == 6


def test_a_number_has_a_line_a_threshold() -> None:
    steps = (Threshold(25, 2), Threshold(50, 3))
    found = of("share", ask("share", "percentage", thresholds=steps, advice=ADVICE))

    assert [(line["sens"], line["points"]) for line in found[:3]] == [
        ("Indiquez un pourcentage entre 0 et 100.", "0"),
        ("À partir de 25", "2"),
        ("À partir de 50", "3"),
    ]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            Condition("is", "yes", "mail"),
            "Si «\u00a0mail\u00a0» a pour réponse «\u00a0Oui\u00a0»",
        ),
        (
            Condition("any_of", ("planned", "no"), "mail"),
            "Si «\u00a0mail\u00a0» a pour réponse «\u00a0Prévu dans les 12 mois\u00a0» "
            "ou «\u00a0Non\u00a0»",
        ),
        (Condition("answered", False, "mail"), "Si «\u00a0mail\u00a0» n’a pas de réponse"),
        (
            Condition("population_at_least", 3500),
            "Si la collectivité compte 3\u00a0500\u00a0habitants ou plus",
        ),
        (
            Condition("kinds", ("commune", "epci")),
            "Si la collectivité est une commune ou une intercommunalité",
        ),
    ],
)
def test_it_says_of_whom_a_question_is_asked(condition: Condition, said: str) -> None:
    found = of("next", ask("mail"), ask("next", conditions=(condition,)))

    assert found[0]["posée à"] == said


def test_a_label_that_a_spreadsheet_would_compute_is_shown_as_it_is() -> None:
    choices = (Choice("a", "=1+1"), Choice("b", "@SUM(A1)"))
    found = of("mail", ask("mail", "single", choices=choices))

    assert [line["sens"] for line in found[:2]] == ["'=1+1", "'@SUM(A1)"]


@pytest.mark.parametrize("form", load_all(), ids=lambda form: form.theme)
def test_each_column_of_the_answers_file_is_in_the_book(form: Questionnaire) -> None:
    told = {row.column for row in codebook_rows(form)}

    assert told == {column.name for column in answer_columns(form)}
