"""Issuing a version: who may, what is refused, and that nothing of it changes afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.errors import NotAllowed
from app.interview.duration import told_minutes
from app.interview.questionnaire import ComesFrom, Question, Questionnaire, Threshold
from app.models.campaigns import QuestionnaireVersion
from app.models.organisations import AuditEntry
from app.questionnaires.issue import (
    AlreadyIssued,
    NotReadyToIssue,
    NotTheNewest,
    faults_of,
    issue,
)
from app.questionnaires.load import load_all
from app.questionnaires.publish import UnknownQuestionnaire, load_into
from app.questionnaires.versions import NoSuchVersion, version_of, versions_of
from app.vocabulary.scope import Author, Role, Scope
from tests.world import World

AICHA = Scope(1, Role.ADMINISTRATOR, None)
STRATEGY = load_all()[8]


def first_version(world: World) -> int:
    [loaded] = load_into(world.db, [STRATEGY], now=world.now)
    return loaded.id


def issued_by_aicha(world: World, found: int) -> Questionnaire:
    return issue(world.db, AICHA, found, by=Author.user(1), now=world.now)


def next_one(world: World, text: Questionnaire) -> int:
    [loaded] = load_into(world.db, [text], now=world.now)
    return loaded.id


def with_question(
    form: Questionnaire, code: str, changed: Question | None, **more: tuple[str, ...]
) -> Questionnaire:
    """The questionnaire with that question changed, or taken out."""
    sections = tuple(
        replace(
            section,
            questions=tuple(
                new
                for question in section.questions
                if (new := changed if question.code == code else question)
            ),
        )
        for section in form.sections
    )
    return replace(form, sections=sections, **more)  # type: ignore[arg-type]


def nobodys_condition(form: Questionnaire) -> Question:
    """A question that no condition looks at, so that it may go."""
    looked_at = {c.question for q in form.questions for c in q.conditions}
    return next(q for q in reversed(form.questions) if q.code not in looked_at)


def test_an_issued_version_is_kept_with_who_issued_it(world: World) -> None:
    found = first_version(world)

    assert issued_by_aicha(world, found) == STRATEGY

    with world.db.reading() as session:
        [trace] = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "questionnaire_issued")
        )
        [version] = versions_of(session, "strategie")
    assert (trace.actor_id, trace.subject) == ("1", f"questionnaire:{found}")
    assert trace.details == {"theme": "strategie", "version": 1}
    assert version.state == "issued"


def test_once_issued_the_database_itself_refuses_a_change(world: World) -> None:
    found = first_version(world)
    issued_by_aicha(world, found)

    with pytest.raises(DBAPIError), world.db.transaction() as session:
        session.execute(
            update(QuestionnaireVersion)
            .where(QuestionnaireVersion.id == found)
            .values(title="Autre titre")
        )


def test_it_is_issued_once(world: World) -> None:
    found = first_version(world)
    issued_by_aicha(world, found)

    with pytest.raises(AlreadyIssued):
        issued_by_aicha(world, found)


@pytest.mark.parametrize("role", [Role.OPSN, Role.READER])
def test_an_operator_or_a_reader_issues_nothing(world: World, role: Role) -> None:
    found = first_version(world)

    with pytest.raises(NotAllowed):
        issue(world.db, Scope(2, role, 1), found, by=Author.user(2), now=world.now)
    with pytest.raises(NotAllowed):
        issue(world.db, None, found, by=Author.user(2), now=world.now)


def test_a_version_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(UnknownQuestionnaire):
        issued_by_aicha(world, 999_999)


def test_what_would_tire_the_respondent_is_refused_with_the_reason(world: World) -> None:
    found = next_one(world, replace(STRATEGY, minutes=3, draft=True))

    with pytest.raises(NotReadyToIssue) as refused:
        issued_by_aicha(world, found)

    assert "on en estime 8" in str(refused.value)
    assert "«\u00a0draft\u00a0»" in str(refused.value)


def of_every_kind(said: Iterable[str]) -> set[str]:
    return {one.partition(" ")[0] for one in said}


KINDS = {"commune", "intercommunalité", "département", "région"}


def test_a_hundred_that_nobody_can_reach_is_refused_for_each_kind_it_concerns(
    world: World,
) -> None:
    """The best mark of a question begins above a hundred per cent."""
    tools = load_all()[4]
    trained = tools.question("staff_trained")
    too_high = replace(
        trained, not_concerned=False, thresholds=(*trained.thresholds, Threshold(101, 4))
    )
    found = next_one(world, with_question(tools, trained.code, too_high))

    with pytest.raises(NotReadyToIssue) as refused:
        issued_by_aicha(world, found)

    told = refused.value.faults
    assert of_every_kind(told) == KINDS
    assert told[0].startswith("commune à partir de 0\u00a0hab., le score va de 0 à 9")
    assert all(one.endswith(" au lieu de 0 à 100.") for one in told)


def test_a_theme_in_which_nothing_counts_is_refused(world: World) -> None:
    form = STRATEGY
    for question in STRATEGY.questions:
        pointless = tuple(replace(choice, points=None) for choice in question.choices)
        changed = replace(question, choices=pointless, thresholds=())
        form = with_question(form, question.code, changed)

    faults = faults_of(form, None)

    assert of_every_kind(faults) == KINDS
    assert all(one.endswith("aucune question ne compte dans le score.") for one in faults)


def test_the_text_loaded_after_an_issued_version_is_the_next_version(world: World) -> None:
    issued_by_aicha(world, first_version(world))
    [second] = load_into(world.db, [replace(STRATEGY, title="Stratégie")], now=world.now)

    assert second.version == 2
    assert issued_by_aicha(world, second.id).version == 2


def test_a_next_version_that_forgets_a_question_is_refused_until_it_says_so(world: World) -> None:
    issued_by_aicha(world, first_version(world))
    gone = nobodys_condition(STRATEGY)
    cut = with_question(STRATEGY, gone.code, None)
    forgetful = replace(cut, minutes=told_minutes(cut))

    with pytest.raises(NotReadyToIssue) as refused:
        issued_by_aicha(world, next_one(world, forgetful))
    assert refused.value.faults == (
        f"{gone.code}\u00a0: aucune question de la nouvelle version ne la continue\u00a0: "
        "dites laquelle, ou ajoutez-la à «\u00a0dropped\u00a0».",
    )

    said = replace(forgetful, dropped=(gone.code,))
    assert issued_by_aicha(world, next_one(world, said)).version == 2


def test_a_question_continued_under_another_code_passes(world: World) -> None:
    issued_by_aicha(world, first_version(world))
    old = nobodys_condition(STRATEGY)
    renamed = replace(old, code=f"{old.code}_bis", comes_from=ComesFrom(old.code, "same"))

    again = issued_by_aicha(world, next_one(world, with_question(STRATEGY, old.code, renamed)))

    assert again.version == 2


def test_a_first_version_continues_nothing(world: World) -> None:
    found = next_one(world, replace(STRATEGY, dropped=("never_asked",)))

    with pytest.raises(NotReadyToIssue) as refused:
        issued_by_aicha(world, found)
    assert "une version qui n’est pas émise" in str(refused.value)


def test_an_older_draft_is_not_issued_after_a_newer_version(world: World) -> None:
    world.open_wave()  # holds the first inclusion draft, so that the next text stands beside it
    inclusion = load_all()[0]
    [first] = load_into(world.db, [inclusion], now=world.now)
    [second] = load_into(world.db, [replace(inclusion, title="Inclusion")], now=world.now)
    issued_by_aicha(world, second.id)

    with pytest.raises(NotTheNewest, match="version 2"):
        issued_by_aicha(world, first.id)


def test_versions_are_found_by_number_or_the_newest(world: World) -> None:
    world.open_wave()
    inclusion = load_all()[0]
    load_into(world.db, [replace(inclusion, title="Inclusion")], now=world.now)

    with world.db.reading() as session:
        assert version_of(session, "inclusion", 1)[1] == inclusion
        assert version_of(session, "inclusion")[1].title == "Inclusion"
        newest, first = versions_of(session, "inclusion")
        with pytest.raises(NoSuchVersion):
            version_of(session, "inclusion", 7)
    assert newest.waves == ()
    assert len(first.waves) == 1
    assert "Baromètre 2026 (simulée)" in first.waves[0]
