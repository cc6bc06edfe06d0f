"""A colleague fills in a file of answers: what each cell means, and what is told when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.interview.kinds import registry
from app.interview.kinds.kind import BadValue
from app.interview.questionnaire import Question
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Misread, Value
from app.questionnaires.formats.codebook import ReservedCode, answer_columns, read_cell, write_cell
from tests.interview.build import ask, questionnaire, values_of
from tests.questionnaires.formats.build import with_code, words

MAIL = ask("mail", "single")
PLACES = ask("places", "multiple", not_concerned=True)
STAFF = ask("staff", "integer", unit="agents")
SHARE = ask("share", "percentage")
NAME = ask("name", "text")


def refused(question: Question, text: str) -> str:
    found = read_cell(question, text)
    assert isinstance(found, Misread), found
    return found.sentence


def test_the_columns_say_whose_row_it_is_then_follow_the_questions() -> None:
    columns = answer_columns(questionnaire(MAIL, PLACES))

    assert [column.name for column in columns] == [
        *("territory_kind", "territory_code", "questionnaire_version"),
        *("mail", "places"),
    ]
    assert columns[3].question is MAIL


def test_a_question_that_bears_a_column_s_name_is_refused() -> None:
    with pytest.raises(ReservedCode, match="territory_code"):
        answer_columns(with_code(questionnaire(MAIL), "territory_code"))


@pytest.mark.parametrize("text", ["library none_such", "library|nope"])
def test_an_unknown_code_is_told_with_those_that_exist(text: str) -> None:
    said = refused(PLACES, text)

    assert "france_services, library" in said
    assert said.count("no") >= 1
    assert "«" in said


@pytest.mark.parametrize(
    "text", ["library centre", "centre|library", " library ; centre ", "library,centre"]
)
def test_several_codes_are_read_whatever_separates_them(text: str) -> None:
    assert read_cell(PLACES, text) == ("library", "centre")


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (STAFF, "12 000", 12_000),
        (STAFF, "12 agents", 12),
        (STAFF, "12.0", 12),
        (SHARE, "45", 45),
        (SHARE, "45 %", 45),
        (SHARE, "12,5", 12.5),
        (SHARE, "0,5 %", 0.5),
        (NAME, "  Saint-Denis  ", "Saint-Denis"),
        (NAME, "'=1+1", "=1+1"),
        (NAME, "l’été", "l’été"),
        (MAIL, "dont_know", DONT_KNOW),
        (PLACES, "not_concerned", NOT_CONCERNED),
    ],
)
def test_what_people_write_in_a_cell_is_understood(
    question: Question, text: str, value: Value
) -> None:
    assert read_cell(question, text) == value


@pytest.mark.parametrize(
    ("question", "text"),
    [
        *[(STAFF, "12,5"), (STAFF, "-1"), (STAFF, "douze"), (SHARE, "101"), (SHARE, "0,45")],
        *[(SHARE, "45 45"), (SHARE, "nan"), (MAIL, "Oui"), (MAIL, "not_concerned")],
        *[
            (PLACES, "none library"),
            (PLACES, "library dont_know"),
            (PLACES, "|"),
            (NAME, "a" * 201),
        ],
    ],
)
def test_what_cannot_be_an_answer_is_told_in_a_sentence(question: Question, text: str) -> None:
    assert refused(question, text).endswith(".")


@pytest.mark.parametrize("text", ["", "  ", "\t", "\u00a0"])
@pytest.mark.parametrize("question", [MAIL, PLACES, STAFF, SHARE, NAME])
def test_an_empty_cell_is_no_answer(question: Question, text: str) -> None:
    assert read_cell(question, text) is None


def test_what_is_no_answer_is_not_written() -> None:
    with pytest.raises(BadValue):
        write_cell(MAIL, "nope")


QUESTIONS = st.sampled_from([MAIL, PLACES, STAFF, SHARE, NAME])


@settings(max_examples=300)
@given(QUESTIONS.flatmap(lambda q: st.tuples(st.just(q), values_of(q))))
def test_what_is_written_is_read_back(answer: tuple[Question, Value]) -> None:
    question, value = answer

    assert read_cell(question, write_cell(question, value)) == value


@settings(max_examples=300)
@given(st.floats(0, 100))
def test_any_share_is_read_back_to_its_last_decimal(value: float) -> None:
    assert read_cell(SHARE, write_cell(SHARE, value)) == value


@settings(max_examples=300)
@given(words | st.sampled_from(["dont_know", "'dont_know", "''=1", "'", "+33 1"]))
def test_any_text_is_read_back_and_never_opens_as_a_formula(text: str) -> None:
    value = registry.read(NAME, text)
    if isinstance(value, str):
        written = write_cell(NAME, value)
        assert read_cell(NAME, written) == value
        assert written[0] not in "=+-@"


@settings(max_examples=300)
@given(QUESTIONS, st.text())
def test_any_cell_gives_an_answer_its_question_accepts_or_a_sentence(
    question: Question, text: str
) -> None:
    found = read_cell(question, text)

    if isinstance(found, Misread):
        assert found.sentence.endswith(".")
    elif found is not None:
        assert registry.check(question, found) is None
