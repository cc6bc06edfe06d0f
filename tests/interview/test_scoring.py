"""What answers are worth, and what could still be won."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.path import Path, path
from app.interview.questionnaire import Question, Questionnaire, Threshold
from app.interview.scoring import best, least, lost_points, points, score
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Value
from tests.interview.build import ADVICE, PLACES, VILLAGE, ask, questionnaire, values_of, worth

PLACE = worth("place", yes=6)
HELP = worth("help", yes=4, planned=1, not_concerned=True)
TRAINED = ask(
    "trained",
    "percentage",
    advice=ADVICE,
    thresholds=(Threshold(1, 1), Threshold(50, 3), Threshold(80, 4)),
)
WHERE = ask("where", "multiple", choices=PLACES, advice=ADVICE, most_points=3)
BRAKE = ask("brake", "text")
FORM = questionnaire(PLACE, HELP, TRAINED, WHERE, BRAKE)


def walked(**answers: Value) -> Path:
    return path(FORM, VILLAGE, answers)


def out_of_100(**answers: Value) -> float:
    result = score(FORM, walked(**answers))
    assert result
    return result.value


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (PLACE, "yes", 6),
        (PLACE, "planned", 2),
        (PLACE, "no", 0),
        (PLACE, DONT_KNOW, 0),
        (PLACE, None, None),
        (HELP, NOT_CONCERNED, None),
        (TRAINED, 0, 0),
        (TRAINED, 0.5, 0),
        (TRAINED, 49.9, 1),
        (TRAINED, 50, 3),
        (TRAINED, 100, 4),
        (WHERE, ("none",), 0),
        (WHERE, ("library", "centre"), 2),
        (WHERE, ("france_services", "library", "digital_space", "centre"), 3),
        (BRAKE, "Le temps", None),
    ],
)
def test_each_answer_is_worth_its_points(
    question: Question, value: Value | None, expected: float | None
) -> None:
    assert points(question, value) == expected


def test_the_best_and_the_least_are_known_beforehand() -> None:
    assert [best(q) for q in FORM.questions] == [6, 4, 4, 3, 0]
    assert [least(q) for q in FORM.questions] == [0, 0, 0, 0, 0]


def test_the_best_answers_make_a_hundred() -> None:
    places = ("france_services", "library", "digital_space")
    assert out_of_100(place="yes", help="yes", trained=90, where=places) == 100


def test_the_worst_answers_make_zero() -> None:
    assert out_of_100(place="no", help="no", trained=0, where=("none",)) == 0


def test_not_knowing_obtains_nothing_but_counts() -> None:
    assert out_of_100(place="yes", help=DONT_KNOW) == 60


def test_not_being_concerned_costs_nothing() -> None:
    assert out_of_100(place="yes", help=NOT_CONCERNED) == 100


def test_a_blank_costs_nothing_and_is_told() -> None:
    result = score(FORM, walked(place="yes", help=NOT_CONCERNED))
    assert result
    assert (result.value, result.n_counted, result.n_countable) == (100, 1, 3)


def test_without_an_answer_that_counts_there_is_no_score() -> None:
    assert score(FORM, walked(brake="Le temps", help=NOT_CONCERNED)) is None
    assert lost_points(FORM, walked(brake="Le temps")) == []


def test_the_costliest_answer_comes_first() -> None:
    lost = lost_points(FORM, walked(place="no", help="yes", trained=50, where=("library",)))

    assert [(one.question.code, round(one.points, 1)) for one in lost] == [
        ("place", 35.3),
        ("where", 11.8),
        ("trained", 5.9),
    ]
    assert lost[0].gain_label == "Le faire"


@given(st.data())
def test_the_score_and_what_is_lost_make_a_hundred(data: st.DataObject) -> None:
    form: Questionnaire = FORM
    some = data.draw(st.sets(st.sampled_from(form.questions)))
    answers = {q.code: data.draw(values_of(q)) for q in some}
    walk = path(form, VILLAGE, answers)

    result, lost = score(form, walk), lost_points(form, walk)

    if result is None:
        assert lost == []
    else:
        assert 0 <= result.value <= 100
        assert result.value + sum(one.points for one in lost) == pytest.approx(100)
        assert result.n_counted <= result.n_countable
