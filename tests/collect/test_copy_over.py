"""One secretary, several communes: what she copies is what she ticked, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.collect.copy_over import Copied, CopyRow, NeverCopied, Pick, copy_over, copyable
from app.collect.refusals import AlreadySubmitted, NotYourTheme, WaveEnded
from app.collect.submit import submit
from app.models.cases import AnswerEvent
from app.vocabulary.scope import Respondent
from tests.collect.answers import answers_all, opens, says
from tests.world import World

AJAIN, BRIONNE = "23002", "23033"


@pytest.fixture
def ajain(world: World) -> Respondent:
    world.contact(AJAIN, "secretariat@plateau.invalid")
    world.contact(BRIONNE, "secretariat@plateau.invalid")
    world.open_wave()
    return world.respondent(AJAIN)


@pytest.fixture
def brionne(world: World, ajain: Respondent) -> Respondent:
    return world.respondent(BRIONNE)


def rows(
    world: World, source: Respondent, target: Respondent, theme: str = "inclusion"
) -> tuple[CopyRow, ...]:
    with world.db.reading() as session:
        return copyable(session, source, target, theme)


def ticked(found: Sequence[CopyRow]) -> list[Pick]:
    return [Pick(row.question.code, row.event, row.seen) for row in found]


def copies(
    world: World,
    source: Respondent,
    target: Respondent,
    picks: Sequence[Pick],
    *,
    sending: str = "form:copy",
    theme: str = "inclusion",
) -> Copied:
    return copy_over(world.db, source, target, theme, picks, sending=sending, now=world.now)


def test_only_what_is_asked_there_and_blank_or_different_is_proposed(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    says(
        world,
        ajain,
        {"mediation_place": "yes", "mediation_place_kinds": ("library",), "referral": "no"},
        source="form:a",
    )
    says(world, brionne, {"referral": "yes"}, source="form:b")

    found = {row.question.code: row for row in rows(world, ajain, brionne)}

    assert set(found) == {"mediation_place", "referral"}  # the kinds of place are not asked yet
    assert not found["mediation_place"].replaces
    assert found["referral"].replaces
    assert (found["referral"].said, found["referral"].said_there) == ("Non", "Oui")


def test_what_is_ticked_is_copied_in_the_name_of_that_commune_s_own_link(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    says(world, ajain, {"mediation_place": "yes", "referral": "no"}, source="form:a")
    found = rows(world, ajain, brionne)

    done = copies(world, ajain, brionne, ticked(found)[:1])

    seen = opens(world, brionne)
    assert done == Copied(1, 0)
    assert {code: one.value for code, one in seen.answers.items()} == {"mediation_place": "yes"}
    with world.db.reading() as session:
        (event,) = session.scalars(
            select(AnswerEvent).where(
                AnswerEvent.response_id == world.response(BRIONNE, "inclusion").id
            )
        )
    assert event.origin == f"copy:{world.response(AJAIN, 'inclusion').id}"
    assert (event.actor_kind, event.actor_id) == ("link", str(brionne.link_id))
    assert world.disposition(BRIONNE) == "started"


def test_questions_that_appear_are_proposed_the_next_time(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    answers_all(world, ajain)
    first = rows(world, ajain, brionne)
    copies(world, ajain, brionne, ticked(first))

    second = rows(world, ajain, brionne)
    assert second
    assert not {r.question.code for r in second} & {r.question.code for r in first}
    for turn in range(30):
        if not (found := rows(world, ajain, brionne)):
            break
        copies(world, ajain, brionne, ticked(found), sending=f"form:turn{turn}")

    assert opens(world, brionne).path.counted == opens(world, ajain).path.counted


def test_sent_twice_it_counts_once(world: World, ajain: Respondent, brionne: Respondent) -> None:
    says(world, ajain, {"mediation_place": "yes"}, source="form:a")
    picks = ticked(rows(world, ajain, brionne))

    copies(world, ajain, brionne, picks)
    before = world.counts()
    again = copies(world, ajain, brionne, picks)

    assert again == Copied(0, 0)
    assert world.counts() == before


def test_what_changed_since_the_page_was_read_is_not_copied(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    says(world, ajain, {"mediation_place": "yes", "referral": "no"}, source="form:a")
    picks = ticked(rows(world, ajain, brionne))
    shown = {code: one.event for code, one in opens(world, ajain).answers.items()}
    says(world, ajain, {"mediation_place": "no"}, source="form:c", seen=shown)
    says(world, brionne, {"referral": "yes"}, source="form:d")  # a colleague, meanwhile

    done = copies(world, ajain, brionne, picks)

    assert done == Copied(0, 2)
    assert {c: a.value for c, a in opens(world, brionne).answers.items()} == {"referral": "yes"}


def test_cybersecurity_is_never_copied_not_even_a_draft(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    answers_all(world, ajain, "cybersecurite")

    with pytest.raises(NeverCopied):
        rows(world, ajain, brionne, "cybersecurite")
    submit(world.db, ajain, "cybersecurite", world.letterhead, now=world.now)
    with pytest.raises(NeverCopied):
        copies(world, ajain, brionne, [Pick("backup", 1, None)], theme="cybersecurite")


def test_an_answer_handed_in_may_be_copied_but_not_onto_one_handed_in(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    answers_all(world, ajain)
    submit(world.db, ajain, "inclusion", world.letterhead, now=world.now)
    picks = ticked(rows(world, ajain, brionne))
    assert copies(world, ajain, brionne, picks).n_copied == len(picks)
    submit(world.db, brionne, "inclusion", world.letterhead, now=world.now)

    with pytest.raises(AlreadySubmitted):
        copies(world, ajain, brionne, picks, sending="form:late")


def test_nothing_is_copied_once_the_wave_has_ended(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    says(world, ajain, {"mediation_place": "yes"}, source="form:a")
    picks = ticked(rows(world, ajain, brionne))
    world.days_pass(200)

    with pytest.raises(WaveEnded):
        copies(world, ajain, brionne, picks)


def test_two_versions_of_a_questionnaire_have_nothing_in_common(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    says(world, ajain, {"mediation_place": "yes"}, source="form:a")
    with world.db.transaction() as session:
        session.execute(
            text(
                "UPDATE responses SET questionnaire_id = (SELECT min(id) FROM questionnaires"
                " WHERE id <> responses.questionnaire_id) WHERE id = :id"
            ),
            {"id": world.response(BRIONNE, "inclusion").id},
        )

    assert rows(world, ajain, brionne) == ()


def test_a_theme_that_the_wave_does_not_ask_is_no_theme(
    world: World, ajain: Respondent, brionne: Respondent
) -> None:
    for who in (ajain, replace(ajain, themes=("strategie",))):
        with pytest.raises(NotYourTheme):
            rows(world, who, brionne, "strategie")


def test_a_forged_pick_copies_nothing(world: World, ajain: Respondent, brionne: Respondent) -> None:
    says(world, ajain, {"mediation_place": "yes"}, source="form:a")

    done = copies(
        world, ajain, brionne, [Pick("mediation_place", 999, None), Pick("nonsense", 1, None)]
    )

    assert done == Copied(0, 1)
    assert opens(world, brionne).answers == {}
