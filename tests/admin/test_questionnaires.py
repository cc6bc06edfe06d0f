"""Questionnaires in the console: versions, differences, files, issuing, and the preview."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admin.questionnaires.preview import PROFILES, Preview, profile_of, walk
from app.interview.conditions import Profile
from app.interview.path import path
from app.interview.questionnaire import Questionnaire
from app.interview.scoring import score
from app.interview.values import Value
from app.models.campaigns import QuestionnaireVersion
from app.models.organisations import AuditEntry
from app.questionnaires.formats.every import FORMATS
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.respond.item_view import raw_of
from tests.admin.cast import Cast
from tests.interview.build import answered, ask, questionnaire, worth
from tests.world import World

INCLUSION, STRATEGY = load_all()[0], load_all()[8]
LIST = "/console/questionnaires/"


def text_of(page: str) -> str:
    said = re.sub(r"<[^>]+>", " ", page.partition('<main id="contenu">')[2])
    return re.sub(r"[ \n\t]+", " ", unescape(said))


def version(world: World, theme: str, number: int = 1) -> int:
    with world.db.reading() as session:
        return session.scalars(
            select(QuestionnaireVersion.id).where(
                QuestionnaireVersion.theme == theme, QuestionnaireVersion.version == number
            )
        ).one()


def reworded(form: Questionnaire) -> Questionnaire:
    """The same, its first question told otherwise."""
    first, *others = form.sections
    question, *more = first.questions
    changed = replace(question, text=f"Aujourd’hui, {question.text}", help="Autre aide.")
    return replace(form, sections=(replace(first, questions=(changed, *more)), *others), version=2)


def test_every_version_is_listed_with_what_asks_it(world: World, cast: Cast) -> None:
    load_into(world.db, [reworded(INCLUSION)], now=world.now)

    told = text_of(cast.bruno.reads(LIST))

    assert "10 versions" in told.replace("\u00a0", " ")
    assert told.index("1. Inclusion numérique") < told.index("9. Stratégie numérique")
    assert "Baromètre 2026 (simulée)" in told
    assert "aucune vague" in told


def test_a_version_says_of_each_question_why_of_whom_and_what_it_is_worth(
    world: World, cast: Cast
) -> None:
    told = text_of(cast.bruno.reads(f"{LIST}details/", id=version(world, "inclusion")))

    for question in INCLUSION.questions:
        assert question.text in told
        assert question.why in told
        assert all(choice.label in told for choice in question.choices)
    assert "Toutes les collectivités" in told
    assert INCLUSION.questions[0].advice is not None
    assert INCLUSION.questions[0].advice.text in told


def test_two_versions_stand_side_by_side_with_the_words_that_changed(
    world: World, cast: Cast
) -> None:
    load_into(world.db, [reworded(INCLUSION)], now=world.now)
    ids = {"id": version(world, "inclusion", 2), "avec": version(world, "inclusion")}

    page = cast.bruno.reads(f"{LIST}difference/", **ids)
    other_way = cast.bruno.reads(f"{LIST}difference/", id=ids["avec"], avec=ids["id"])

    told = text_of(page)
    assert "15 identiques, 1 reformulée" in told
    assert "De la version 1 à la version 2" in told
    assert "[ajouté\u00a0: Aujourd’hui, ]" in told
    assert "<ins>" in page
    assert "<del>" in page
    assert "De la version 1 à la version 2" in text_of(other_way)


def test_a_difference_between_two_themes_is_refused_with_a_sentence(
    world: World, cast: Cast
) -> None:
    answer = cast.bruno.gets(
        f"{LIST}difference/", id=version(world, "inclusion"), avec=version(world, "donnee")
    )
    assert answer.status_code == 400
    assert "Comparez deux versions du même thème." in answer.text


@pytest.mark.parametrize("name", FORMATS)
def test_a_version_is_downloaded_in_every_format(world: World, cast: Cast, name: str) -> None:
    answer = cast.bruno.gets(f"{LIST}fichier/", id=version(world, "inclusion"), format=name)

    assert answer.status_code == 200
    ending = FORMATS[name].ending
    assert f'filename="inclusion-v1.{ending}"' in answer.headers["Content-Disposition"]
    assert len(answer.get_data()) > 1000


def test_nadia_issues_a_version_once_she_has_confirmed(world: World, cast: Cast) -> None:
    number = version(world, "strategie")
    assert "définitive" in cast.nadia.reads(f"{LIST}details/", id=number)

    forgot = cast.nadia.posts(f"{LIST}emettre/", questionnaire_id=number)
    assert forgot.status_code == 400
    assert "Cochez la case" in forgot.text
    cast.nadia.posts(f"{LIST}emettre/", questionnaire_id=number, confirmed="yes")

    page = text_of(cast.nadia.reads(f"{LIST}details/", id=number))
    assert "Émise" in page
    assert "Émettre cette version" not in page
    with world.db.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("questionnaire_issued") == 1


def test_an_operator_is_not_offered_to_issue_and_cannot(world: World, cast: Cast) -> None:
    number = version(world, "strategie")

    assert "<form" not in cast.bruno.reads(f"{LIST}details/", id=number).partition("Émettre")[2]
    for person in (cast.bruno, cast.reader):
        answer = person.posts(f"{LIST}emettre/", questionnaire_id=number, confirmed="yes")
        assert answer.status_code == 403
    with world.db.reading() as session:
        assert session.get_one(QuestionnaireVersion, number).state == "draft"


def test_what_is_left_to_mend_is_told_instead_of_the_button(world: World, cast: Cast) -> None:
    load_into(world.db, [replace(STRATEGY, minutes=3)], now=world.now)

    page = cast.nadia.reads(f"{LIST}details/", id=version(world, "strategie"))

    assert "on en estime 8" in page
    assert 'name="confirmed"' not in page


def test_the_preview_draws_the_respondents_own_controls(world: World, cast: Cast) -> None:
    page = cast.bruno.reads(f"{LIST}apercu/", id=version(world, "inclusion"))

    first = INCLUSION.sections[0].questions[0]
    assert f'name="{first.code}" value="yes"' in page
    assert "Pourquoi cette question\u00a0?" in page
    assert "Rien n’est enregistré." in page


def test_an_answer_opens_its_follow_up_and_makes_a_score(world: World, cast: Cast) -> None:
    number = version(world, "inclusion")
    before = " ".join(q.code for q in path(INCLUSION, Profile("commune", 240), {}).asked)

    page = text_of(
        cast.bruno.reads(
            f"{LIST}apercu/", id=number, mediation_place="yes", asked=before, go="stay"
        )
    )

    assert "vient d’apparaître" in page
    assert "100 sur 100" in page
    assert re.search(r"1.question sur \d+", page)


def test_an_answer_that_cannot_be_read_is_shown_with_its_reason(world: World, cast: Cast) -> None:
    number = version(world, "cybersecurite")

    page = cast.bruno.reads(f"{LIST}apercu/", id=number, section="people", staff_trained="120")

    assert 'value="120"' in page
    assert 'aria-invalid="true"' in page


def test_a_preview_writes_nothing(world: World, cast: Cast) -> None:
    number = version(world, "inclusion")
    cast.bruno.reads(LIST)
    before = world.counts()
    cast.bruno.reads(f"{LIST}apercu/", id=number, mediation_place="yes", go="next")
    assert world.counts() == before


@pytest.mark.parametrize("odd", ["", "0", "abc", "1,2", "9" * 30])
def test_an_odd_address_is_not_found(cast: Cast, odd: str) -> None:
    for page in ("details", "difference", "fichier", "apercu"):
        assert cast.bruno.gets(f"{LIST}{page}/", id=odd).status_code == 404


# The walk itself, without a page.


def walked(form: Questionnaire, typed: dict[str, list[str]], **more: str) -> Preview:
    given = {"section": "", "go": "", **more}
    return walk(form, Profile("commune", 240), typed, before=(), **given)


def test_the_walk_goes_on_back_and_to_the_end() -> None:
    form = questionnaire(ask("a"), ask("b"), worth("c"))

    assert walked(form, {}).rank == 1
    assert walked(form, {}, section="part_0", go="next").rank == 2
    assert walked(form, {}, section="part_2", go="back").rank == 1
    assert walked(form, {}, section="part_2", go="next").here is None
    assert walked(form, {"a": ["yes"]}, section="part_2").elsewhere == (("a", "yes"),)


def test_the_walk_stays_where_something_is_to_mend() -> None:
    form = questionnaire(ask("a", "integer"), ask("b"), worth("c"))

    stuck = walked(form, {"a": ["beaucoup"]}, section="part_0", go="next")

    assert stuck.rank == 1
    assert stuck.items[0].error
    assert stuck.items[0].entered == ["beaucoup"]


@pytest.mark.parametrize(("_label", "profile"), PROFILES)
def test_no_profile_takes_more_than_ten_minutes(_label: str, profile: Profile) -> None:
    for form in load_all():
        seen = walk(form, profile, {}, section="", go="", before=())
        assert seen.minutes <= seen.most_minutes <= 10


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(answered())
def test_the_preview_counts_as_the_engine_does(
    given: tuple[Questionnaire, Profile, dict[str, Value]],
) -> None:
    form, profile, answers = given
    typed = {code: raw_of(value) for code, value in answers.items()}

    seen = walk(form, profile, typed, section="", go="", before=())

    alone = path(form, profile, answers)
    assert seen.path.progress == alone.progress
    assert seen.score == score(form, alone)


@given(
    st.dictionaries(
        st.sampled_from([q.code for q in INCLUSION.questions]),
        st.lists(st.text(max_size=40), max_size=3),
    ),
    st.text(max_size=12),
    st.text(max_size=12),
    st.sampled_from(["next", "back", "stay", "?"]),
)
def test_whatever_the_address_says_there_is_a_page(
    typed: dict[str, list[str]], kind: str, population: str, go: str
) -> None:
    profile = profile_of(kind, population)
    seen = walk(INCLUSION, profile, typed, section="places", go=go, before=("a",))
    assert seen.path.progress.answered <= seen.path.progress.asked
