"""Handing in, opening again, and what is never shown again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.collect.entries import Entry, Form
from app.collect.figures import submitted_figures
from app.collect.open import lost_value, submission
from app.collect.overview import Standing, overview
from app.collect.refusals import NothingToSubmit
from app.collect.reopen import reopen
from app.collect.save import save
from app.collect.submit import submit
from app.models.cases import AnswerEvent
from app.models.messages import Message
from tests.collect.answers import answers_all, opens, says
from tests.world import World

GUERET = "23096"
CYBER = "cybersecurite"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()


def messages(world: World) -> list[Message]:
    with world.db.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.created_at)))


def test_a_theme_answered_whole_is_complete_and_its_receipt_leaves(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)

    receipt = submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    assert receipt.number.startswith("23-")
    counts = receipt.submission.progress
    assert counts is not None
    assert counts.answered == counts.asked > 8
    assert world.disposition(GUERET) == "complete"
    (message,) = messages(world)
    assert (message.step, message.details["number"]) == ("receipt", receipt.number)


def test_blanks_are_accepted_as_a_partial(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {"mediation_place": "no"}, source="form:one")

    submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    assert world.disposition(GUERET) == "partial"


def test_an_empty_questionnaire_is_not_handed_in(world: World) -> None:
    with pytest.raises(NothingToSubmit):
        submit(world.db, world.respondent(GUERET), "inclusion", world.letterhead, now=world.now)

    assert world.response(GUERET, "inclusion").submitted_at is None


def test_handing_in_twice_gives_the_same_receipt_and_writes_nothing(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)
    first = submit(world.db, who, "inclusion", world.letterhead, now=world.now)
    before = world.counts()

    again = submit(world.db, who, "inclusion", world.letterhead, now=world.days_pass(1))

    assert again.number == first.number
    assert world.counts() == before


def test_without_a_mailbox_the_receipt_is_on_the_page_only(world: World) -> None:
    who = world.respondent("23076")
    says(world, who, {"mediation_place": "no"}, source="form:one")

    receipt = submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    assert not receipt.mailed
    assert messages(world) == []


def test_a_reopened_theme_keeps_its_answers_and_gets_a_second_receipt(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)
    first = submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    assert reopen(world.db, who, "inclusion", now=world.now)
    assert world.disposition(GUERET) == "started"
    assert opens(world, who).path.missing == ()
    second = submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    assert second.number == f"{first.number}-2"
    assert [m.details["number"] for m in messages(world)] == [first.number, second.number]


def test_submitted_cybersecurity_answers_leave_by_no_door(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, CYBER)
    submit(world.db, who, CYBER, world.letterhead, now=world.now)

    seen = opens(world, who, CYBER)
    with world.db.reading() as session:
        told = overview(session, who, now=world.now).of(CYBER)
        handed_in = submission(session, who, CYBER)

    assert seen.withheld
    assert (dict(seen.answers), dict(seen.path.counted)) == ({}, {})
    assert (told.standing, told.asked, told.contributions) == (Standing.SUBMITTED, 0, ())
    assert handed_in is not None
    assert handed_in.progress is None
    (message,) = messages(world)
    assert set(message.details) == {"theme", "number"}


def test_reopened_cybersecurity_starts_blank_and_keeps_its_history(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, CYBER)
    submit(world.db, who, CYBER, world.letterhead, now=world.now)

    reopen(world.db, who, CYBER, now=world.now)

    assert world.response(GUERET, CYBER).answers == {}
    assert opens(world, who, CYBER).path.counted == {}
    with world.db.reading() as session:
        assert len(session.scalars(select(AnswerEvent)).all()) > 5


@pytest.mark.parametrize("guess", ["much", "little"])
def test_a_reopened_cybersecurity_theme_does_not_tell_a_good_guess(
    world: World, guess: str
) -> None:
    """Whether one's guess is the answer that was handed in or not, the same is said of it."""
    who = world.respondent(GUERET)
    says(world, who, {"felt_exposure": "much"}, source="form:before", theme=CYBER)
    handed_in = opens(world, who, CYBER).answers["felt_exposure"].event
    submit(world.db, who, CYBER, world.letterhead, now=world.now)
    reopen(world.db, who, CYBER, now=world.days_pass(1))
    says(world, who, {"felt_exposure": "somewhat"}, source="form:wrong", theme=CYBER)

    guessed = Entry("felt_exposure", Form((guess,)), handed_in)
    saved = save(world.db, who, CYBER, [guessed], source="form:guess", now=world.days_pass(1))

    assert [conflict.mine for conflict in saved.conflicts] == [guess]


def test_only_the_draft_of_a_cybersecurity_theme_is_read_again(world: World) -> None:
    who = world.respondent(GUERET)

    def kept(event: int) -> object:
        with world.db.reading() as session:
            return lost_value(session, who, CYBER, "felt_exposure", event)

    says(world, who, {"felt_exposure": "much"}, source="form:before", theme=CYBER)
    before = opens(world, who, CYBER).answers["felt_exposure"].event
    assert kept(before) is not None
    submit(world.db, who, CYBER, world.letterhead, now=world.now)
    assert kept(before) is None
    reopen(world.db, who, CYBER, now=world.days_pass(1))
    world.days_pass(1)
    says(world, who, {"felt_exposure": "somewhat"}, source="form:after", theme=CYBER)

    assert kept(before) is None
    assert kept(opens(world, who, CYBER).answers["felt_exposure"].event) is not None


def test_cybersecurity_answered_anew_counts_anew(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, CYBER)
    submit(world.db, who, CYBER, world.letterhead, now=world.now)
    reopen(world.db, who, CYBER, now=world.now)

    saved = says(world, who, {"felt_exposure": "much"}, source="form:everything", theme=CYBER)

    assert saved.kept == ("felt_exposure",)


def test_figures_hold_what_was_handed_in_and_nothing_else(world: World) -> None:
    done, begun = world.respondent(GUERET), world.respondent("23076")
    answers_all(world, done)
    submit(world.db, done, "inclusion", world.letterhead, now=world.now)
    says(world, begun, {"mediation_place": "no"}, source="form:one")

    with world.db.snapshot() as session:
        (figure,) = submitted_figures(session, world.wave_id)

    assert figure.territory_id == done.territory_id
    assert (figure.theme, figure.departements, figure.kind) == ("inclusion", ("23",), "commune")
    assert figure.answers["mediation_place"] == "yes"
