"""Where one stands in a questionnaire, whatever one answered and in whatever order."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.interview.conditions import Condition
from app.interview.path import path
from app.interview.questionnaire import Profile, Questionnaire
from app.interview.values import Value
from tests.interview.build import (
    VILLAGE,
    answered,
    ask,
    profiles,
    questionnaire,
    questionnaires,
    values_of,
)

PLACE = ask("place")
WHICH = ask("which", "multiple", conditions=(Condition("is", "yes", "place"),))
PLAN = ask("plan", conditions=(Condition("population_at_least", 3500),))
BRAKE = ask("brake", "single")
FORM = questionnaire(PLACE, WHICH, PLAN, BRAKE)


def test_a_village_is_asked_only_what_concerns_it() -> None:
    assert [q.code for q in path(FORM, VILLAGE, {}).asked] == ["place", "brake"]


def test_saying_yes_opens_the_next_question() -> None:
    walked = path(FORM, VILLAGE, {"place": "yes"})

    assert [q.code for q in walked.asked] == ["place", "which", "brake"]
    following = walked.next()
    assert following
    assert following.code == "which"


def test_a_larger_town_is_asked_for_its_plan() -> None:
    assert path(FORM, Profile("commune", 3500), {}).asks("plan")
    assert not path(FORM, Profile("commune", 3499), {}).asks("plan")
    assert not path(FORM, Profile("commune", None), {}).asks("plan")


def test_changing_ones_mind_keeps_the_answer_that_no_longer_counts() -> None:
    answers: dict[str, Value] = {"place": "yes", "which": ("library",), "brake": "library"}
    answers["place"] = "no"

    walked = path(FORM, VILLAGE, answers)

    assert walked.out_of_reach(answers) == ("which",)
    assert dict(walked.counted) == {"place": "no", "brake": "library"}
    answers["place"] = "yes"
    assert path(FORM, VILLAGE, answers).counted["which"] == ("library",)


def test_an_answer_of_an_older_version_is_kept_out_of_reach() -> None:
    answers: dict[str, Value] = {"gone": "yes", "which": ("library",)}
    assert path(FORM, VILLAGE, answers).out_of_reach(answers) == ("which", "gone")


def test_one_may_go_back_skip_and_come_back() -> None:
    walked = path(FORM, VILLAGE, {"place": "yes"})

    assert walked.before("place") is None
    assert [q and q.code for q in (walked.before("which"), walked.before("brake"))] == [
        "place",
        "which",
    ]
    assert [q and q.code for q in (walked.after("place"), walked.next_after("which"))] == [
        "which",
        "brake",
    ]
    assert walked.next_after("brake") is None


def test_one_may_stand_on_a_question_that_a_colleague_has_just_closed() -> None:
    walked = path(FORM, VILLAGE, {"place": "no"})

    before, after = walked.before("which"), walked.next_after("which")

    assert before
    assert before.code == "place"
    assert after
    assert after.code == "brake"


def test_progress_counts_what_is_asked_of_this_village() -> None:
    walked = path(FORM, VILLAGE, {"place": "no", "which": ("library",)})

    assert walked.progress == (1, 2)
    assert walked.share_answered == 0.5
    assert [q.code for q in walked.missing] == ["brake"]


def test_a_section_without_question_is_not_shown() -> None:
    form = questionnaire(PLACE, BRAKE, PLAN)
    sections = path(form, VILLAGE, {}).sections
    assert [(s.code, [q.code for q in s.questions]) for s in sections] == [
        ("part_0", ["place", "brake"])
    ]


def test_the_section_of_a_question_is_found() -> None:
    assert FORM.section_of("brake").code == "part_2"
    assert "brake" in FORM
    assert "gone" not in FORM


@given(answered(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    given_: tuple[Questionnaire, Profile, dict[str, Value]], chance: Random
) -> None:
    form, profile, answers = given_
    shuffled = list(answers.items())
    chance.shuffle(shuffled)

    first, second = path(form, profile, answers), path(form, profile, dict(shuffled))

    assert first == second
    assert first.out_of_reach(answers) == second.out_of_reach(dict(shuffled))


@given(answered())
def test_no_answer_is_lost_and_none_counts_twice(
    given_: tuple[Questionnaire, Profile, dict[str, Value]],
) -> None:
    form, profile, answers = given_
    before = dict(answers)

    walked = path(form, profile, answers)

    assert answers == before
    assert {*walked.counted} | {*walked.out_of_reach(answers)} == {*answers}
    assert not {*walked.counted} & {*walked.out_of_reach(answers)}
    assert {*walked.counted} <= {q.code for q in walked.asked}


@given(questionnaires(), profiles, st.data())
def test_answering_what_is_asked_always_ends(
    form: Questionnaire, profile: Profile, data: st.DataObject
) -> None:
    answers: dict[str, Value] = {}
    for _ in range(len(form.questions)):
        question = path(form, profile, answers).next()
        if question is None:
            break
        answers[question.code] = data.draw(values_of(question))

    walked = path(form, profile, answers)

    assert walked.next() is None
    assert walked.share_answered == 1


@given(answered())
def test_going_back_is_the_reverse_of_going_on(
    given_: tuple[Questionnaire, Profile, dict[str, Value]],
) -> None:
    walked = path(*given_)
    for question in walked.asked:
        following = walked.after(question.code)
        assert following is None or walked.before(following.code) == question
