"""Each questionnaire read by six authorities: nothing lost, nothing out of reach, nothing long."""

from __future__ import annotations

import json
import re

import pytest

from app.interview.definition import to_definition
from app.interview.duration import longest_minutes, longest_path, told_minutes
from app.interview.kinds.registry import KINDS
from app.interview.questionnaire import Profile, Questionnaire
from app.interview.reach import ScoreRange, orphans, reachable, score_range
from app.interview.reading import LEAST_EASE, reading_of, too_long
from app.questionnaires.load import FOLDER, load
from app.vocabulary.themes import THEMES

FORMS = {form.theme: form for form in map(load, sorted(FOLDER.glob("*.yaml")))}

PEOPLE = {
    "commune-240": Profile("commune", 240),
    "commune-4000": Profile("commune", 4_000),
    "commune-35000": Profile("commune", 35_000),
    "epci": Profile("epci", 22_000),
    "departement": Profile("departement", 116_000),
    "region": Profile("region", 5_900_000),
}

each_theme = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
each_reader = pytest.mark.parametrize(
    ("form", "profile"),
    [
        pytest.param(form, profile, id=f"{theme}-{who}")
        for theme, form in FORMS.items()
        for who, profile in PEOPLE.items()
    ],
)

AT_MOST_MINUTES = 10
FEWEST_ASKED = 10  # below, a theme's score would hang on a handful of answers


@each_reader
def test_no_condition_waits_for_what_cannot_be_answered(
    form: Questionnaire, profile: Profile
) -> None:
    lost = [f"{orphan.question.code}: {orphan.why}" for orphan in orphans(form, profile)]
    assert lost == []


@each_reader
def test_every_score_from_nothing_to_a_hundred_is_within_reach(
    form: Questionnaire, profile: Profile
) -> None:
    assert score_range(form, profile) == ScoreRange(0, 100)


@each_reader
def test_it_never_takes_ten_minutes(form: Questionnaire, profile: Profile) -> None:
    assert longest_minutes(form, profile) < AT_MOST_MINUTES


@each_reader
def test_it_asks_enough_to_describe_whoever_answers(form: Questionnaire, profile: Profile) -> None:
    asked = longest_path(form, profile)
    assert len(asked) >= FEWEST_ASKED
    assert sum(question.counts for question in asked) >= FEWEST_ASKED / 2


@each_theme
def test_every_question_is_asked_of_one_of_the_six(form: Questionnaire) -> None:
    met = {q.code for profile in PEOPLE.values() for q in reachable(form, profile)}
    assert [q.code for q in form.questions if q.code not in met] == []


def asked_of(form: Questionnaire, kind: str, population: int) -> set[str]:
    return {question.code for question in reachable(form, Profile(kind, population))}


@each_theme
def test_a_town_of_3500_is_asked_what_a_village_is_not(form: Questionnaire) -> None:
    """The law asks more from 3,500 inhabitants on (and at 30,000 and 50,000 in some themes)."""
    village, town, city = (asked_of(form, "commune", size) for size in (3_499, 3_500, 80_000))
    assert village != town
    assert town == asked_of(form, "commune", 29_999)
    assert town <= city


def test_what_the_law_asks_at_30_000_and_at_50_000_is_asked_there() -> None:
    opened = {size: {t for t, f in FORMS.items() if more(f, size)} for size in (30_000, 50_001)}
    assert {"cybersecurite", "communication", "services", "strategie"} <= opened[30_000]
    assert opened[50_001] == {"strategie"}


def more(form: Questionnaire, size: int) -> bool:
    """Whether a commune of this size is asked what one inhabitant fewer would not be."""
    return asked_of(form, "commune", size) > asked_of(form, "commune", size - 1)


def test_kinds_of_authority_are_asked_what_is_theirs() -> None:
    kinds = ("commune", "epci", "departement", "region")
    alike = {t for t, f in FORMS.items() if len({*map(frozenset, each_kind(f, kinds))}) == 1}
    assert alike == {"cybersecurite", "outils"}  # whoever you are, the same threats and tools


def each_kind(form: Questionnaire, kinds: tuple[str, ...]) -> list[set[str]]:
    return [asked_of(form, kind, 1_000_000) for kind in kinds]


@each_theme
def test_it_reads_easily(form: Questionnaire) -> None:
    assert reading_of(form).flesch >= LEAST_EASE
    assert [(question.code, sentence) for question, sentence in too_long(form)] == []


@each_theme
def test_it_announces_the_minutes_of_whoever_has_most_to_answer(form: Questionnaire) -> None:
    """Over every kind and size that its conditions tell apart, the six and those between."""
    assert form.minutes == told_minutes(form)
    assert form.minutes <= AT_MOST_MINUTES


@each_theme
def test_it_holds_twelve_to_twenty_two_questions(form: Questionnaire) -> None:
    assert 12 <= len(form.questions) <= 22


@each_theme
def test_it_is_final(form: Questionnaire) -> None:
    assert (form.draft, form.simulated) == (False, False)


@each_theme
def test_every_question_says_why_how_and_lets_one_not_know(form: Questionnaire) -> None:
    for question in form.questions:
        assert question.why.endswith("."), question.code
        assert question.help.endswith((".", "…")), question.code
        # A free text may be left blank: "je ne sais pas" would say nothing more.
        assert question.dont_know or question.kind == "text", question.code
        assert question.kind in KINDS


@each_theme
def test_whatever_counts_has_its_advice_and_its_resource(form: Questionnaire) -> None:
    for question in form.questions:
        if question.counts:
            assert question.advice, question.code
            assert question.advice.text.endswith("."), question.code
            assert question.advice.resource_url.startswith("https://"), question.code


@each_theme
def test_its_name_and_number_are_the_official_ones(form: Questionnaire) -> None:
    official = next(theme for theme in THEMES if theme.code == form.theme)
    assert (form.number, form.title) == (official.number, official.name)


def test_nothing_about_security_is_proposed_from_elsewhere() -> None:
    assert [q.code for q in FORMS["cybersecurite"].questions if q.prefill] == []


def test_the_nine_themes_are_there_in_their_order() -> None:
    assert [*FORMS] == [theme.code for theme in THEMES]


@each_theme
def test_no_line_begins_with_a_punctuation_mark(form: Questionnaire) -> None:
    """The space inside « » and before a double mark is one that does not break."""
    texts = json.dumps(to_definition(form), ensure_ascii=False)
    assert re.findall(r".{0,20}(?:« | [?!;:»%]).{0,5}", texts) == []
